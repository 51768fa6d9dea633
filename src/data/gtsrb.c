/* Where the files stand, and which stop signs are held out for testing. */
#include "data/gtsrb.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/gtsrb_adversarial.h"
#include "data/gtsrb_signs.h"
#include "data/places.h"

enum { N_HELD_OUT = 100, LOOKED_SIZE = 600 };

#define ARCHIVE "GTSRB_Final_Training_Images.zip"
#define IMAGES "Images_150.npy"
#define LABELS "Labels_150.npy"

static const char *const roots[] = {"GTSRB", "gtsrb", "", NULL};
static const char *const sign_places[] = {"Final_Training/Images/00014", "00014", NULL};
static const char *const sign_files[] = {GTSRB_TABLE, NULL};
static const char *const adversarial_places[] = {"", "adversarial", NULL};
static const char *const adversarial_files[] = {IMAGES, LABELS, NULL};

struct places {
    char root[DATASET_PATH_SIZE];
    char signs[DATASET_PATH_SIZE];       /* the directory of the table and the stop signs */
    char adversarial[DATASET_PATH_SIZE]; /* the directory of the two arrays */
};

/* Finds the first place below `root` that holds all the files, *found; those that do not are added
 * to `looked`, unless it is NULL. */
static int find_place(const char *root, const char *const *places, const char *const *files,
                      char *path, bool *found, char looked[LOOKED_SIZE], struct error *err) {
    *found = false;
    for (; *places != NULL && !*found; places++) {
        const char *missing;
        int status = place_path(path, root, *places, err);
        if (status != STATUS_OK)
            return status;
        *found = place_look(path, files, false, &missing) == PLACE_HAS_ALL;
        if (!*found && looked != NULL)
            places_add_looked(looked, LOOKED_SIZE, path, "lacks", missing);
    }
    return STATUS_OK;
}

static int error_no_signs(const struct dataset_info *info, const char *data_dir, const char *looked,
                          struct error *err) {
    return error_set(err, STATUS_MISSING,
                     "%s not found: unpack " ARCHIVE
                     " of the benchmark's site into %.200s; beside it must stand the "
                     "adversarial images, which are not public: make your own " IMAGES
                     " (n, 3, 32, 32) and " LABELS " (n) (looked for %s/" GTSRB_TABLE
                     " and %s/" GTSRB_TABLE " in %s)",
                     info->title, data_dir, sign_places[0], sign_places[1], looked);
}

static int error_no_adversarial(const struct dataset_info *info, const char *looked,
                                struct error *err) {
    return error_set(err, STATUS_INCOMPLETE,
                     "%s: the adversarial test images are missing: they are not public: make your "
                     "own with numpy.save, " IMAGES " of shape (n, 3, 32, 32) and " LABELS
                     " of shape (n), 0 = not attacked, 1 = adversarial (looked for both in %s)",
                     info->title, looked);
}

/* Finds the first root that holds everything. When there is none, the message is about what is
 * missing from those that hold the stop signs, if any does. */
static int find_places(const struct dataset_info *info, const char *data_dir, struct places *places,
                       struct error *err) {
    char looked_signs[LOOKED_SIZE] = "", looked_adversarial[LOOKED_SIZE] = "";
    bool any_signs = false;
    for (size_t i = 0; roots[i] != NULL; i++) {
        bool has_signs, has_adversarial = false;
        int status = place_path(places->root, data_dir, roots[i], err);
        if (status == STATUS_OK)
            status = find_place(places->root, sign_places, sign_files, places->signs, &has_signs,
                                NULL, err);
        if (status == STATUS_OK && has_signs)
            status = find_place(places->root, adversarial_places, adversarial_files,
                                places->adversarial, &has_adversarial, looked_adversarial, err);
        if (status != STATUS_OK)
            return status;
        if (has_adversarial)
            return STATUS_OK;
        any_signs = any_signs || has_signs;
        places_add_looked(looked_signs, sizeof looked_signs, places->root, NULL, NULL);
    }
    return any_signs ? error_no_adversarial(info, looked_adversarial, err)
                     : error_no_signs(info, data_dir, looked_signs, err);
}

static int gtsrb_locate(const struct dataset_info *info, const char *data_dir, char *path,
                        struct error *err) {
    struct places places;
    int status = find_places(info, data_dir, &places, err);
    if (status == STATUS_OK)
        strcpy(path, places.root);
    return status;
}

/* How many of n stop signs are held out for testing. A set that is cut down, for a trial or a test,
 * has no 100 to spare: half of it then, but at least one. */
static size_t count_held_out(size_t n) {
    if (n >= 2 * N_HELD_OUT)
        return N_HELD_OUT;
    return n / 2 > 0 ? n / 2 : 1;
}

/* Marks as many of n stop signs as are held out, at random; NULL without memory. */
static bool *choose_held_out(size_t n, struct rng *rng, struct error *err) {
    size_t *index = memory_alloc(n, sizeof *index, err);
    bool *held_out = index == NULL ? NULL : memory_alloc(n, sizeof *held_out, err);
    if (held_out != NULL) {
        for (size_t i = 0; i < n; i++)
            index[i] = i;
        rng_shuffle(rng, index, n);
        for (size_t i = 0; i < count_held_out(n); i++)
            held_out[index[i]] = true;
    }
    free(index);
    return held_out;
}

static int create(struct images *images, size_t n, const struct dataset_info *info,
                  struct error *err) {
    return images_create(images, n, info->channels, info->height, info->width, err);
}

/* Deals the stop signs out to training and test set and adds the adversarial images to the latter;
 * all of them in the order of their files. */
static int deal(const struct dataset_info *info, const struct images *signs,
                const struct images *adversarial, struct rng *rng, struct dataset *dataset,
                struct error *err) {
    const size_t n_held_out = count_held_out(signs->n);
    bool *held_out = choose_held_out(signs->n, rng, err);
    int status = held_out == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    if (status == STATUS_OK)
        status = create(&dataset->train, signs->n - n_held_out, info, err);
    if (status == STATUS_OK)
        status = create(&dataset->test, n_held_out + adversarial->n, info, err);
    for (size_t i = 0; status == STATUS_OK && i < signs->n; i++)
        status = images_append(held_out[i] ? &dataset->test : &dataset->train, signs, i, 1, err);
    if (status == STATUS_OK)
        status = images_append(&dataset->test, adversarial, 0, adversarial->n, err);
    free(held_out);
    return status;
}

static int read_adversarial(const char *directory, struct images *images, struct error *err) {
    char images_path[DATASET_PATH_SIZE], labels_path[DATASET_PATH_SIZE];
    int status = place_path(images_path, directory, IMAGES, err);
    if (status == STATUS_OK)
        status = place_path(labels_path, directory, LABELS, err);
    if (status == STATUS_OK)
        status = gtsrb_read_adversarial(images_path, labels_path, images, err);
    return status;
}

static int gtsrb_load(const struct dataset_info *info, const char *data_dir, struct rng *rng,
                      struct dataset *dataset, struct error *err) {
    struct places places;
    /* The two files' images, in the same struct so that they are freed together. */
    struct dataset files = {0};
    *dataset = (struct dataset){0};
    int status = find_places(info, data_dir, &places, err);
    if (status == STATUS_OK)
        status = gtsrb_read_signs(places.signs, &files.train, err);
    if (status == STATUS_OK)
        status = read_adversarial(places.adversarial, &files.test, err);
    if (status == STATUS_OK)
        status = deal(info, &files.train, &files.test, rng, dataset, err);
    dataset_free(&files);
    if (status != STATUS_OK)
        dataset_free(dataset);
    return status;
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
