/* The table of data sets. */
#include "data/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "data/mnist.h"

static const char *const mnist_classes[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

static const char *const fashion_mnist_classes[] = {
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot",
};

static const char *const cifar10_classes[] = {
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
};

/* The paper's GTSRB experiment: stop signs against stop signs under adversarial attack. */
static const char *const gtsrb_classes[] = {"stop sign", "adversarial stop sign"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct dataset_info dataset_table[] = {
    {
        .name = "mnist",
        .title = "MNIST",
        .prefix = "mnist",
        .channels = 1,
        .height = 28,
        .width = 28,
        .n_classes = COUNT(mnist_classes),
        .class_names = mnist_classes,
        .locate = mnist_locate,
        .load = mnist_load,
    },
    {
        .name = "fashion-mnist",
        .title = "Fashion-MNIST",
        .channels = 1,
        .height = 28,
        .width = 28,
        .n_classes = COUNT(fashion_mnist_classes),
        .class_names = fashion_mnist_classes,
        .locate = mnist_locate,
        .load = mnist_load,
    },
    {
        .name = "cifar10",
        .title = "CIFAR-10",
        .prefix = "cifar10",
        .channels = 3,
        .height = 32,
        .width = 32,
        .n_classes = COUNT(cifar10_classes),
        .class_names = cifar10_classes,
    },
    {
        .name = "gtsrb",
        .title = "GTSRB stop signs",
        .prefix = "gtsrb",
        .channels = 3,
        .height = 32,
        .width = 32,
        .n_classes = COUNT(gtsrb_classes),
        .class_names = gtsrb_classes,
    },
    {.name = NULL},
};

const struct dataset_info *dataset_find(const char *name) {
    for (const struct dataset_info *info = dataset_table; info->name != NULL; info++)
        if (strcmp(info->name, name) == 0)
            return info;
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
