/* Which runs are the same experiment. */
#ifndef TABLE_OPTIONS_H
#define TABLE_OPTIONS_H

#include "base/error.h"
#include "records/run_list.h"

/* The options of a run that shape its numbers, as the text of a JSON object of strings: two runs of
 * one method are the same experiment when the texts are equal. Left out are what a table has rows,
 * columns and seeds for, and option_keeps_numbers. Of in_name it counts that there is one:
 * every class and seed starts from a file of its own. An option that an earlier version did not
 * have yet has its preset. With `of_autoencoder` only what shapes pretraining is taken. Freed with
 * free; NULL when out of memory. */
char *table_options(const struct listed_run *run, bool of_autoencoder, struct error *err);

/* Of n such texts, each in the words of the command line, what is not the same in all of them:
 * "nu 0.01, lr 0.001". labels (n) are freed with free, also after an error. */
int table_options_label(const char *const *options, char **labels, size_t n, struct error *err);

/* What of such an experiment differs from the presets of its data set and objective, which are the
 * paper's, in words: "n-epochs 2 (preset: 150)"; "" where nothing does, or there are no presets.
 * Freed with free; NULL when out of memory. */
char *table_options_not_preset(const struct listed_run *run, bool of_autoencoder,
                               struct error *err);

/* Name of the first option that has an effect and differs between two runs; NULL if none does. */
const char *table_options_difference(const struct listed_run *a, const struct listed_run *b);

#endif
