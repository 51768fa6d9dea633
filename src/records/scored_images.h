/* The test images of a run by their scores: what scores.csv says, and the images themselves. */
#ifndef RECORDS_SCORED_IMAGES_H
#define RECORDS_SCORED_IMAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "data/source.h"

/* A line of scores.csv. */
struct scored {
    double score;
    size_t index; /* of the image in the test set's file */
    size_t class;
    size_t outlier; /* 0, 1 */
};

struct scored_list {
    size_t n;
    struct scored *images; /* (n), from the most normal image to the most anomalous one */
};

/* Reads and sorts a scores.csv of at most 64 MB. Freed with free(list->images), also after an
 * error. */
int scored_read(const char *path, struct scored_list *list, struct error *err);

/* Reads the data set that a run of this seed has had. *of_seed, which may be NULL: its test set is
 * made up, another seed has other images. Freed with dataset_free; nothing to free after an
 * error. */
int scored_load_dataset(const struct source *source, int seed, struct dataset *dataset,
                        bool *of_seed, struct error *err);

/* The images that were scored must be those that are there. */
int scored_check_images(const struct scored_list *list, const struct images *test,
                        const char *data_dir, struct error *err);

/* Which images of a list a mosaic shows, and from which end of it. */
struct scored_view {
    const char *name;
    bool anomalous; /* from the most anomalous on */
    bool in_class;  /* of the normal class alone, as the paper's figures */
};

/* Finds the first `most` images of a view; returns how many there are in `chosen` (most). */
size_t scored_choose(const struct scored_list *list, const struct scored_view *view,
                     const struct scored *chosen[], size_t most);

/* Copies of n > 0 chosen images of a test set that scored_check_images has checked. Freed with
 * images_free, also after an error. */
int scored_copy_images(struct images *images, const struct images *test,
                       const struct scored *const chosen[], size_t n, struct error *err);

#endif
