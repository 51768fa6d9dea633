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

const struct dataset_info *dataset_find(const char *name) {
    for (size_t i = 0; dataset_table[i] != NULL; i++)
        if (strcmp(dataset_table[i]->name, name) == 0)
            return dataset_table[i];
    return NULL;
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
