/* What NumPy's arrays look like in a pickle. An array is made blank by
 * _reconstruct(ndarray, (0,), b"b"), its type by dtype("u1", False, True); then each is given its
 * state: (1, shape, dtype, Fortran order?, bytes) and (3, "|", None, None, None, -1, -1, 0).
 * Protocol 2 of Python 3 writes bytes as encode(text, "latin1"). */
#include "io/pickle_numpy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "io/pickle.h"

enum function { RECONSTRUCT, NDARRAY, DTYPE, ENCODE };

static const struct {
    const char *module, *name;
    enum function function;
} functions[] = {
    {"numpy.core.multiarray", "_reconstruct", RECONSTRUCT},
    {"numpy._core.multiarray", "_reconstruct", RECONSTRUCT}, /* NumPy 2 */
    {"numpy", "ndarray", NDARRAY},
    {"numpy", "dtype", DTYPE},
    {"_codecs", "encode", ENCODE},
};

enum { N_FUNCTIONS = sizeof functions / sizeof functions[0], PRINTED_SIZE = 64 };

static bool same(const struct bytes *bytes, const char *string) {
    return bytes->size == strlen(string) && memcmp(bytes->data, string, bytes->size) == 0;
}

/* A name from the file for a message: cut, and nothing in it that a terminal would act on. */
static const char *printed(char *text, const struct bytes *name) {
    size_t n = name->size < PRINTED_SIZE ? name->size : PRINTED_SIZE - 1;
    for (size_t i = 0; i < n; i++)
        text[i] = (char)(name->data[i] > 0x20 && name->data[i] < 0x7f ? name->data[i] : '?');
    text[n] = '\0';
    return text;
}

int numpy_push_function(struct machine *machine, const struct bytes *module,
                        const struct bytes *name, struct error *err) {
    for (size_t i = 0; i < N_FUNCTIONS; i++)
        if (same(module, functions[i].module) && same(name, functions[i].name)) {
            const struct value value = {.kind = VALUE_FUNCTION,
                                        .integer = (int32_t)functions[i].function};
            return machine_push(machine, value, err);
        }
    char module_text[PRINTED_SIZE], name_text[PRINTED_SIZE];
    return error_set(err, STATUS_DAMAGED, "it asks for %s.%s, which no array of bytes needs",
                     printed(module_text, module), printed(name_text, name));
}

/* A flag is a boolean, or 0 or 1. */
static bool is_number(const struct value *value, int32_t number) {
    return (value->kind == VALUE_INTEGER || value->kind == VALUE_BOOLEAN) &&
           value->integer == number;
}

static int reconstruct(struct machine *machine, const struct value *arguments, struct error *err) {
    const struct value *items[3], *sizes[1];
    if (!value_items(arguments, 3, items) || items[0]->kind != VALUE_FUNCTION ||
        items[0]->integer != NDARRAY || !value_items(items[1], 1, sizes) ||
        !is_number(sizes[0], 0) || !value_is_string(items[2], "b"))
        return error_set(err, STATUS_DAMAGED, "an array is made in an unknown way");
    return machine_push(machine, (struct value){.kind = VALUE_BLANK_ARRAY}, err);
}

static int make_dtype(struct machine *machine, const struct value *arguments, struct error *err) {
    const struct value *items[3];
    if (!value_items(arguments, 3, items) || !is_number(items[1], 0) || !is_number(items[2], 1))
        return error_set(err, STATUS_DAMAGED, "an array's type is made in an unknown way");
    if (!value_is_string(items[0], "u1"))
        return error_set(err, STATUS_DAMAGED,
                         "an array of another type than unsigned bytes (u1) cannot be read");
    return machine_push(machine, (struct value){.kind = VALUE_BLANK_DTYPE}, err);
}

/* UTF-8 of characters below 256, as one byte each; *n is their number. */
static int decode(const struct value *text, unsigned char *out, size_t *n, struct error *err) {
    const unsigned char *in = text->data, *end = in + text->n;
    *n = 0;
    while (in < end) {
        unsigned char c = *in++;
        if (c >= 0x80) {
            if ((c != 0xc2 && c != 0xc3) || in == end || (*in & 0xc0) != 0x80)
                return error_set(err, STATUS_DAMAGED, "text that should be bytes is not latin1");
            c = (unsigned char)(c << 6 | (*in++ & 0x3f));
        }
        out[(*n)++] = c;
    }
    return STATUS_OK;
}

static int encode(struct machine *machine, const struct value *arguments, struct error *err) {
    const struct value *items[2];
    if (!value_items(arguments, 2, items) || items[0]->kind != VALUE_TEXT ||
        !value_is_string(items[1], "latin1"))
        return error_set(err, STATUS_DAMAGED, "bytes are encoded in an unknown way");
    /* The texts of a file, each once, are shorter than the file: only one that is encoded again and
     * again takes more room, and time. */
    if (items[0]->n > machine->bytes.size - machine->n_decoded)
        return error_set(err, STATUS_DAMAGED, "bytes are encoded more than once");
    if (machine->decoded == NULL)
        machine->decoded = malloc(machine->bytes.size);
    if (machine->decoded == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory: no %zu bytes are free",
                         machine->bytes.size);
    unsigned char *out = machine->decoded + machine->n_decoded;
    struct value value = {.kind = VALUE_BYTES, .data = out};
    const int status = decode(items[0], out, &value.n, err);
    if (status != STATUS_OK)
        return status;
    machine->n_decoded += items[0]->n;
    return machine_push(machine, value, err);
}

int numpy_reduce(struct machine *machine, struct error *err) {
    struct value *arguments, *function;
    int status = machine_pop(machine, &arguments, err);
    if (status == STATUS_OK)
        status = machine_pop(machine, &function, err);
    if (status != STATUS_OK)
        return status;
    if (function->kind == VALUE_FUNCTION && function->integer == RECONSTRUCT)
        return reconstruct(machine, arguments, err);
    if (function->kind == VALUE_FUNCTION && function->integer == DTYPE)
        return make_dtype(machine, arguments, err);
    if (function->kind == VALUE_FUNCTION && function->integer == ENCODE)
        return encode(machine, arguments, err);
    return error_set(err, STATUS_DAMAGED, "it calls what is not a function");
}

static int build_dtype(struct value *dtype, const struct value *state, struct error *err) {
    const struct value *items[8];
    bool fits = value_items(state, 8, items) && is_number(items[0], 3) &&
                value_is_string(items[1], "|") && is_number(items[5], -1) &&
                is_number(items[6], -1) && is_number(items[7], 0);
    for (size_t i = 2; fits && i < 5; i++)
        fits = items[i]->kind == VALUE_NONE;
    if (!fits)
        return error_set(err, STATUS_DAMAGED, "an array's type is not that of plain bytes");
    dtype->kind = VALUE_DTYPE;
    return STATUS_OK;
}

/* The number of values that a shape has room for. */
static bool count_values(const struct value *shape, size_t *n) {
    if (shape->kind != VALUE_TUPLE || shape->n == 0 || shape->n > PICKLE_MAX_DIMS)
        return false;
    *n = 1;
    for (const struct value *size = shape->first; size != NULL; size = size->next)
        if (size->kind != VALUE_INTEGER || size->integer < 0 ||
            !memory_multiply(*n, (size_t)size->integer, n))
            return false;
    return true;
}

static int build_array(struct value *array, const struct value *state, struct error *err) {
    const struct value *items[5];
    size_t n;
    if (!value_items(state, 5, items) || !is_number(items[0], 1) || items[2]->kind != VALUE_DTYPE ||
        items[4]->kind != VALUE_BYTES)
        return error_set(err, STATUS_DAMAGED, "an array's content is not laid out as NumPy does");
    if (!is_number(items[3], 0))
        return error_set(err, STATUS_DAMAGED, "an array in Fortran order cannot be read");
    if (!count_values(items[1], &n))
        return error_set(err, STATUS_DAMAGED, "an array's shape makes no sense");
    if (n != items[4]->n)
        return error_set(err, STATUS_DAMAGED,
                         "an array's shape has room for %zu values but %zu are there", n,
                         items[4]->n);
    array->kind = VALUE_ARRAY;
    array->data = items[4]->data;
    array->n = n;
    array->first = items[1]->first;
    return STATUS_OK;
}

int numpy_build(struct machine *machine, struct error *err) {
    struct value *state, *object;
    int status = machine_pop(machine, &state, err);
    if (status == STATUS_OK)
        status = machine_top(machine, &object, err);
    if (status != STATUS_OK)
        return status;
    if (object->kind == VALUE_BLANK_DTYPE)
        return build_dtype(object, state, err);
    if (object->kind == VALUE_BLANK_ARRAY)
        return build_array(object, state, err);
    return error_set(err, STATUS_DAMAGED, "it sets the state of what is no array");
}
