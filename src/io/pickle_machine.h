/* The stack machine behind io/pickle.h: values, stack, memo. For pickle.c and pickle_numpy.c. */
#ifndef IO_PICKLE_MACHINE_H
#define IO_PICKLE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/file.h"

enum value_kind {
    VALUE_NONE,
    VALUE_BOOLEAN,
    VALUE_INTEGER,
    VALUE_TEXT,  /* UTF-8 */
    VALUE_BYTES, /* and strings of Python 2 */
    VALUE_TUPLE,
    VALUE_LIST,
    VALUE_DICT,
    VALUE_FUNCTION,    /* by its number in pickle_numpy.c */
    VALUE_BLANK_DTYPE, /* blank: made, but its state not yet set */
    VALUE_DTYPE,       /* of unsigned bytes: there is no other */
    VALUE_BLANK_ARRAY,
    VALUE_ARRAY,
};

/* A value stands on the stack or in one container, never in two: what the memo gives is a copy, and
 * what could be changed afterwards (a list, a dict, an array) it does not give. So there are no
 * cycles, and no value is an ancestor of itself. */
struct value {
    enum value_kind kind;
    int32_t integer;           /* number, boolean, function */
    const unsigned char *data; /* of text, bytes and arrays: inside the file or machine.decoded */
    size_t n;                  /* bytes of these; items of a tuple, list or dict */
    /* Of a tuple or list the items, of a dict keys and values by turns, of an array the sizes. */
    struct value *first, *last;
    struct value *next; /* in the container */
};

enum { MAX_STACK = 4096, MAX_MARKS = 16 };

/* Instead of a number of values: all above the last mark, which goes too. */
static const uint64_t FROM_MARK = UINT64_MAX;

struct machine {
    struct bytes bytes;
    size_t at; /* the next byte to read */
    struct value *values;
    size_t n_values;
    struct value **memo;
    size_t n_memoized;
    size_t capacity; /* of values and memo */
    struct value *stack[MAX_STACK];
    size_t n_stack;
    size_t marks[MAX_MARKS]; /* heights of the stack */
    size_t n_marks;
    unsigned char *decoded; /* bytes made of text */
    size_t n_decoded;       /* bytes of the text they were made of */
};

/* Memory by the number of bytes, up to a bound. machine_free also after an error. */
int machine_create(struct machine *machine, const struct bytes *bytes, struct error *err);
void machine_free(struct machine *machine);

/* A new value on the stack. */
int machine_push(struct machine *machine, struct value value, struct error *err);

/* Takes the topmost value; values below the last mark cannot be taken. */
int machine_pop(struct machine *machine, struct value **value, struct error *err);

/* Leaves the topmost value where it is. */
int machine_top(const struct machine *machine, struct value **value, struct error *err);

int machine_mark(struct machine *machine, struct error *err);

/* Takes the n topmost values and appends them to the items of the container. */
int machine_move(struct machine *machine, uint64_t n, struct value *container, struct error *err);

/* Takes the n topmost values and appends them to those of the list or dict below. */
int machine_fill(struct machine *machine, uint64_t n, enum value_kind kind, struct error *err);

/* The memo: numbers the topmost value; pushes a copy of a value by its number. */
int machine_put(struct machine *machine, uint64_t number, struct error *err);
int machine_get(struct machine *machine, uint64_t number, struct error *err);

/* True when the value is text or bytes, and these. */
bool value_is_string(const struct value *value, const char *string);

/* Puts n items of a tuple into `items`; false when it is no tuple or has another number of them. */
bool value_items(const struct value *tuple, size_t n, const struct value **items);

#endif
