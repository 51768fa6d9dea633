/* The options of a run as one struct, and how they come about: presets, what was given, what
 * follows from it. An option is one field here and one row of the table (option_table.h). */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stddef.h>

#include "base/choices.h"
#include "base/error.h"
#include "data/source.h"
#include "nn/architectures.h"

enum { CONFIG_PATH_SIZE = SOURCE_PATH_SIZE };

/* The longest out-name: a file name has 255 bytes, and it comes before the longest name that a run
 * gives a weight file, with what such a file is called while it is being written. */
enum {
    CONFIG_MAX_OUT_NAME =
        255 - (int)sizeof "autoencoder_epoch_2147483647.safetensors.4194304-999.tmp"
};

#define LOSSES(X) X(LOSS_SVDD, "svdd") X(LOSS_AUTOENCODER, "autoencoder") X(LOSS_CE, "ce")
enum loss { LOSSES(CHOICE_CONSTANT) N_LOSSES };
#define AE_LOSSES(X) X(AE_LOSS_L2, "l2") X(AE_LOSS_CE, "ce")
enum ae_loss { AE_LOSSES(CHOICE_CONSTANT) };
#define SHUFFLES(X) X(SHUFFLE_BATCH, "batch") X(SHUFFLE_SAMPLE, "sample")
enum shuffle { SHUFFLES(CHOICE_CONSTANT) };

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

    int solver /* enum solver_type */;
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

    struct source source; /* no option: the data set, found by config_resolve */
};

struct option;
struct option_value;

/* The row's preset for a family of data sets; NULL when it has none, also for the family NULL. */
const char *option_preset(const struct option *option, const char *family);

/* The preset of a data set, with 0 or "" in the fields that are worked out later. */
int config_preset(struct config *config, const struct source *source, struct error *err);

/* Finds the data set among the values; then its preset, then the values, then what follows from
 * them (block_coordinate, weight_dict_init, rho, xp_dir), then checks across options (both classes
 * -1, rep_dim that does not fit the decoder). STATUS_USAGE on any.
 *
 * block_coordinate 1 with hard_margin 1 is an error: the one-class objective has no radius to solve
 * for, and a run that ignores what it was asked for would be filed under the wrong name.
 *
 * A value from a file that follows from others is worked out anew when one of these is given
 * another value after the file; but for xp_dir, which may have been chosen. */
int config_resolve(struct config *config, const struct option_value *values, size_t n_values,
                   struct error *err);

/* The same where a data set was found before (NULL: none): if it is the one among the values, none
 * is looked for. */
int config_resolve_known(struct config *config, const struct source *known,
                         const struct option_value *values, size_t n_values, struct error *err);

/* Where the data set is looked for, in place of the option data-dir. */
void config_set_data_dir(struct config *config, const char *data_dir);

/* What the options say of the network. */
struct architecture_options config_architecture(const struct config *config);

/* A class of the data set in words: "3", "8 (ship)", "all others". */
void config_class_text(const struct config *config, int class, char *text, size_t size);

/* Parts of the names of run directories: the last name of the path of the data set, "own" where
 * there is none to speak of; and the classes, "3vsall". */
void config_dataset_part(const struct config *config, char *name, size_t size);
void config_classes_part(const struct config *config, char *text, size_t size);

/* True for a run with a phase of pretraining: of an autoencoder of its own. */
bool config_pretrains(const struct config *config);

#endif
