#include "io/ppm.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { MAGIC_SIZE = 2, CHANNELS = 3, LARGEST = 255 };

struct reader {
    const char *name;
    const struct bytes *bytes;
    size_t next; /* place of the next byte */
};

static bool is_space(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(int c) {
    return c >= '0' && c <= '9';
}

/* The next byte, or -1 at the end. */
static int peek(const struct reader *reader) {
    return reader->next < reader->bytes->size ? reader->bytes->data[reader->next] : -1;
}

/* Skips a comment up to the end of its line, which is white space to the reader. */
static void skip_comment(struct reader *reader) {
    while (peek(reader) >= 0 && peek(reader) != '\n' && peek(reader) != '\r')
        reader->next++;
}

/* Skips white space and comments; at least one of them must be there. */
static bool skip_space(struct reader *reader) {
    size_t start = reader->next;
    for (;;) {
        if (is_space(peek(reader)))
            reader->next++;
        else if (peek(reader) == '#')
            skip_comment(reader);
        else
            return reader->next > start;
    }
}

/* Reads a number of the header, with the white space before it. */
static int read_number(struct reader *reader, const char *what, size_t *number, struct error *err) {
    bool fits = true;
    *number = 0;
    if (!skip_space(reader) || !is_digit(peek(reader)))
        return error_set(err, STATUS_DAMAGED,
                         "%s: there is no %s in the header of the PPM image; the file is %s: "
                         "get it again",
                         reader->name, what, peek(reader) < 0 ? "cut off" : "corrupt");
    for (; is_digit(peek(reader)); reader->next++)
        fits = fits && memory_multiply(*number, 10, number) &&
               !__builtin_add_overflow(*number, (size_t)(peek(reader) - '0'), number);
    if (!fits || *number == 0)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the %s of the PPM image is %s; the file is corrupt: get it again",
                         reader->name, what, fits ? "0" : "absurd");
    return STATUS_OK;
}

static int check_magic(const char *name, const struct bytes *bytes, struct error *err) {
    const unsigned char *b = bytes->data;
    if (bytes->size < MAGIC_SIZE || b[0] != 'P' || b[1] < '1' || b[1] > '7')
        return error_set(err, STATUS_DAMAGED, "%s: not a PPM image: is it the right file?", name);
    if (b[1] != '6')
        return error_set(
            err, STATUS_DAMAGED,
            "%s: an image of type P%c cannot be read, only binary PPM (P6): convert it", name,
            b[1]);
    return STATUS_OK;
}

/* Reads the header through the one byte of white space (or the comment) that ends it. */
static int read_header(struct reader *reader, struct ppm *ppm, size_t *largest, struct error *err) {
    reader->next = MAGIC_SIZE;
    int status = read_number(reader, "width", &ppm->width, err);
    if (status == STATUS_OK)
        status = read_number(reader, "height", &ppm->height, err);
    if (status == STATUS_OK)
        status = read_number(reader, "largest value", largest, err);
    if (status != STATUS_OK)
        return status;
    if (*largest > LARGEST)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the largest value of the PPM image is %zu; only one byte a value (at "
                         "most 255) can be read: convert it",
                         reader->name, *largest);
    if (peek(reader) == '#')
        skip_comment(reader);
    if (!is_space(peek(reader)))
        return error_set(err, STATUS_DAMAGED,
                         "%s: no white space ends the header of the PPM image; the file is %s: get "
                         "it again",
                         reader->name, peek(reader) < 0 ? "cut off" : "corrupt");
    reader->next++;
    return STATUS_OK;
}

/* Copies the n values, scaled to 0..255. */
static int copy_pixels(struct ppm *ppm, const char *name, const unsigned char *values, size_t n,
                       size_t largest, struct error *err) {
    ppm->pixels = memory_alloc(n, 1, err);
    if (ppm->pixels == NULL)
        return error_prefix(err, STATUS_NO_MEMORY, "%s", name);
    for (size_t i = 0; i < n; i++) {
        if (values[i] > largest)
            return error_set(err, STATUS_DAMAGED,
                             "%s: value %zu of the PPM image is %d, above its largest value %zu; "
                             "the file is corrupt: get it again",
                             name, i, values[i], largest);
        ppm->pixels[i] = (unsigned char)((values[i] * LARGEST + largest / 2) / largest);
    }
    return STATUS_OK;
}

int ppm_parse(struct ppm *ppm, const char *name, const struct bytes *bytes, struct error *err) {
    *ppm = (struct ppm){0};
    struct reader reader = {.name = name, .bytes = bytes};
    size_t largest, n;
    int status = check_magic(name, bytes, err);
    if (status == STATUS_OK)
        status = read_header(&reader, ppm, &largest, err);
    if (status != STATUS_OK)
        return status;
    if (!memory_multiply(ppm->width, ppm->height, &n) || !memory_multiply(n, CHANNELS, &n) ||
        n > PPM_MAX_SIZE)
        return error_set(err, STATUS_DAMAGED,
                         "%s: a PPM image of %zu x %zu pixels is too large: at most %d bytes can "
                         "be read: is it the right file?",
                         name, ppm->width, ppm->height, PPM_MAX_SIZE);
    size_t n_there = bytes->size - reader.next;
    if (n_there != n)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the PPM header promises %zu bytes of pixels but %zu are there; the "
                         "file is %s: get it again",
                         name, n, n_there, n_there < n ? "cut off" : "corrupt");
    status = copy_pixels(ppm, name, bytes->data + reader.next, n, largest, err);
    if (status != STATUS_OK) {
        free(ppm->pixels);
        ppm->pixels = NULL;
    }
    return status;
}
