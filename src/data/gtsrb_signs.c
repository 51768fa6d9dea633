/* A table (CSV) of images (PPM) and of the place of the sign in each. The formats are checked in
 * io/; what the table says of the images is checked here. */
#include "data/gtsrb_signs.h"

#include <stdlib.h>
#include <string.h>

#include "data/resize.h"
#include "io/csv.h"
#include "io/file.h"
#include "io/ppm.h"

enum { CHANNELS = 3, SIDE = 32, IMAGE_SIZE = CHANNELS * SIDE * SIDE, CLASS_ID = 14 };

/* The original table has 780 rows, 33 KB. */
static const size_t max_table_size = (size_t)1 << 20;
static const size_t max_ppm_size = PPM_MAX_SIZE + 4096;

#define UNPACK ": unpack GTSRB_Final_Training_Images.zip again"

/* A row of the table; the last column and row of the region of interest belong to it. */
struct sign {
    const char *file;
    size_t width, height;
    size_t x1, y1, x2, y2;
};

/* The places of the columns in the table. */
struct columns {
    size_t file, width, height, x1, y1, x2, y2, class;
};

static int find_columns(const struct csv *csv, const char *path, struct columns *columns,
                        struct error *err) {
    const struct {
        const char *name;
        size_t *index;
    } wanted[] = {
        {"Filename", &columns->file}, {"Width", &columns->width},   {"Height", &columns->height},
        {"Roi.X1", &columns->x1},     {"Roi.Y1", &columns->y1},     {"Roi.X2", &columns->x2},
        {"Roi.Y2", &columns->y2},     {"ClassId", &columns->class},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const int status = csv_find(csv, path, wanted[i].name, wanted[i].index, err);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* The columns that locate the sign in its image. */
static int read_region(const struct csv *csv, const char *path, const struct columns *columns,
                       size_t row, struct sign *sign, struct error *err) {
    const struct {
        size_t column;
        size_t *value;
    } numbers[] = {
        {columns->width, &sign->width}, {columns->height, &sign->height}, {columns->x1, &sign->x1},
        {columns->y1, &sign->y1},       {columns->x2, &sign->x2},         {columns->y2, &sign->y2},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const int status =
            csv_number(csv, path, row, numbers[i].column, PPM_MAX_SIZE, numbers[i].value, err);
        if (status != STATUS_OK)
            return status;
    }
    if (sign->x1 > sign->x2 || sign->y1 > sign->y2 || sign->x2 >= sign->width ||
        sign->y2 >= sign->height)
        return error_set(err, STATUS_DAMAGED,
                         "%s: line %zu: the region of columns %zu..%zu and rows %zu..%zu is not "
                         "within the %zu x %zu pixels of the image" UNPACK,
                         path, csv->lines[row], sign->x1, sign->x2, sign->y1, sign->y2, sign->width,
                         sign->height);
    return STATUS_OK;
}

static int read_row(const struct csv *csv, const char *path, const struct columns *columns,
                    size_t row, struct sign *sign, struct error *err) {
    size_t class;
    sign->file = csv_field(csv, row, columns->file);
    /* The table must not lead out of its directory. */
    if (sign->file[0] == '\0' || strchr(sign->file, '/') != NULL ||
        strstr(sign->file, "..") != NULL)
        return error_set(err, STATUS_DAMAGED,
                         "%s: line %zu: \"%.100s\" is not the name of a file in the same "
                         "directory" UNPACK,
                         path, csv->lines[row], sign->file);
    const int status = csv_number(csv, path, row, columns->class, PPM_MAX_SIZE, &class, err);
    if (status != STATUS_OK)
        return status;
    if (class != CLASS_ID)
        return error_set(err, STATUS_DAMAGED,
                         "%s: line %zu: class %zu instead of %d, stop signs" UNPACK, path,
                         csv->lines[row], class, CLASS_ID);
    return read_region(csv, path, columns, row, sign, err);
}

/* Cuts the region out of the image and resizes it, channel by channel. */
static int crop(const struct ppm *ppm, const char *path, const struct sign *sign,
                unsigned char *pixels, struct error *err) {
    if (ppm->width != sign->width || ppm->height != sign->height)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the image has %zu x %zu pixels, but %zu x %zu in " GTSRB_TABLE UNPACK,
                         path, ppm->width, ppm->height, sign->width, sign->height);
    struct plane plane = {
        .height = sign->y2 - sign->y1 + 1,
        .width = sign->x2 - sign->x1 + 1,
        .row_stride = CHANNELS * ppm->width,
        .pixel_stride = CHANNELS,
    };
    for (size_t channel = 0; channel < CHANNELS; channel++) {
        plane.pixels = ppm->pixels + sign->y1 * plane.row_stride + sign->x1 * CHANNELS + channel;
        resize_bilinear(&plane, SIDE, SIDE, pixels + channel * SIDE * SIDE);
    }
    return STATUS_OK;
}

static int read_sign(const char *directory, const struct sign *sign, unsigned char *pixels,
                     struct error *err) {
    char path[DATASET_PATH_SIZE];
    struct bytes bytes;
    struct ppm ppm;
    int status = file_join(path, sizeof path, directory, sign->file, err);
    if (status == STATUS_OK)
        status = file_read(path, max_ppm_size, &bytes, err);
    if (status != STATUS_OK)
        return status;
    status = ppm_parse(&ppm, path, &bytes, err);
    free(bytes.data);
    if (status == STATUS_OK) {
        status = crop(&ppm, path, sign, pixels, err);
        free(ppm.pixels);
    }
    return status;
}

/* Reads the stop signs in the order of the table. */
static int read_all(const struct csv *csv, const char *path, const struct columns *columns,
                    const char *directory, struct images *images, struct error *err) {
    if (images_create(images, csv->n_rows, CHANNELS, SIDE, SIDE, err) != STATUS_OK ||
        images_insert(images, 0, csv->n_rows, err) != STATUS_OK)
        return STATUS_NO_MEMORY;
    for (size_t row = 0; row < csv->n_rows; row++) {
        struct sign sign;
        int status = read_row(csv, path, columns, row, &sign, err);
        if (status == STATUS_OK)
            status = read_sign(directory, &sign, images->pixels + row * IMAGE_SIZE, err);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

int gtsrb_read_signs(const char *directory, struct images *images, struct error *err) {
    char path[DATASET_PATH_SIZE];
    struct bytes bytes;
    struct csv csv;
    struct columns columns;
    *images = (struct images){0};
    int status = file_join(path, sizeof path, directory, GTSRB_TABLE, err);
    if (status == STATUS_OK)
        status = file_read(path, max_table_size, &bytes, err);
    if (status != STATUS_OK)
        return status;
    status = csv_parse(&csv, path, &bytes, ';', err);
    free(bytes.data);
    if (status == STATUS_OK)
        status = find_columns(&csv, path, &columns, err);
    if (status == STATUS_OK && csv.n_rows < 2)
        status = error_set(err, STATUS_DAMAGED,
                           "%s: the table has %zu stop signs; at least one to train on and one to "
                           "test on are needed" UNPACK,
                           path, csv.n_rows);
    if (status == STATUS_OK)
        status = read_all(&csv, path, &columns, directory, images, err);
    csv_free(&csv);
    if (status != STATUS_OK)
        images_free(images);
    return status;
}
