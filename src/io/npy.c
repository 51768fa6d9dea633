#include "io/npy.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { MAGIC_SIZE = 6, VERSION_SIZE = 2 };

static const unsigned char magic[MAGIC_SIZE] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

/* The text of the header, read from left to right. */
struct reader {
    const char *name;
    const unsigned char *text;
    size_t next, end;
};

static int error_header(const struct reader *reader, const char *what, struct error *err) {
    return error_set(err, STATUS_DAMAGED,
                     "%s: the header of the NumPy array %s (at its byte %zu): write the file again "
                     "with numpy.save",
                     reader->name, what, reader->next);
}

/* Skips spaces; is the next byte, or -1 at the end. */
static int peek(struct reader *reader) {
    for (; reader->next < reader->end; reader->next++) {
        unsigned char c = reader->text[reader->next];
        if (c != ' ' && c != '\t' && c != '\n')
            return c;
    }
    return -1;
}

/* Skips the character if it is next. */
static bool take(struct reader *reader, char c) {
    if (peek(reader) != c)
        return false;
    reader->next++;
    return true;
}

/* Reads a string within single or double quotes; one with escapes is not among those that are
 * known. `text` has `size` bytes. */
static bool take_string(struct reader *reader, char *text, size_t size) {
    int quote = peek(reader);
    if (quote != '\'' && quote != '"')
        return false;
    reader->next++;
    for (size_t length = 0; reader->next < reader->end && length < size; length++) {
        unsigned char c = reader->text[reader->next++];
        text[length] = c == quote ? '\0' : (char)c;
        if (c == quote)
            return true;
        if (c == '\\' || c == '\0')
            return false;
    }
    return false;
}

static bool take_word(struct reader *reader, const char *word) {
    size_t length = strlen(word);
    if (peek(reader) < 0 || reader->end - reader->next < length ||
        memcmp(reader->text + reader->next, word, length) != 0)
        return false;
    reader->next += length;
    return true;
}

static int read_descr(struct reader *reader, struct npy *npy, struct error *err) {
    static const struct {
        const char *code;
        enum npy_kind kind;
        size_t item_size;
    } types[] = {
        {"b1", NPY_BOOL, 1},     {"i1", NPY_SIGNED, 1},   {"i2", NPY_SIGNED, 2},
        {"i4", NPY_SIGNED, 4},   {"i8", NPY_SIGNED, 8},   {"u1", NPY_UNSIGNED, 1},
        {"u2", NPY_UNSIGNED, 2}, {"u4", NPY_UNSIGNED, 4}, {"u8", NPY_UNSIGNED, 8},
        {"f4", NPY_FLOAT, 4},    {"f8", NPY_FLOAT, 8},
    };
    char descr[16] = "another kind";
    if (peek(reader) != '[' && !take_string(reader, descr, sizeof descr))
        return error_header(reader, "has a type that is not understood", err);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        /* The byte order of single bytes does not matter, and "|" says so. */
        bool ordered = strchr("<>", descr[0]) != NULL;
        if (strcmp(descr + 1, types[i].code) == 0 &&
            (ordered || (descr[0] == '|' && types[i].item_size == 1))) {
            npy->kind = types[i].kind;
            npy->item_size = types[i].item_size;
            npy->big_endian = descr[0] == '>';
            return STATUS_OK;
        }
    }
    return error_set(err, STATUS_DAMAGED,
                     "%s: NumPy values of type %s cannot be read, only booleans, integers, float32 "
                     "and float64: convert them with array.astype(\"float32\")",
                     reader->name, descr);
}

static int read_order(struct reader *reader, struct error *err) {
    if (take_word(reader, "False"))
        return STATUS_OK;
    if (!take_word(reader, "True"))
        return error_header(reader, "has a fortran_order that is neither True nor False", err);
    return error_set(err, STATUS_DAMAGED,
                     "%s: the NumPy array is in Fortran order, only C order can be read: save "
                     "numpy.ascontiguousarray(array) instead",
                     reader->name);
}

/* Reads one number of the shape. Python 2 wrote some with an L after them. */
static bool take_number(struct reader *reader, size_t *number) {
    if (peek(reader) < 0)
        return false;
    size_t start = reader->next;
    *number = 0;
    for (; reader->next < reader->end; reader->next++) {
        unsigned char c = reader->text[reader->next];
        if (c < '0' || c > '9')
            break;
        if (!memory_multiply(*number, 10, number) ||
            __builtin_add_overflow(*number, (size_t)(c - '0'), number))
            return false;
    }
    bool whole = reader->next > start;
    take(reader, 'L');
    return whole;
}

/* Reads a tuple: "()", "(3,)", "(3, 4)". */
static int read_shape(struct reader *reader, struct npy *npy, struct error *err) {
    static const char wrong[] = "has a shape that is not a tuple of sizes";
    if (!take(reader, '('))
        return error_header(reader, wrong, err);
    while (!take(reader, ')')) {
        if (npy->n_dims == NPY_MAX_DIMS)
            return error_header(reader, "has too many dimensions", err);
        if (!take_number(reader, &npy->dims[npy->n_dims++]))
            return error_header(reader, wrong, err);
        /* A comma stands after each size but, where there are several, the last. */
        if (!take(reader, ',') && (npy->n_dims < 2 || peek(reader) != ')'))
            return error_header(reader, wrong, err);
    }
    return STATUS_OK;
}

enum key { DESCR, FORTRAN_ORDER, SHAPE, N_KEYS };

/* Reads a key and its value; a key that was there already (in `seen`) is refused. */
static int read_entry(struct reader *reader, struct npy *npy, bool seen[N_KEYS],
                      struct error *err) {
    static const char *const names[N_KEYS] = {"descr", "fortran_order", "shape"};
    char key[16];
    size_t k = 0;
    if (!take_string(reader, key, sizeof key))
        return error_header(reader, "has a key that is not understood", err);
    while (k < N_KEYS && strcmp(key, names[k]) != 0)
        k++;
    if (k == N_KEYS || seen[k] || !take(reader, ':'))
        return error_header(reader, "has a key that is unknown, there twice or without a value",
                            err);
    seen[k] = true;
    if (k == DESCR)
        return read_descr(reader, npy, err);
    return k == SHAPE ? read_shape(reader, npy, err) : read_order(reader, err);
}

static int read_dictionary(struct reader *reader, struct npy *npy, struct error *err) {
    bool seen[N_KEYS] = {false};
    if (!take(reader, '{'))
        return error_header(reader, "is not a dictionary", err);
    while (!take(reader, '}')) {
        int status = read_entry(reader, npy, seen, err);
        if (status != STATUS_OK)
            return status;
        if (!take(reader, ',') && peek(reader) != '}')
            return error_header(reader, "lacks a comma", err);
    }
    if (!seen[DESCR] || !seen[FORTRAN_ORDER] || !seen[SHAPE])
        return error_header(reader, "lacks the type, the order or the shape", err);
    if (peek(reader) >= 0)
        return error_header(reader, "has something after the dictionary", err);
    return STATUS_OK;
}

static int error_cut_off(const struct reader *reader, struct error *err) {
    return error_set(err, STATUS_DAMAGED,
                     "%s: the file ends within the header of the NumPy array; it is cut off or "
                     "corrupt: write it again",
                     reader->name);
}

/* Finds the header's text: after magic number, version and length (of 2 bytes, or since version 2.0
 * of 4). */
static int find_header(struct reader *reader, const struct bytes *bytes, struct error *err) {
    const unsigned char *b = bytes->data;
    size_t start = MAGIC_SIZE + VERSION_SIZE, length = 0;
    if (bytes->size < MAGIC_SIZE || memcmp(b, magic, MAGIC_SIZE) != 0)
        return error_set(err, STATUS_DAMAGED,
                         "%s: not a NumPy array (.npy): write the file with numpy.save",
                         reader->name);
    if (bytes->size < start)
        return error_cut_off(reader, err);
    const unsigned char major = b[MAGIC_SIZE], minor = b[MAGIC_SIZE + 1];
    if (major < 1 || major > 3 || minor != 0)
        return error_set(err, STATUS_DAMAGED,
                         "%s: version %d.%d of NumPy's format cannot be read, only 1.0, 2.0 and "
                         "3.0: write the file again with numpy.save",
                         reader->name, major, minor);
    const size_t length_size = major == 1 ? 2 : 4;
    if (bytes->size - start < length_size)
        return error_cut_off(reader, err);
    for (size_t i = length_size; i-- > 0;)
        length = length << 8 | b[start + i];
    start += length_size;
    if (bytes->size - start < length)
        return error_cut_off(reader, err);
    reader->text = b;
    reader->next = start;
    reader->end = start + length;
    return STATUS_OK;
}

int npy_parse(struct npy *npy, const char *name, const struct bytes *bytes, struct error *err) {
    *npy = (struct npy){0};
    struct reader reader = {.name = name};
    int status = find_header(&reader, bytes, err);
    if (status == STATUS_OK)
        status = read_dictionary(&reader, npy, err);
    if (status != STATUS_OK)
        return status;
    size_t n_bytes;
    npy->n_values = 1;
    bool fits = true;
    for (size_t i = 0; i < npy->n_dims; i++)
        fits = fits && memory_multiply(npy->n_values, npy->dims[i], &npy->n_values);
    if (!fits || !memory_multiply(npy->n_values, npy->item_size, &n_bytes))
        return error_header(&reader, "has an absurd shape", err);
    size_t n_there = bytes->size - reader.end;
    if (n_there != n_bytes)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the header of the NumPy array promises %zu bytes of values but %zu "
                         "are there; the file is %s: write it again",
                         name, n_bytes, n_there, n_there < n_bytes ? "cut off" : "corrupt");
    npy->values = bytes->data + reader.end;
    return STATUS_OK;
}

double npy_get(const struct npy *npy, size_t i) {
    const size_t size = npy->item_size;
    const unsigned char *b = npy->values + i * size;
    /* A negative integer starts from all ones: its sign goes on to the left. */
    const bool negative = npy->kind == NPY_SIGNED && b[npy->big_endian ? 0 : size - 1] >= 0x80;
    uint64_t bits = negative ? UINT64_MAX : 0;
    for (size_t k = 0; k < size; k++)
        bits = bits << 8 | b[npy->big_endian ? k : size - 1 - k];
    if (npy->kind == NPY_BOOL)
        return bits != 0;
    if (npy->kind == NPY_UNSIGNED)
        return (double)bits;
    if (npy->kind == NPY_SIGNED)
        return (double)(int64_t)bits;
    if (size == sizeof(float)) {
        const uint32_t low = (uint32_t)bits;
        float value;
        memcpy(&value, &low, sizeof value);
        return (double)value;
    }
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

const char *npy_shape(const struct npy *npy, char text[NPY_SHAPE_SIZE]) {
    size_t length = 0;
    text[length++] = '(';
    for (size_t i = 0; i < npy->n_dims; i++)
        length += (size_t)snprintf(text + length, NPY_SHAPE_SIZE - length, "%s%zu",
                                   i == 0 ? "" : ", ", npy->dims[i]);
    /* 8 dimensions of 20 digits leave room for the end. */
    snprintf(text + length, NPY_SHAPE_SIZE - length, npy->n_dims == 1 ? ",)" : ")");
    return text;
}
