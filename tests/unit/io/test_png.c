/* PNG files: read back by libpng's own reader, and their chunks checked by zlib. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <png.h>
#include <zlib.h>

#include "io/png.h"
#include "scratch.h"

static void new_picture(struct picture *picture, size_t width, size_t height, size_t channels) {
    struct error err = {.message = ""};
    assert_int_equal(picture_create(picture, width, height, channels, &err), STATUS_OK);
    for (size_t i = 0; i < width * height * channels; i++) {
        assert_int_equal(picture->pixels[i], 255);
        picture->pixels[i] = (unsigned char)(i * 37 + i / 11);
    }
}

static uint32_t big_endian(const unsigned char *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Signature, then chunks: length, type, content, CRC-32 of type and content. */
static void check_chunks(const struct bytes *png, const struct picture *picture) {
    size_t at = 8, n_chunks = 0;
    assert_memory_equal(png->data, "\x89PNG\r\n\x1a\n", 8);
    while (at < png->size) {
        assert_true(png->size - at >= 12);
        const uint32_t length = big_endian(png->data + at);
        assert_true(length <= png->size - at - 12);
        const unsigned char *type = png->data + at + 4;
        assert_int_equal(crc32(0, type, length + 4), big_endian(type + 4 + length));
        assert_int_equal(n_chunks == 0, memcmp(type, "IHDR", 4) == 0);
        if (n_chunks == 0) {
            assert_int_equal(big_endian(type + 4), picture->width);
            assert_int_equal(big_endian(type + 8), picture->height);
            assert_int_equal(type[12], 8);
            assert_int_equal(type[13], picture->channels == 1 ? 0 : 2); /* grey, RGB */
        }
        at += 12 + length;
        n_chunks++;
    }
    assert_int_equal(at, png->size);
    assert_memory_equal(png->data + png->size - 8, "IEND", 4);
}

static void check_pixels(const struct bytes *png, const struct picture *picture) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    const size_t size = picture->width * picture->height * picture->channels;
    unsigned char *pixels = malloc(size);
    assert_non_null(pixels);
    assert_true(png_image_begin_read_from_memory(&image, png->data, png->size));
    assert_int_equal(image.width, picture->width);
    assert_int_equal(image.height, picture->height);
    assert_int_equal(image.format, picture->channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB);
    assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL));
    assert_memory_equal(pixels, picture->pixels, size);
    free(pixels);
}

static void test_encode(void **state) {
    (void)state;
    static const size_t sizes[][3] = {{1, 1, 1}, {1, 1, 3}, {7, 3, 1}, {5, 9, 3}, {300, 200, 3}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct picture picture;
        struct bytes png, again;
        struct error err = {.message = ""};
        new_picture(&picture, sizes[i][0], sizes[i][1], sizes[i][2]);
        assert_int_equal(png_encode(&picture, "a.png", &png, &err), STATUS_OK);
        check_chunks(&png, &picture);
        check_pixels(&png, &picture);
        assert_int_equal(png_encode(&picture, "a.png", &again, &err), STATUS_OK);
        assert_int_equal(png.size, again.size);
        assert_memory_equal(png.data, again.data, png.size);
        free(png.data);
        free(again.data);
        picture_free(&picture);
    }
}

static void test_write(void **state) {
    struct picture picture;
    struct bytes png, file;
    struct error err = {.message = ""};
    new_picture(&picture, 40, 30, 3);
    const char *path = scratch_path(*state, "a.png");
    assert_int_equal(png_write(path, &picture, &err), STATUS_OK);
    assert_int_equal(png_encode(&picture, path, &png, &err), STATUS_OK);
    assert_int_equal(file_read(path, 1 << 20, &file, &err), STATUS_OK);
    assert_int_equal(file.size, png.size);
    assert_memory_equal(file.data, png.data, png.size);
    path = scratch_path(*state, "not/there/a.png");
    assert_int_equal(png_write(path, &picture, &err), STATUS_MISSING);
    assert_memory_equal(err.message, path, strlen(path));
    free(png.data);
    free(file.data);
    picture_free(&picture);
}

static void test_impossible(void **state) {
    (void)state;
    static const size_t sizes[][3] = {{0, 1, 1}, {1, 0, 1},     {1, 1, 0},       {1, 1, 2},
                                      {1, 1, 4}, {32768, 1, 1}, {1, SIZE_MAX, 3}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct picture picture;
        struct error err = {.message = ""};
        assert_int_equal(picture_create(&picture, sizes[i][0], sizes[i][1], sizes[i][2], &err),
                         STATUS_FAILED);
        assert_true(err.message[0] != '\0');
        picture_free(&picture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_impossible),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
