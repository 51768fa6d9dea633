/* The stop signs of GTSRB (the German Traffic Sign Recognition Benchmark) against stop signs under
 * adversarial attack: the paper's experiment. */
#include "data/gtsrb.h"

static int gtsrb_locate(const struct dataset_info *info, const char *data_dir, char *path,
                        struct error *err) {
    (void)data_dir;
    (void)path;
    return error_set(err, STATUS_FAILED, "%s: no loader yet", info->title);
}

static int gtsrb_load(const struct dataset_info *info, const char *data_dir, struct rng *rng,
                      struct dataset *dataset, struct error *err) {
    char path[DATASET_PATH_SIZE];
    (void)rng;
    *dataset = (struct dataset){0};
    return gtsrb_locate(info, data_dir, path, err);
}

static const char *const classes[] = {
    "stop sign",
    "adversarial stop sign",
};

const struct dataset_info dataset_gtsrb = {
    .name = "gtsrb",
    .title = "GTSRB stop signs",
    .family = "gtsrb",
    .prefix = "gtsrb",
    .channels = 3,
    .height = 32,
    .width = 32,
    .n_classes = sizeof classes / sizeof *classes,
    .class_names = classes,
    .locate = gtsrb_locate,
    .load = gtsrb_load,
};
