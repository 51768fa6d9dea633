/* The options of a run as one struct, and the one table that describes them all.
 *
 * Parsing, help, presets, config.json and the comparison of a run directory with a new command read
 * the table; an option is one field here and one row there. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/error.h"
#include "data/preprocess.h"
#include "nn/architectures.h"

enum { CONFIG_PATH_SIZE = 1024 };

enum loss { LOSS_SVDD, LOSS_AUTOENCODER, LOSS_CE };
enum ae_loss { AE_LOSS_L2, AE_LOSS_CE };
enum shuffle { SHUFFLE_BATCH, SHUFFLE_SAMPLE };

/* Options of type int and choice are ints, flags 0 or 1; the names are those of the option table.
 */
struct config {
    char dataset[CONFIG_PATH_SIZE];
    char data_dir[CONFIG_PATH_SIZE];
    int normal, outlier;
    double out_frac, val_frac;
    int seed;
    int gcn, unit_norm_used /* enum norm */, zca_whitening, pca;

    int architecture, rep_dim, bias, use_batch_norm, bn_affine, leaky_relu;
    int dropout, dropout_arch, weight_dict_init;
    int weight_dict_patches /* enum patch_layout */;

    int loss /* enum loss */, hard_margin;
    double nu;
    int c_mean_init, c_mean_init_n_batches, center_fixed;
    int block_coordinate, k_update_epochs, warm_up_n_epochs;
    int R_update_solver, R_update_scalar_method, R_update_lp_obj;
    int weight_decay;
    double C;
    int reconstruction_penalty;
    double C_rec;

    int solver /* enum solver_type of nn/solver.h, same order */;
    double lr;
    int lr_drop, lr_drop_in_epoch;
    double lr_drop_factor;
    int lr_decay, lr_decay_after_epoch;
    double momentum, rho;
    int n_epochs, batch_size, shuffle /* enum shuffle */;

    int pretrain, ae_n_epochs;
    double ae_lr;
    int ae_solver, ae_loss /* enum ae_loss */;
    int ae_lr_drop, ae_lr_drop_in_epoch;
    double ae_lr_drop_factor;
    int ae_weight_decay;
    double ae_C;
    char pretrain_cache[CONFIG_PATH_SIZE]; /* "" = none */
    char in_name[CONFIG_PATH_SIZE];        /* "" = none */

    int save_at;
    char xp_dir[CONFIG_PATH_SIZE];
    char out_name[CONFIG_PATH_SIZE]; /* "" = none */
    int nnet_diagnostics, e1_diagnostics, ae_diagnostics;

    char device[CONFIG_PATH_SIZE];
    char kernel[CONFIG_PATH_SIZE]; /* auto, or a name of nn/kernels: avx512, avx2, blas */
    int threads;
    int force, quiet, verbose;
};

enum option_type {
    OPTION_FLAG,
    OPTION_INT,
    OPTION_REAL,
    OPTION_CHOICE,
    OPTION_TEXT,
    OPTION_SWITCH
};

/* Which losses take notice of an option. */
enum option_use {
    USED_BY_ALL,
    USED_IN_TRAINING, /* svdd and ce: an autoencoder alone has nothing but its pretraining */
    USED_BY_SVDD,
};

/* One row of the table. A preset is written as on the command line; NULL where there is none, or
 * where config_resolve works it out from other options. Every text field has CONFIG_PATH_SIZE
 * bytes. */
struct option {
    const char *name;  /* with dashes: "hard-margin"; the JSON key is the same with underscores */
    const char *group; /* heading in the help */
    enum option_type type;
    size_t offset; /* of the field in struct config */
    double min, max;
    bool min_open, max_open; /* the range leaves out its end */
    bool no_zero;            /* the range leaves out 0 */
    const char *choices;     /* "l1 l2 std": of an OPTION_CHOICE the field holds the place, of an
                                OPTION_TEXT the word itself; NULL when any text goes */
    const char *mnist, *cifar10, *gtsrb; /* presets */
    const char *preset_text; /* for the help, where config_resolve works the preset out */
    bool prefixed;           /* the published code spells it <data set>_<name> */
    bool shapes_pretraining; /* what autoencoder comes out of pretraining depends on it */
    bool without_effect;     /* does not change results: not compared when a run is resumed */
    bool same_numbers;       /* changes what is written or evaluated on the way, or last digits:
                                two runs that differ in it are the same experiment */
    bool tabulated;          /* tables have rows, columns or seeds for it: names no column */
    bool may_be_absent;      /* from config.json: of a run older than the option, whose value then
                                was without effect or went with other changes of version */
    enum option_use used;
    const char *help;
};

extern const struct option option_table[];
extern const size_t option_count;

/* The row of a name; '_' and '-' are the same. NULL when there is none. */
const struct option *option_find(const char *name);

/* One spelled value into the struct; else STATUS_USAGE naming option, value and range. */
int option_parse(struct config *config, const struct option *option, const char *value,
                 struct error *err);

/* The same of a value that stands in a list, which the message then names too. */
int option_parse_within(struct config *config, const struct option *option, const char *value,
                        const char *list, struct error *err);

/* The value as on the command line. */
void option_print(const struct config *config, const struct option *option, char *text,
                  size_t size);

/* The range in short: "-1..9", "(0, 1]", ">= 1", "0 or 1", "l1, l2, std"; "" when any text goes. */
void option_range(const struct option *option, char *text, size_t size);

/* The row's preset for a data set; NULL when it has none, or when the data set has no presets. */
const char *option_preset(const struct option *option, const char *dataset);

/* The preset of a data set, with 0 or "" in the fields that are worked out later; "" for `dataset`
 * clears all fields. STATUS_USAGE when there is no such data set. */
int config_preset(struct config *config, const char *dataset, struct error *err);

/* What the command line gave, in order; later ones win. */
struct option_value {
    const struct option *option;
    const char *value;
    bool from_file; /* of a config.json, which has the values that were worked out as well */
};

/* The preset of the data set among the values, then the values, then what follows from them
 * (block_coordinate, weight_dict_init, rho, xp_dir), then checks across options (both classes -1,
 * rep_dim that does not fit the decoder). STATUS_USAGE on any.
 *
 * block_coordinate 1 with hard_margin 1 is an error: the one-class objective has no radius to solve
 * for, and a run that ignores what it was asked for would be filed under the wrong name.
 *
 * A value from a file that follows from others is worked out anew when one of these is given
 * another value after the file; but for xp_dir, which may have been chosen. */
int config_resolve(struct config *config, const struct option_value *values, size_t n_values,
                   struct error *err);

/* All options but the switches, which belong to one call and not to a run, as a JSON object: ints
 * and reals are numbers, choices and texts strings, no text is "". Printed, and read back by way of
 * option_list_add_file, it gives the same values to the bit: a real that cJSON would not print
 * exactly is an item of raw text. Freed with cJSON_Delete. NULL when out of memory. */
cJSON *config_to_json(const struct config *config);

/* Name of the first option that changes results and differs between config and the JSON object of a
 * config.json; NULL when there is none. */
const char *config_difference(const struct config *config, const cJSON *json);

/* What the options say of the network. */
struct architecture_options config_architecture(const struct config *config);

/* A class of the data set in words: "3", "8 (ship)", "all others". */
void config_class_text(const struct config *config, int class, char *text, size_t size);

/* Parts of the names of run directories: the last name of the path of the data set, "own" where
 * there is none to speak of; and the classes, "3vsall". */
void config_dataset_part(const struct config *config, char *name, size_t size);
void config_classes_part(const struct config *config, char *text, size_t size);

/* "one-class", "soft-boundary", "dcae" or "ce": the method of results.json. */
const char *config_method(const struct config *config);

#endif
