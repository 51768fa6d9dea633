#include "io/csv.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Reads fields one after the other and copies them, each ended by a zero byte. A field takes no
 * more room than it and the separator or line end after it take in the file, so the copy fits into
 * one byte more than the file has. */
struct reader {
    const char *name;
    char separator;
    const unsigned char *data;
    size_t next, end; /* places in data */
    size_t line;
    char *out;
};

static bool at(const struct reader *reader, size_t place, char c) {
    return place < reader->end && reader->data[place] == (unsigned char)c;
}

static bool at_line_end(const struct reader *reader) {
    size_t next = reader->next;
    return next == reader->end || at(reader, next, '\n') ||
           (at(reader, next, '\r') && (next + 1 == reader->end || at(reader, next + 1, '\n')));
}

static bool at_field_end(const struct reader *reader) {
    return at_line_end(reader) || at(reader, reader->next, reader->separator);
}

static void skip_line_end(struct reader *reader) {
    reader->next += at(reader, reader->next, '\r');
    reader->next += at(reader, reader->next, '\n');
    reader->line++;
}

/* Copies one byte of a field. */
static int put(struct reader *reader, struct error *err) {
    char c = (char)reader->data[reader->next];
    if (c == '\0')
        return error_set(err, STATUS_DAMAGED,
                         "%s: line %zu: there is a zero byte in the table: is it the right file?",
                         reader->name, reader->line);
    reader->line += c == '\n';
    *reader->out++ = c;
    reader->next++;
    return STATUS_OK;
}

static int read_plain(struct reader *reader, struct error *err) {
    while (!at_field_end(reader)) {
        char c = (char)reader->data[reader->next];
        if (c == '"' || c == '\r')
            return error_set(err, STATUS_DAMAGED,
                             "%s: line %zu: a stray %s in the table: a field that holds one stands "
                             "in double quotes",
                             reader->name, reader->line,
                             c == '"' ? "double quote" : "carriage return");
        const int status = put(reader, err);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static int read_quoted(struct reader *reader, struct error *err) {
    size_t first_line = reader->line;
    bool closed = false;
    reader->next++;
    while (!closed && reader->next < reader->end) {
        if (at(reader, reader->next, '"')) {
            reader->next++;
            closed = !at(reader, reader->next, '"');
        }
        const int status = closed ? STATUS_OK : put(reader, err);
        if (status != STATUS_OK)
            return status;
    }
    if (!closed || !at_field_end(reader))
        return error_set(err, STATUS_DAMAGED,
                         "%s: line %zu: the double quotes of a field do not end where the field "
                         "does: a double quote within them is doubled",
                         reader->name, first_line);
    return STATUS_OK;
}

/* Reads a row; there is room in `fields` for all that the file can have. */
static int read_row(struct reader *reader, const char **fields, size_t *n_fields,
                    struct error *err) {
    for (*n_fields = 0;;) {
        fields[(*n_fields)++] = reader->out;
        bool quoted = at(reader, reader->next, '"');
        int status = quoted ? read_quoted(reader, err) : read_plain(reader, err);
        if (status != STATUS_OK)
            return status;
        *reader->out++ = '\0';
        if (at_line_end(reader))
            break;
        reader->next++;
    }
    skip_line_end(reader);
    return STATUS_OK;
}

/* The rows into csv->header, one after the other. */
static int read_rows(struct csv *csv, struct reader *reader, struct error *err) {
    const char **next = csv->header;
    while (reader->next < reader->end) {
        if (at_line_end(reader)) {
            skip_line_end(reader);
            continue;
        }
        size_t line = reader->line, n_fields;
        const int status = read_row(reader, next, &n_fields, err);
        if (status != STATUS_OK)
            return status;
        if (csv->n_columns == 0)
            csv->n_columns = n_fields;
        else
            csv->lines[csv->n_rows++] = line;
        if (n_fields != csv->n_columns)
            return error_set(err, STATUS_DAMAGED,
                             "%s: line %zu: %zu fields under a header of %zu (fields are separated "
                             "by '%c')",
                             reader->name, line, n_fields, csv->n_columns, reader->separator);
        next += n_fields;
    }
    if (csv->n_columns == 0)
        return error_set(err, STATUS_DAMAGED, "%s: the table is empty: is it the right file?",
                         reader->name);
    csv->fields = csv->header + csv->n_columns;
    return STATUS_OK;
}

/* Makes room for as many lines and fields as the text can have. */
static int allocate(struct csv *csv, const struct bytes *bytes, char separator, struct error *err) {
    size_t n_lines = 1, n_fields = 1;
    for (size_t i = 0; i < bytes->size; i++) {
        bool is_end = bytes->data[i] == '\n';
        n_lines += is_end;
        n_fields += is_end || bytes->data[i] == (unsigned char)separator;
    }
    csv->text = memory_alloc(bytes->size + 1, 1, err);
    csv->header = memory_alloc(n_fields, sizeof *csv->header, err);
    csv->lines = memory_alloc(n_lines, sizeof *csv->lines, err);
    bool all = csv->text != NULL && csv->header != NULL && csv->lines != NULL;
    return all ? STATUS_OK : STATUS_NO_MEMORY;
}

int csv_parse(struct csv *csv, const char *name, const struct bytes *bytes, char separator,
              struct error *err) {
    static const unsigned char mark[] = {0xef, 0xbb, 0xbf};
    *csv = (struct csv){0};
    int status = allocate(csv, bytes, separator, err);
    if (status == STATUS_OK) {
        struct reader reader = {
            .name = name,
            .separator = separator,
            .data = bytes->data,
            .end = bytes->size,
            .line = 1,
            .out = csv->text,
        };
        if (bytes->size >= sizeof mark && memcmp(bytes->data, mark, sizeof mark) == 0)
            reader.next = sizeof mark;
        status = read_rows(csv, &reader, err);
    } else {
        error_prefix(err, status, "%s", name);
    }
    if (status != STATUS_OK)
        csv_free(csv);
    return status;
}

void csv_free(struct csv *csv) {
    free(csv->text);
    free(csv->header);
    free(csv->lines);
    *csv = (struct csv){0};
}

int csv_find(const struct csv *csv, const char *name, const char *column, size_t *index,
             struct error *err) {
    size_t n_found = 0;
    for (size_t i = 0; i < csv->n_columns; i++)
        if (strcmp(csv->header[i], column) == 0) {
            *index = i;
            n_found++;
        }
    if (n_found != 1)
        return error_set(err, STATUS_DAMAGED,
                         "%s: %s column %s in the header: is it the right file?", name,
                         n_found == 0 ? "no" : "more than one", column);
    return STATUS_OK;
}

const char *csv_field(const struct csv *csv, size_t row, size_t column) {
    return csv->fields[row * csv->n_columns + column];
}

int csv_number(const struct csv *csv, const char *name, size_t row, size_t column, size_t max,
               size_t *number, struct error *err) {
    const char *field = csv_field(csv, row, column);
    size_t value = 0;
    bool fits = true;
    const char *c = field;
    for (; *c >= '0' && *c <= '9'; c++)
        fits = fits && memory_multiply(value, 10, &value) &&
               !__builtin_add_overflow(value, (size_t)(*c - '0'), &value);
    if (*c != '\0' || c == field || !fits || value > max)
        return error_set(err, STATUS_DAMAGED,
                         "%s: line %zu: %s is \"%.40s\", not a whole number of at most %zu", name,
                         csv->lines[row], csv->header[column], field, max);
    *number = value;
    return STATUS_OK;
}
