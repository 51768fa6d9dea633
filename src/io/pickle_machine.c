#include "io/pickle_machine.h"

#include <stdlib.h>
#include <string.h>

/* Of values and memo. Ten thousand images need 20,000 values, or 60,000 in Python 3's way of
 * writing protocol 2. */
enum { MAX_VALUES = 1 << 17 };

int machine_create(struct machine *machine, const struct bytes *bytes, struct error *err) {
    *machine = (struct machine){.bytes = *bytes};
    /* No instruction makes more than one value or numbers more than one. */
    machine->capacity = bytes->size < MAX_VALUES ? bytes->size + 1 : MAX_VALUES;
    /* Not memory_alloc, which writes to all of it: most is never used. */
    machine->values = calloc(machine->capacity, sizeof *machine->values);
    machine->memo = calloc(machine->capacity, sizeof(struct value *));
    if (machine->values == NULL || machine->memo == NULL)
        return error_set(err, STATUS_NO_MEMORY, "out of memory: no place for %zu values",
                         machine->capacity);
    return STATUS_OK;
}

void machine_free(struct machine *machine) {
    free(machine->values);
    free(machine->memo);
    free(machine->decoded);
}

int machine_push(struct machine *machine, struct value value, struct error *err) {
    if (machine->n_values == machine->capacity || machine->n_stack == MAX_STACK)
        return error_set(err, STATUS_DAMAGED, "there are too many values");
    struct value *new = &machine->values[machine->n_values++];
    *new = value;
    machine->stack[machine->n_stack++] = new;
    return STATUS_OK;
}

/* Values below this height of the stack stand below a mark. */
static size_t bottom(const struct machine *machine) {
    return machine->n_marks == 0 ? 0 : machine->marks[machine->n_marks - 1];
}

int machine_top(const struct machine *machine, struct value **value, struct error *err) {
    if (machine->n_stack == bottom(machine))
        return error_set(err, STATUS_DAMAGED, "a value is missing");
    *value = machine->stack[machine->n_stack - 1];
    return STATUS_OK;
}

int machine_pop(struct machine *machine, struct value **value, struct error *err) {
    int status = machine_top(machine, value, err);
    if (status == STATUS_OK)
        machine->n_stack--;
    return status;
}

int machine_mark(struct machine *machine, struct error *err) {
    if (machine->n_marks == MAX_MARKS)
        return error_set(err, STATUS_DAMAGED, "the values are nested too deeply");
    machine->marks[machine->n_marks++] = machine->n_stack;
    return STATUS_OK;
}

/* The height of the stack without its n topmost values. */
static int height_without(struct machine *machine, uint64_t n, size_t *height, struct error *err) {
    if (n == FROM_MARK && machine->n_marks == 0)
        return error_set(err, STATUS_DAMAGED, "a mark is missing");
    if (n != FROM_MARK && n > machine->n_stack - bottom(machine))
        return error_set(err, STATUS_DAMAGED, "a value is missing");
    *height = n == FROM_MARK ? machine->marks[--machine->n_marks] : machine->n_stack - (size_t)n;
    return STATUS_OK;
}

/* Takes the values from that height on. */
static void move_from(struct machine *machine, size_t height, struct value *container) {
    for (size_t i = height; i < machine->n_stack; i++) {
        struct value *item = machine->stack[i];
        if (container->first == NULL)
            container->first = item;
        else
            container->last->next = item;
        container->last = item;
        container->n++;
    }
    machine->n_stack = height;
}

int machine_move(struct machine *machine, uint64_t n, struct value *container, struct error *err) {
    size_t height;
    int status = height_without(machine, n, &height, err);
    if (status == STATUS_OK)
        move_from(machine, height, container);
    return status;
}

int machine_fill(struct machine *machine, uint64_t n, enum value_kind kind, struct error *err) {
    size_t height;
    int status = height_without(machine, n, &height, err);
    if (status != STATUS_OK)
        return status;
    struct value *container = height > bottom(machine) ? machine->stack[height - 1] : NULL;
    if (container == NULL || container->kind != kind)
        return error_set(err, STATUS_DAMAGED, "items are added to what is no list or dict");
    if (kind == VALUE_DICT && (machine->n_stack - height) % 2 != 0)
        return error_set(err, STATUS_DAMAGED, "a key of a dict has no value");
    move_from(machine, height, container);
    return STATUS_OK;
}

int machine_put(struct machine *machine, uint64_t number, struct error *err) {
    struct value *top;
    if (number >= machine->capacity)
        return error_set(err, STATUS_DAMAGED, "%llu is out of the memo's range",
                         (unsigned long long)number);
    const int status = machine_top(machine, &top, err);
    if (status != STATUS_OK)
        return status;
    if (machine->memo[number] == NULL)
        machine->n_memoized++;
    machine->memo[number] = top;
    return STATUS_OK;
}

int machine_get(struct machine *machine, uint64_t number, struct error *err) {
    const struct value *value = number < machine->capacity ? machine->memo[number] : NULL;
    if (value == NULL)
        return error_set(err, STATUS_DAMAGED, "nothing stands at %llu in the memo",
                         (unsigned long long)number);
    switch (value->kind) {
    case VALUE_LIST:
    case VALUE_DICT:
    case VALUE_BLANK_DTYPE:
    case VALUE_BLANK_ARRAY:
    case VALUE_ARRAY:
        return error_set(err, STATUS_DAMAGED, "a list, dict or array stands in two places");
    default: {
        struct value copy = *value;
        copy.next = NULL;
        return machine_push(machine, copy, err);
    }
    }
}

bool value_is_string(const struct value *value, const char *string) {
    return (value->kind == VALUE_TEXT || value->kind == VALUE_BYTES) &&
           value->n == strlen(string) && memcmp(value->data, string, value->n) == 0;
}

bool value_items(const struct value *tuple, size_t n, const struct value **items) {
    if (tuple->kind != VALUE_TUPLE || tuple->n != n)
        return false;
    const struct value *item = tuple->first;
    for (size_t i = 0; i < n; i++, item = item->next)
        items[i] = item;
    return true;
}
