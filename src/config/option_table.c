/* The option table: one row for every option of a run, in the order of the help. */
#include "config/option_table.h"

#include <limits.h>
#include <math.h>

#include "config/config.h"
#include "data/preprocess.h"
#include "nn/patches.h"
#include "nn/solver.h"

#define FIELD(field) .offset = offsetof(struct config, field)
#define FLAG(option, field) .name = option, .type = OPTION_FLAG, FIELD(field), .max = 1
#define INT(option, field, low, high)                                                              \
    .name = option, .type = OPTION_INT, FIELD(field), .min = low, .max = high
#define REAL(option, field, low, high)                                                             \
    .name = option, .type = OPTION_REAL, FIELD(field), .min = low, .max = high
#define CHOICE(option, field, words)                                                               \
    .name = option, .type = OPTION_CHOICE, FIELD(field), .choices = words
#define TEXT(option, field) .name = option, .type = OPTION_TEXT, FIELD(field)
#define SWITCH(option, field) .name = option, .type = OPTION_SWITCH, FIELD(field), .max = 1

#define ALL(value) .mnist = value, .cifar10 = value, .gtsrb = value
#define EACH(first, second, third) .mnist = first, .cifar10 = second, .gtsrb = third

/* The group of an option that pretraining depends on too. */
#define AE_GROUP(heading) .group = heading, .shapes_pretraining = true

/* The groups of options that an autoencoder alone, or any network but that of Deep SVDD, takes no
 * notice of. */
#define TRAINING_GROUP(heading) .group = heading, .used = USED_IN_TRAINING
#define SVDD_GROUP .group = objective, .used = USED_BY_SVDD

static const char data[] = "Data";
static const char network[] = "Network";
static const char objective[] = "Objective";
static const char solver[] = "Training";
static const char pretraining[] = "Pretraining (the convolutional autoencoder, DCAE)";
static const char run[] = "Run";

const struct option option_table[] = {
    {TEXT("dataset", dataset), AE_GROUP(data), .preset_text = "required", .tabulated = true,
     .help = "mnist, fashion-mnist, cifar10, gtsrb, or a path to one's own data"},
    {TEXT("data-dir", data_dir), .group = data, ALL("data"), .without_effect = true,
     .help = "directory of the original files"},
    {INT("normal", normal, -1, 9), AE_GROUP(data), ALL("0"), .prefixed = true, .tabulated = true,
     .help = "normal class; -1 = all but the outlier class"},
    {INT("outlier", outlier, -1, 9), AE_GROUP(data), ALL("-1"), .prefixed = true, .tabulated = true,
     .help = "outlier class; -1 = all but the normal class"},
    {REAL("out-frac", out_frac, 0, 1), .max_open = true, AE_GROUP(data), ALL("0"),
     .help = "fraction of outliers mixed into the training set"},
    {REAL("val-frac", val_frac, 0, 1), .max_open = true, AE_GROUP(data), EACH("0", "0.2", "0"),
     .prefixed = true, .help = "fraction of the training set held out for validation"},
    {INT("seed", seed, 0, INT_MAX), AE_GROUP(data), ALL("0"), .tabulated = true,
     .help = "everything random in the run follows from it"},
    {FLAG("gcn", gcn), AE_GROUP(data), EACH("1", "1", "0"),
     .help = "global contrast normalisation of each image"},
    {CHOICE("unit-norm-used", unit_norm_used, CHOICE_WORDS(NORMS)), AE_GROUP(data), ALL("l1"),
     .help = "norm of that normalisation"},
    {FLAG("zca-whitening", zca_whitening), AE_GROUP(data), ALL("0"), .help = "ZCA whitening"},
    {FLAG("pca", pca), AE_GROUP(data), ALL("0"),
     .help = "project on the components that keep 95 % of the variance (baselines only)"},

    {INT("architecture", architecture, 1, 3), AE_GROUP(network), EACH("1", "3", "1"),
     .prefixed = true, .help = "network of the data set: mnist has 1 and 2, cifar10 1 to 3"},
    {INT("rep-dim", rep_dim, 1, INT_MAX), AE_GROUP(network), EACH("32", "128", "32"),
     .prefixed = true,
     .help = "dimension of the representation; a decoder may ask for a multiple of 16"},
    {FLAG("bias", bias), AE_GROUP(network), ALL("0"), .prefixed = true,
     .help = "biases in convolutions and dense layers (invites hypersphere collapse)"},
    {FLAG("use-batch-norm", use_batch_norm), AE_GROUP(network), ALL("1"),
     .help = "batch normalisation after convolutions"},
    {FLAG("bn-affine", bn_affine), AE_GROUP(network), ALL("1"),
     .help = "trained scale and shift in batch normalisation"},
    {FLAG("leaky-relu", leaky_relu), AE_GROUP(network), ALL("1"),
     .help = "1 = leaky ReLU with slope 0.01, 0 = ReLU"},
    {FLAG("dropout", dropout), AE_GROUP(network), ALL("0"), .help = "dropout"},
    {FLAG("dropout-arch", dropout_arch), AE_GROUP(network), ALL("0"),
     .help = "twice the filters and dense units, for use with dropout"},
    {FLAG("weight-dict-init", weight_dict_init), AE_GROUP(network), EACH("1", NULL, NULL),
     .preset_text = "1; cifar10, gtsrb: 1 where an autoencoder is trained, else 0",
     .help = "first filters from a dictionary learned on patches of training images"},
    {CHOICE("weight-dict-patches", weight_dict_patches, CHOICE_WORDS(PATCH_LAYOUTS)),
     AE_GROUP(network), ALL("published"), .absent = "image", .of_colours = true,
     .help = "how patches of colour images are cut: as the published code did, which took the "
             "memory of an image for (height, width, channels); or as squares of the image"},

    {CHOICE("loss", loss, CHOICE_WORDS(LOSSES)), .group = objective, ALL("svdd"), .tabulated = true,
     .help =
         "Deep SVDD, the autoencoder alone (the DCAE baseline, trained by the ae-* options), or a "
         "classifier"},
    {FLAG("hard-margin", hard_margin), SVDD_GROUP, ALL("0"), .tabulated = true,
     .help = "1 = one-class objective, 0 = soft-boundary objective"},
    {REAL("nu", nu, 0, 1), .min_open = true, SVDD_GROUP, ALL("0.1"),
     .help = "upper bound on the fraction of training images taken for outliers"},
    {FLAG("c-mean-init", c_mean_init), SVDD_GROUP, ALL("1"),
     .help = "centre = mean of the initial representations; 0 = 0.5 in every component"},
    {INT("c-mean-init-n-batches", c_mean_init_n_batches, -1, INT_MAX), .no_zero = true, SVDD_GROUP,
     ALL("-1"), .help = "number of batches that mean runs over; -1 = all"},
    {FLAG("center-fixed", center_fixed), SVDD_GROUP, ALL("1"),
     .help =
         "0 = train the centre with the weights, or, in block-coordinate descent, solve for it"},
    {FLAG("block-coordinate", block_coordinate), SVDD_GROUP,
     .preset_text = "1 with the soft-boundary objective, else 0",
     .help = "alternate between the weights and an exact radius (soft-boundary objective only)"},
    {INT("k-update-epochs", k_update_epochs, 1, INT_MAX), SVDD_GROUP, ALL("5"),
     .help = "epochs between two such radius updates"},
    {INT("warm-up-n-epochs", warm_up_n_epochs, 0, INT_MAX), SVDD_GROUP, ALL("10"),
     .help = "first epochs, after each of which the radius is set to the quantile"},
    {CHOICE("R-update-solver", R_update_solver, "minimize_scalar lp"), SVDD_GROUP,
     ALL("minimize_scalar"), .help = "accepted; all of them give the exact minimiser"},
    {CHOICE("R-update-scalar-method", R_update_scalar_method, "brent bounded golden"), SVDD_GROUP,
     ALL("bounded"), .help = "accepted, as above"},
    {CHOICE("R-update-lp-obj", R_update_lp_obj, "primal dual"), SVDD_GROUP, ALL("primal"),
     .help = "accepted, as above"},
    {FLAG("weight-decay", weight_decay), TRAINING_GROUP(objective), ALL("1"),
     .help = "weight decay on convolution and dense weights"},
    {REAL("C", C, 0, INFINITY), .min_open = true, TRAINING_GROUP(objective), ALL("1e6"),
     .help = "the larger, the weaker the weight decay: 1/(2 C)"},
    {FLAG("reconstruction-penalty", reconstruction_penalty), TRAINING_GROUP(objective), ALL("0"),
     .help = "keep the decoder and add its reconstruction error"},
    {REAL("C-rec", C_rec, 0, INFINITY), .min_open = true, TRAINING_GROUP(objective), ALL("1e3"),
     .help = "the larger, the weaker that penalty: 1/(2 C_rec)"},

    {CHOICE("solver", solver, CHOICE_WORDS(SOLVERS)), TRAINING_GROUP(solver), ALL("adam"),
     .help = "solver of the weights"},
    {REAL("lr", lr, 0, INFINITY), .min_open = true, TRAINING_GROUP(solver), ALL("1e-4"),
     .help = "learning rate"},
    {FLAG("lr-drop", lr_drop), TRAINING_GROUP(solver), ALL("1"),
     .help = "lower the learning rate once"},
    {INT("lr-drop-in-epoch", lr_drop_in_epoch, 0, INT_MAX), TRAINING_GROUP(solver), ALL("50"),
     .help = "epoch from which on, counted from 0, the rate is lowered"},
    {REAL("lr-drop-factor", lr_drop_factor, 1, INFINITY), TRAINING_GROUP(solver), ALL("10"),
     .help = "what the learning rate is divided by then"},
    {FLAG("lr-decay", lr_decay), TRAINING_GROUP(solver), ALL("0"),
     .help = "let the learning rate fall as 1/epoch"},
    {INT("lr-decay-after-epoch", lr_decay_after_epoch, 1, INT_MAX), TRAINING_GROUP(solver),
     ALL("10"), .help = "the epoch from which on it falls"},
    {REAL("momentum", momentum, 0, 1), .max_open = true, AE_GROUP(solver), ALL("0.9"),
     .help = "of the solvers momentum and nesterov"},
    {REAL("rho", rho, 0, 1), .max_open = true, AE_GROUP(solver),
     .preset_text = "0.9, and 0.95 where a solver is adadelta",
     .help = "decay of the squared gradients in rmsprop and adadelta"},
    {INT("n-epochs", n_epochs, 0, INT_MAX), TRAINING_GROUP(solver), ALL("150"),
     .help = "epochs; 0 = evaluate the initial network"},
    {INT("batch-size", batch_size, 1, INT_MAX), AE_GROUP(solver), EACH("200", "200", "64"),
     .help = "images in a batch"},
    {CHOICE("shuffle", shuffle, CHOICE_WORDS(SHUFFLES)), AE_GROUP(solver), ALL("batch"),
     .help = "what is in a new order every epoch: the batches, or the samples"},

    {FLAG("pretrain", pretrain), TRAINING_GROUP(pretraining), ALL("1"),
     .help = "start from the encoder of a trained autoencoder"},
    {INT("ae-n-epochs", ae_n_epochs, 0, INT_MAX), AE_GROUP(pretraining), EACH("150", "350", "350"),
     .help = "epochs"},
    {REAL("ae-lr", ae_lr, 0, INFINITY), .min_open = true, AE_GROUP(pretraining), ALL("1e-4"),
     .help = "learning rate"},
    {CHOICE("ae-solver", ae_solver, CHOICE_WORDS(SOLVERS)), AE_GROUP(pretraining), ALL("adam"),
     .help = "solver"},
    {CHOICE("ae-loss", ae_loss, CHOICE_WORDS(AE_LOSSES)), AE_GROUP(pretraining), ALL("l2"),
     .help = "squared error or binary cross-entropy"},
    {FLAG("ae-lr-drop", ae_lr_drop), AE_GROUP(pretraining), EACH("0", "1", "1"),
     .help = "lower the learning rate once"},
    {INT("ae-lr-drop-in-epoch", ae_lr_drop_in_epoch, 0, INT_MAX), AE_GROUP(pretraining),
     EACH("50", "250", "250"), .help = "epoch from which on, counted from 0, the rate is lowered"},
    {REAL("ae-lr-drop-factor", ae_lr_drop_factor, 1, INFINITY), AE_GROUP(pretraining), ALL("10"),
     .help = "what the learning rate is divided by then"},
    {FLAG("ae-weight-decay", ae_weight_decay), AE_GROUP(pretraining), ALL("1"),
     .help = "weight decay, which here takes in the scales of batch normalisation"},
    {REAL("ae-C", ae_C, 0, INFINITY), .min_open = true, AE_GROUP(pretraining),
     EACH("1e3", "1e6", "1e6"), .help = "the larger, the weaker the weight decay: 1/(2 ae_C)"},
    {TEXT("pretrain-cache", pretrain_cache), .group = pretraining, ALL(""), .without_effect = true,
     .help = "directory in which runs leave pretrained autoencoders for one another"},
    {TEXT("in-name", in_name), .group = pretraining, ALL(""),
     .help = "weight file to start from instead of pretraining"},

    {INT("save-at", save_at, 0, INT_MAX), .group = run, ALL("0"), .same_numbers = true,
     .help = "also save the weights after this epoch; 0 = at the end only"},
    {TEXT("xp-dir", xp_dir), .group = run, .without_effect = true,
     .preset_text = "log/<dataset>_<normal>vs<outlier>_<objective>_seed_<seed>",
     .help = "run directory"},
    {TEXT("out-name", out_name), .group = run, ALL(""), .same_numbers = true,
     .help = "put before the names of the weight files, as in run1_"},
    {FLAG("nnet-diagnostics", nnet_diagnostics), TRAINING_GROUP(run), EACH("1", "0", "0"),
     .same_numbers = true,
     .help = "evaluate train, validation and test set after every epoch of training"},
    {FLAG("e1-diagnostics", e1_diagnostics), TRAINING_GROUP(run), ALL("0"), .same_numbers = true,
     .help = "the same after every batch of the first epoch"},
    {FLAG("ae-diagnostics", ae_diagnostics), AE_GROUP(run), EACH("1", "0", "0"),
     .same_numbers = true, .help = "the same after every epoch of pretraining"},
    {TEXT("device", device), .group = run, .choices = "cpu", ALL("cpu"), .without_effect = true,
     .help = "accepted for the sake of the published scripts; there is no other device"},
    {TEXT("kernel", kernel), .group = run, .choices = "auto avx512 avx2 blas", ALL("auto"),
     .same_numbers = true,
     .help = "code of the hot loops; auto = the fastest that this processor runs"},
    {INT("threads", threads, 1, INT_MAX), .group = run, ALL("1"), .without_effect = true,
     .help = "threads of the run (training uses at most 8); results do not depend on it"},
    {SWITCH("force", force), .group = run, .without_effect = true,
     .help = "run again, also replacing a run of other options in that directory"},
    {SWITCH("quiet", quiet), .group = run, .without_effect = true,
     .help = "no progress, no remarks: only the resulting AUC"},
    {SWITCH("verbose", verbose), .group = run, .without_effect = true,
     .help = "one plain line an epoch on standard error, instead of one redrawn"},
};

const size_t option_count = sizeof option_table / sizeof option_table[0];
