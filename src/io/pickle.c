/* The instructions, and what is found in the dict they leave. */
#include "io/pickle.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "io/pickle_machine.h"
#include "io/pickle_numpy.h"

enum { PROTO = 0x80, STOP = '.', MIN_PROTOCOL = 2, MAX_PROTOCOL = 4 };

struct pickle {
    struct machine machine;
    char *name;
};

static int cut_off(struct error *err) {
    return error_set(err, STATUS_DAMAGED, "it ends early; the file is cut off");
}

/* The next n bytes of the file. */
static int take(struct machine *machine, uint64_t n, struct bytes *taken, struct error *err) {
    if (n > machine->bytes.size - machine->at)
        return cut_off(err);
    *taken = (struct bytes){machine->bytes.data + machine->at, (size_t)n};
    machine->at += (size_t)n;
    return STATUS_OK;
}

/* Instructions. `argument` is the number that follows the instruction's byte in the file, or else
 * the one in the table below. */

static int push_string(struct machine *machine, enum value_kind kind, uint64_t size,
                       struct error *err) {
    struct bytes string;
    const int status = take(machine, size, &string, err);
    if (status != STATUS_OK)
        return status;
    const struct value value = {.kind = kind, .data = string.data, .n = string.size};
    return machine_push(machine, value, err);
}

static int push_bytes(struct machine *machine, uint64_t argument, struct error *err) {
    return push_string(machine, VALUE_BYTES, argument, err);
}

static int push_text(struct machine *machine, uint64_t argument, struct error *err) {
    return push_string(machine, VALUE_TEXT, argument, err);
}

/* Of one, two or four bytes; only the last have a sign. */
static int push_integer(struct machine *machine, uint64_t argument, struct error *err) {
    const struct value value = {.kind = VALUE_INTEGER, .integer = (int32_t)(uint32_t)argument};
    return machine_push(machine, value, err);
}

static int push_boolean(struct machine *machine, uint64_t argument, struct error *err) {
    const struct value value = {.kind = VALUE_BOOLEAN, .integer = argument != 0};
    return machine_push(machine, value, err);
}

/* None, or an empty list or dict. */
static int push_kind(struct machine *machine, uint64_t argument, struct error *err) {
    return machine_push(machine, (struct value){.kind = (enum value_kind)argument}, err);
}

static int push_mark(struct machine *machine, uint64_t argument, struct error *err) {
    (void)argument;
    return machine_mark(machine, err);
}

static int push_tuple(struct machine *machine, uint64_t argument, struct error *err) {
    struct value tuple = {.kind = VALUE_TUPLE};
    const int status = machine_move(machine, argument, &tuple, err);
    if (status != STATUS_OK)
        return status;
    return machine_push(machine, tuple, err);
}

static int append(struct machine *machine, uint64_t argument, struct error *err) {
    return machine_fill(machine, argument, VALUE_LIST, err);
}

static int set_items(struct machine *machine, uint64_t argument, struct error *err) {
    return machine_fill(machine, argument, VALUE_DICT, err);
}

/* A frame says how many bytes of instructions come in one piece. */
static int frame(struct machine *machine, uint64_t argument, struct error *err) {
    return argument > machine->bytes.size - machine->at ? cut_off(err) : STATUS_OK;
}

static int put_next(struct machine *machine, uint64_t argument, struct error *err) {
    (void)argument;
    return machine_put(machine, machine->n_memoized, err);
}

static int take_line(struct machine *machine, struct bytes *line, struct error *err) {
    const unsigned char *begin = machine->bytes.data + machine->at;
    const unsigned char *end = memchr(begin, '\n', machine->bytes.size - machine->at);
    if (end == NULL)
        return cut_off(err);
    const int status = take(machine, (uint64_t)(end - begin) + 1, line, err);
    if (status != STATUS_OK)
        return status;
    line->size--;
    return STATUS_OK;
}

static int push_function_of_lines(struct machine *machine, uint64_t argument, struct error *err) {
    struct bytes module, name;
    (void)argument;
    int status = take_line(machine, &module, err);
    if (status == STATUS_OK)
        status = take_line(machine, &name, err);
    if (status != STATUS_OK)
        return status;
    return numpy_push_function(machine, &module, &name, err);
}

static int push_function_of_texts(struct machine *machine, uint64_t argument, struct error *err) {
    struct value *module, *name;
    (void)argument;
    int status = machine_pop(machine, &name, err);
    if (status == STATUS_OK)
        status = machine_pop(machine, &module, err);
    if (status != STATUS_OK)
        return status;
    if (module->kind != VALUE_TEXT || name->kind != VALUE_TEXT)
        return error_set(err, STATUS_DAMAGED, "the name of a function is no text");
    const struct bytes module_text = {(unsigned char *)module->data, module->n};
    const struct bytes name_text = {(unsigned char *)name->data, name->n};
    return numpy_push_function(machine, &module_text, &name_text, err);
}

static int reduce(struct machine *machine, uint64_t argument, struct error *err) {
    (void)argument;
    return numpy_reduce(machine, err);
}

static int build(struct machine *machine, uint64_t argument, struct error *err) {
    (void)argument;
    return numpy_build(machine, err);
}

/* By the instruction's byte, with its name in Python's module pickletools. */
static const struct instruction {
    int (*run)(struct machine *machine, uint64_t argument, struct error *err);
    size_t argument_size; /* bytes of a little-endian number in the file; 0: none, */
    uint64_t argument;    /* this one instead */
} instructions[256] = {
    ['N'] = {push_kind, 0, VALUE_NONE},      /* NONE */
    [0x88] = {push_boolean, 0, 1},           /* NEWTRUE */
    [0x89] = {push_boolean, 0, 0},           /* NEWFALSE */
    ['K'] = {push_integer, 1, 0},            /* BININT1 */
    ['M'] = {push_integer, 2, 0},            /* BININT2 */
    ['J'] = {push_integer, 4, 0},            /* BININT */
    ['U'] = {push_bytes, 1, 0},              /* SHORT_BINSTRING */
    ['T'] = {push_bytes, 4, 0},              /* BINSTRING */
    ['C'] = {push_bytes, 1, 0},              /* SHORT_BINBYTES */
    ['B'] = {push_bytes, 4, 0},              /* BINBYTES */
    [0x8c] = {push_text, 1, 0},              /* SHORT_BINUNICODE */
    ['X'] = {push_text, 4, 0},               /* BINUNICODE */
    ['('] = {push_mark, 0, 0},               /* MARK */
    ['t'] = {push_tuple, 0, FROM_MARK},      /* TUPLE */
    [0x85] = {push_tuple, 0, 1},             /* TUPLE1 */
    [0x86] = {push_tuple, 0, 2},             /* TUPLE2 */
    [0x87] = {push_tuple, 0, 3},             /* TUPLE3 */
    [']'] = {push_kind, 0, VALUE_LIST},      /* EMPTY_LIST */
    ['a'] = {append, 0, 1},                  /* APPEND */
    ['e'] = {append, 0, FROM_MARK},          /* APPENDS */
    ['}'] = {push_kind, 0, VALUE_DICT},      /* EMPTY_DICT */
    ['s'] = {set_items, 0, 2},               /* SETITEM */
    ['u'] = {set_items, 0, FROM_MARK},       /* SETITEMS */
    ['q'] = {machine_put, 1, 0},             /* BINPUT */
    ['r'] = {machine_put, 4, 0},             /* LONG_BINPUT */
    [0x94] = {put_next, 0, 0},               /* MEMOIZE */
    ['h'] = {machine_get, 1, 0},             /* BINGET */
    ['j'] = {machine_get, 4, 0},             /* LONG_BINGET */
    ['c'] = {push_function_of_lines, 0, 0},  /* GLOBAL */
    [0x93] = {push_function_of_texts, 0, 0}, /* STACK_GLOBAL */
    ['R'] = {reduce, 0, 0},                  /* REDUCE */
    ['b'] = {build, 0, 0},                   /* BUILD */
    [0x95] = {frame, 8, 0},                  /* FRAME */
};

static int read_argument(struct machine *machine, const struct instruction *instruction,
                         uint64_t *argument, struct error *err) {
    struct bytes number;
    *argument = instruction->argument;
    if (instruction->argument_size == 0)
        return STATUS_OK;
    const int status = take(machine, instruction->argument_size, &number, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < number.size; i++)
        *argument |= (uint64_t)number.data[i] << 8 * i;
    return STATUS_OK;
}

/* Runs one instruction; *stop when it was the last. */
static int step(struct machine *machine, bool *stop, struct error *err) {
    struct bytes byte;
    uint64_t argument;
    int status = take(machine, 1, &byte, err);
    if (status != STATUS_OK)
        return status;
    *stop = byte.data[0] == STOP;
    if (*stop)
        return STATUS_OK;
    const struct instruction *instruction = &instructions[byte.data[0]];
    if (instruction->run == NULL)
        return error_set(err, STATUS_DAMAGED,
                         "instruction 0x%02x is none that a dict of arrays needs", byte.data[0]);
    status = read_argument(machine, instruction, &argument, err);
    if (status != STATUS_OK)
        return status;
    return instruction->run(machine, argument, err);
}

static int check_protocol(struct machine *machine, struct error *err) {
    struct bytes start;
    const int status = take(machine, 2, &start, err);
    if (status != STATUS_OK)
        return status;
    if (start.data[0] != PROTO)
        return error_set(err, STATUS_DAMAGED, "this is no pickle of protocol 2 or later");
    if (start.data[1] < MIN_PROTOCOL || start.data[1] > MAX_PROTOCOL)
        return error_set(err, STATUS_DAMAGED, "protocol %d is none of %d to %d", start.data[1],
                         MIN_PROTOCOL, MAX_PROTOCOL);
    return STATUS_OK;
}

/* What the program leaves must be one dict, and nothing may come after it. */
static int check_end(const struct machine *machine, struct error *err) {
    if (machine->n_stack != 1 || machine->n_marks != 0 || machine->stack[0]->kind != VALUE_DICT)
        return error_set(err, STATUS_DAMAGED, "the content is not a dict");
    if (machine->at != machine->bytes.size)
        return error_set(err, STATUS_DAMAGED, "other bytes follow the end");
    return STATUS_OK;
}

static int run(struct machine *machine, struct error *err) {
    size_t begin = 0; /* of the instruction */
    bool stop = false;
    int status = check_protocol(machine, err);
    while (status == STATUS_OK && !stop) {
        begin = machine->at;
        status = step(machine, &stop, err);
    }
    if (status == STATUS_OK)
        status = check_end(machine, err);
    if (status != STATUS_DAMAGED)
        return status;
    return error_prefix(err, status, "this pickle cannot be read, get it again; byte %zu", begin);
}

int pickle_parse(struct pickle **pickle, const char *name, const struct bytes *bytes,
                 struct error *err) {
    *pickle = memory_alloc(1, sizeof **pickle, err);
    if (*pickle == NULL)
        return STATUS_NO_MEMORY;
    (*pickle)->name = strdup(name);
    int status = (*pickle)->name != NULL ? machine_create(&(*pickle)->machine, bytes, err)
                                         : error_set(err, STATUS_NO_MEMORY, "out of memory");
    if (status == STATUS_OK)
        status = run(&(*pickle)->machine, err);
    if (status == STATUS_OK)
        return STATUS_OK;
    pickle_free(*pickle);
    *pickle = NULL;
    return error_prefix(err, status, "%s", name);
}

/* The value under a key, the last one if there are several (as in Python), or NULL. */
static const struct value *find(const struct pickle *pickle, const char *key) {
    const struct value *found = NULL;
    for (const struct value *item = pickle->machine.stack[0]->first; item != NULL;
         item = item->next->next)
        if (value_is_string(item, key))
            found = item->next;
    return found;
}

int pickle_find_array(const struct pickle *pickle, const char *key, struct pickle_array *array,
                      struct error *err) {
    const struct value *value = find(pickle, key);
    if (value == NULL || value->kind != VALUE_ARRAY)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the pickle has no array \"%s\": get the file again", pickle->name,
                         key);
    *array = (struct pickle_array){.values = value->data, .n_values = value->n};
    for (const struct value *size = value->first; size != NULL; size = size->next)
        array->dims[array->n_dims++] = (size_t)size->integer;
    return STATUS_OK;
}

int pickle_find_integers(const struct pickle *pickle, const char *key, int32_t **integers,
                         size_t *n, struct error *err) {
    const struct value *list = find(pickle, key);
    bool fits = list != NULL && list->kind == VALUE_LIST;
    for (const struct value *item = fits ? list->first : NULL; item != NULL; item = item->next)
        fits = fits && item->kind == VALUE_INTEGER;
    if (!fits)
        return error_set(err, STATUS_DAMAGED,
                         "%s: the pickle has no list of integers \"%s\": get the file again",
                         pickle->name, key);
    *integers = memory_alloc(list->n, sizeof **integers, err);
    if (*integers == NULL)
        return STATUS_NO_MEMORY;
    *n = 0;
    for (const struct value *item = list->first; item != NULL; item = item->next)
        (*integers)[(*n)++] = item->integer;
    return STATUS_OK;
}

void pickle_free(struct pickle *pickle) {
    if (pickle == NULL)
        return;
    machine_free(&pickle->machine);
    free(pickle->name);
    free(pickle);
}
