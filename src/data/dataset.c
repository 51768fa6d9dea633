/* The table of data sets. */
#include "data/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "data/cifar10.h"
#include "data/gtsrb.h"
#include "data/mnist.h"

const struct dataset_info *const dataset_table[] = {
    &dataset_mnist, &dataset_fashion_mnist, &dataset_cifar10, &dataset_gtsrb, NULL,
};

const char *const dataset_digits[10] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

/* Formats that one's own images may have. */
static const struct dataset_info *const own_table[] = {&dataset_own_idx, &dataset_own_cifar10,
                                                       NULL};

const struct dataset_info *dataset_find(const char *name) {
    for (size_t i = 0; dataset_table[i] != NULL; i++)
        if (strcmp(dataset_table[i]->name, name) == 0)
            return dataset_table[i];
    for (size_t i = 0; own_table[i] != NULL; i++) {
        char path[DATASET_PATH_SIZE];
        struct error ignored;
        if (own_table[i]->locate(own_table[i], name, path, &ignored) == STATUS_OK)
            return own_table[i];
    }
    return NULL;
}

bool dataset_incomplete(const char *directory, struct error *err) {
    for (size_t i = 0; own_table[i] != NULL; i++) {
        char path[DATASET_PATH_SIZE];
        if (own_table[i]->locate(own_table[i], directory, path, err) == STATUS_INCOMPLETE)
            return true;
    }
    return false;
}

const char *dataset_directory(const struct dataset_info *info, const char *name,
                              const char *data_dir) {
    return info->own ? name : data_dir;
}

static void images_free(struct images *images) {
    free(images->pixels);
    free(images->labels);
    *images = (struct images){0};
}

void dataset_free(struct dataset *dataset) {
    images_free(&dataset->train);
    images_free(&dataset->test);
}
