/* The options of a run as one struct, and how they come about: presets, what was given, what
 * follows from it. An option is one field here and one row of the table (option_table.h). */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stddef.h>

#include "base/error.h"
#include "nn/architectures.h"

enum { CONFIG_PATH_SIZE = 1024 };

enum loss { LOSS_SVDD, LOSS_AUTOENCODER, LOSS_CE, N_LOSSES };
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

struct option;
struct option_value;

/* The row's preset for a data set; NULL when it has none, or when the data set has no presets. */
const char *option_preset(const struct option *option, const char *dataset);

/* The preset of a data set, with 0 or "" in the fields that are worked out later; "" for `dataset`
 * clears all fields. STATUS_USAGE when there is no such data set. */
int config_preset(struct config *config, const char *dataset, struct error *err);

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
