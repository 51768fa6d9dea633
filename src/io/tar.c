/* The format: blocks of 512 bytes. A member is a header block and its content, padded to a block; a
 * block of zeros ends the archive. A name or size that does not fit into a header stands in a
 * member of a special type before it. */
#include "io/tar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/buffer.h"

enum { BLOCK_SIZE = 512, TYPE_END = 256 };

/* Of the content of a special member: long names, extended attributes. */
static const size_t max_special_size = (size_t)1 << 20;

/* Where the fields of a header stand and how long they are. */
enum { NAME = 0, NAME_LENGTH = 100, SIZE = 124, SIZE_LENGTH = 12 };
enum { CHECKSUM = 148, CHECKSUM_LENGTH = 8, TYPE = 156 };

/* What special members say of the next ordinary one. */
struct special {
    bool has_name, has_size;
    char name[TAR_NAME_SIZE];
    size_t size;
};

/* Messages name the archive and, while its content is read, the member. */
static void name_place(struct tar *tar, const char *member) {
    tar->place[tar->path_length] = '\0';
    if (member == NULL)
        return;
    strcat(tar->place, ": ");
    strcat(tar->place, member);
}

static int corrupt(const struct tar *tar, const char *what, struct error *err) {
    return error_set(
        err, STATUS_DAMAGED,
        "%s: %s before byte %zu; the tar archive is damaged or of an unknown kind: get it "
        "again",
        tar->place, what, tar->stream.offset);
}

/* Reads all `size` bytes; the end of the file is an error. */
static int read_exactly(struct tar *tar, void *data, size_t size, struct error *err) {
    size_t n_read;
    int status = gzip_stream_read(&tar->stream, data, size, &n_read, err);
    if (status == STATUS_OK && n_read < size)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the tar archive ends early; the file is cut off: get it again",
                         tar->place);
    return status;
}

static int skip(struct tar *tar, size_t size, struct error *err) {
    unsigned char ignored[16 * BLOCK_SIZE];
    int status = STATUS_OK;
    while (status == STATUS_OK && size > 0) {
        size_t n = size < sizeof ignored ? size : sizeof ignored;
        status = read_exactly(tar, ignored, n, err);
        size -= n;
    }
    return status;
}

/* Reads to the end of the file, since gzip's checksum stands there. */
static int drain(struct tar *tar, struct error *err) {
    unsigned char ignored[16 * BLOCK_SIZE];
    size_t n_read = sizeof ignored;
    int status = STATUS_OK;
    while (status == STATUS_OK && n_read == sizeof ignored)
        status = gzip_stream_read(&tar->stream, ignored, sizeof ignored, &n_read, err);
    return status;
}

/* A number of a header: octal digits among spaces, ended by a space, a NUL or the end of the field;
 * or, when the first bit is set, big-endian binary. False when it is neither, or negative, or does
 * not fit with its padding. */
static bool parse_number(const unsigned char *field, size_t length, size_t *number) {
    const bool binary = (field[0] & 0x80) != 0;
    const size_t base = binary ? 256 : 8;
    *number = binary ? field[0] & 0x7f : 0;
    size_t i = binary ? 1 : 0;
    while (!binary && i < length && field[i] == ' ')
        i++;
    for (; i < length && (binary || (field[i] != ' ' && field[i] != '\0')); i++) {
        size_t digit = binary ? field[i] : (size_t)(field[i] - '0');
        if (digit >= base || *number > (SIZE_MAX - BLOCK_SIZE - digit) / base)
            return false;
        *number = *number * base + digit;
    }
    return true;
}

static bool checksum_fits(const unsigned char *block) {
    size_t sum = 0, expected;
    for (size_t i = 0; i < BLOCK_SIZE; i++)
        sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH ? ' ' : block[i];
    return parse_number(block + CHECKSUM, CHECKSUM_LENGTH, &expected) && sum == expected;
}

/* Keeps what follows the last slash. A ustar header has a second field for the front of a long
 * name, which is cut at a slash: the last component never stands there. */
static void keep_name(char *name, const unsigned char *path, size_t length) {
    length = strnlen((const char *)path, length);
    const unsigned char *slash = memrchr(path, '/', length);
    const unsigned char *last = slash == NULL ? path : slash + 1;
    size_t n = length - (size_t)(last - path);
    if (n >= TAR_NAME_SIZE)
        n = TAR_NAME_SIZE - 1;
    memcpy(name, last, n);
    name[n] = '\0';
}

static size_t padded(size_t size) {
    return (size + BLOCK_SIZE - 1) / BLOCK_SIZE * BLOCK_SIZE;
}

static bool parse_decimal(const unsigned char *text, size_t length, size_t *number) {
    *number = 0;
    for (size_t i = 0; i < length; i++) {
        size_t digit = (size_t)(text[i] - '0');
        if (digit > 9 || *number > (SIZE_MAX - BLOCK_SIZE - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return length > 0;
}

static bool starts_with(const unsigned char *text, size_t length, const char *start) {
    return length >= strlen(start) && memcmp(text, start, strlen(start)) == 0;
}

/* One pax record without its length and newline: "key=value". */
static int parse_pax_record(const struct tar *tar, const unsigned char *record, size_t length,
                            struct special *special, struct error *err) {
    static const char path[] = "path=", size[] = "size=";
    if (memchr(record, '=', length) == NULL)
        return corrupt(tar, "a pax record without a value", err);
    if (starts_with(record, length, "GNU.sparse."))
        return corrupt(tar, "a sparse file", err);
    if (starts_with(record, length, path)) {
        special->has_name = true;
        keep_name(special->name, record + strlen(path), length - strlen(path));
    } else if (starts_with(record, length, size)) {
        special->has_size = true;
        if (!parse_decimal(record + strlen(size), length - strlen(size), &special->size))
            return corrupt(tar, "a size that makes no sense", err);
    }
    return STATUS_OK;
}

/* Records "length key=value\n", where the length counts the whole record. */
static int parse_pax(const struct tar *tar, const struct bytes *content, struct special *special,
                     struct error *err) {
    const unsigned char *record = content->data;
    size_t rest = content->size, length;
    int status = STATUS_OK;
    while (status == STATUS_OK && rest > 0) {
        const unsigned char *space = memchr(record, ' ', rest);
        const size_t n_digits = space == NULL ? 0 : (size_t)(space - record);
        if (space == NULL || !parse_decimal(record, n_digits, &length) || length < n_digits + 2 ||
            length > rest || record[length - 1] != '\n')
            return corrupt(tar, "a pax header that makes no sense", err);
        status = parse_pax_record(tar, space + 1, length - n_digits - 2, special, err);
        record += length;
        rest -= length;
    }
    return status;
}

/* A member of type 'L' (GNU: the name of the next one), 'x' (pax: records for the next one) or 'g'
 * (pax: records for all that follow). */
static int read_special(struct tar *tar, int type, struct special *special, struct error *err) {
    struct bytes content;
    struct special global = {0};
    int status = tar_read(tar, max_special_size, &content, err);
    if (status != STATUS_OK)
        return status;
    if (type == 'L') {
        special->has_name = true;
        keep_name(special->name, content.data, content.size);
    } else {
        status = parse_pax(tar, &content, type == 'x' ? special : &global, err);
        if (status == STATUS_OK && (global.has_name || global.has_size))
            status = corrupt(tar, "one name or size for several files", err);
    }
    free(content.data);
    return status;
}

/* Reads the next header block into *type, tar->name and tar->size; the archive's end is type
 * TYPE_END. */
static int read_header(struct tar *tar, int *type, struct error *err) {
    static const unsigned char zeros[BLOCK_SIZE];
    unsigned char block[BLOCK_SIZE];
    const int status = read_exactly(tar, block, BLOCK_SIZE, err);
    if (status != STATUS_OK)
        return status;
    if (memcmp(block, zeros, BLOCK_SIZE) == 0) {
        *type = TYPE_END;
        return drain(tar, err);
    }
    if (!checksum_fits(block))
        return corrupt(tar, "a wrong header checksum", err);
    if (!parse_number(block + SIZE, SIZE_LENGTH, &tar->size))
        return corrupt(tar, "a size that makes no sense", err);
    keep_name(tar->name, block + NAME, NAME_LENGTH);
    *type = block[TYPE];
    tar->unread = padded(tar->size);
    return STATUS_OK;
}

/* Completes the header of an ordinary member. */
static void apply(struct tar *tar, int type, const struct special *special) {
    if (special->has_name)
        memcpy(tar->name, special->name, sizeof tar->name);
    if (special->has_size)
        tar->size = special->size;
    /* Links, devices, directories and pipes have no content, whatever their size says. */
    if (type >= '1' && type <= '6')
        tar->size = 0;
    tar->unread = padded(tar->size);
    name_place(tar, tar->name);
}

int tar_open(struct tar *tar, const char *path, size_t max_size, struct error *err) {
    *tar = (struct tar){.path_length = strlen(path)};
    if (tar->path_length >= TAR_PATH_SIZE)
        return error_set(err, STATUS_FAILED, "%.200s...: the path is too long", path);
    memcpy(tar->place, path, tar->path_length);
    int status = gzip_stream_open(&tar->stream, path, max_size, err);
    tar->stream.name = tar->place;
    return status;
}

int tar_next(struct tar *tar, bool *more, struct error *err) {
    struct special special = {.has_name = false};
    *more = false;
    for (;;) {
        int type = TYPE_END;
        int status = skip(tar, tar->unread, err);
        tar->unread = 0;
        name_place(tar, NULL);
        if (status == STATUS_OK)
            status = read_header(tar, &type, err);
        if (status != STATUS_OK || type == TYPE_END)
            return status;
        if (type == 'S')
            return corrupt(tar, "a sparse file", err);
        if (type == 'L' || type == 'x' || type == 'g') {
            status = read_special(tar, type, &special, err);
            if (status != STATUS_OK)
                return status;
        } else if (type != 'K') { /* K: a long name that a link points to */
            apply(tar, type, &special);
            special = (struct special){.has_name = false};
            *more = type == '0' || type == '\0' || type == '7';
            if (*more)
                return STATUS_OK;
        }
    }
}

static int read_content(struct tar *tar, struct buffer *buffer, struct error *err) {
    if (tar->size > buffer->max_size)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the %zu bytes of this member are more than the %zu that are allowed "
                         "here: is it the right file?",
                         tar->place, tar->size, buffer->max_size);
    /* The buffer grows with the bytes that come, so that a false size costs nothing. */
    int status = buffer_reserve(buffer, tar->place, err);
    while (status == STATUS_OK && buffer->size < tar->size) {
        size_t room = buffer->capacity - buffer->size, rest = tar->size - buffer->size;
        size_t n = room < rest ? room : rest;
        status = read_exactly(tar, buffer->data + buffer->size, n, err);
        if (status != STATUS_OK)
            return status;
        buffer->size += n;
        tar->unread -= n;
        status = buffer_reserve(buffer, tar->place, err);
    }
    return status;
}

int tar_read(struct tar *tar, size_t max_size, struct bytes *content, struct error *err) {
    struct buffer buffer = {.max_size = max_size};
    int status = read_content(tar, &buffer, err);
    *content = (struct bytes){buffer.data, buffer.size};
    if (status == STATUS_OK)
        return STATUS_OK;
    free(buffer.data);
    *content = (struct bytes){NULL, 0};
    return status;
}

void tar_close(struct tar *tar) {
    gzip_stream_close(&tar->stream);
}
