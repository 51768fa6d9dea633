/* CIFAR-10. */
#include "data/cifar10.h"

static int cifar10_locate(const struct dataset_info *info, const char *data_dir, char *path,
                          struct error *err) {
    (void)data_dir;
    (void)path;
    return error_set(err, STATUS_FAILED, "%s: no loader yet", info->title);
}

static int cifar10_load(const struct dataset_info *info, const char *data_dir, struct rng *rng,
                        struct dataset *dataset, struct error *err) {
    char path[DATASET_PATH_SIZE];
    (void)rng;
    *dataset = (struct dataset){0};
    return cifar10_locate(info, data_dir, path, err);
}

static const char *const classes[] = {
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
};

const struct dataset_info dataset_cifar10 = {
    .name = "cifar10",
    .title = "CIFAR-10",
    .family = "cifar10",
    .prefix = "cifar10",
    .channels = 3,
    .height = 32,
    .width = 32,
    .n_classes = sizeof classes / sizeof *classes,
    .class_names = classes,
    .locate = cifar10_locate,
    .load = cifar10_load,
};
