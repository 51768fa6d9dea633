#include "io/png.h"

#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "base/memory.h"
#include "io/file_write.h"

enum { MAX_SIDE = 32767, WHITE = 255 };

int picture_create(struct picture *picture, size_t width, size_t height, size_t channels,
                   struct error *err) {
    *picture = (struct picture){.width = width, .height = height, .channels = channels};
    if (width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE)
        return error_set(err, STATUS_FAILED, "a picture of %zu x %zu pixels cannot be", width,
                         height);
    if (channels != 1 && channels != 3)
        return error_set(err, STATUS_FAILED, "a picture of %zu channels cannot be", channels);
    picture->pixels = memory_alloc(width * height, channels, err);
    if (picture->pixels == NULL)
        return STATUS_NO_MEMORY;
    memset(picture->pixels, WHITE, width * height * channels);
    return STATUS_OK;
}

void picture_free(struct picture *picture) {
    free(picture->pixels);
    *picture = (struct picture){0};
}

int png_encode(const struct picture *picture, const char *name, struct bytes *png,
               struct error *err) {
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)picture->width,
                       .height = (png_uint_32)picture->height,
                       .format = picture->channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    *png = (struct bytes){.data = malloc(size)};
    if (png->data == NULL)
        return error_set(err, STATUS_NO_MEMORY, "%s: out of memory", name);
    const int done =
        png_image_write_to_memory(&image, png->data, &size, 0, picture->pixels, 0, NULL);
    if (done) {
        png->size = size;
        return STATUS_OK;
    }
    free(png->data);
    *png = (struct bytes){0};
    return error_set(err, STATUS_FAILED, "%s: cannot make the PNG: %s", name, image.message);
}

int png_write(const char *path, const struct picture *picture, struct error *err) {
    struct bytes png;
    int status = png_encode(picture, path, &png, err);
    if (status)
        return status;
    status = file_write_atomic(path, png.data, png.size, err);
    free(png.data);
    return status;
}
