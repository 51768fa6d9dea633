/* The tables of data sets. */
#include "data/dataset.h"

#include <string.h>

#include "data/cifar10.h"
#include "data/gtsrb.h"
#include "data/mnist.h"

const struct dataset_info *const dataset_table[] = {
    &dataset_mnist, &dataset_fashion_mnist, &dataset_cifar10, &dataset_gtsrb, NULL,
};

const struct dataset_info *const dataset_own_table[] = {
    &dataset_own_idx,
    &dataset_own_cifar10,
    NULL,
};

const char *const dataset_digits[10] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

const struct dataset_info *dataset_row(const char *name) {
    for (size_t i = 0; dataset_table[i] != NULL; i++)
        if (strcmp(dataset_table[i]->name, name) == 0)
            return dataset_table[i];
    return NULL;
}

void dataset_free(struct dataset *dataset) {
    images_free(&dataset->train);
    images_free(&dataset->test);
}
