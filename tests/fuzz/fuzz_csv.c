/* Any bytes as a table; every field is looked at. */
#include <stdint.h>
#include <string.h>

#include "io/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct bytes bytes = {(unsigned char *)data, size};
    struct csv csv;
    struct error err;
    size_t number;
    if (csv_parse(&csv, "fuzz.csv", &bytes, ';', &err) != STATUS_OK)
        return 0;
    volatile size_t length = 0;
    csv_find(&csv, "fuzz.csv", "Width", &number, &err);
    for (size_t row = 0; row < csv.n_rows; row++)
        for (size_t column = 0; column < csv.n_columns; column++) {
            length += strlen(csv_field(&csv, row, column));
            csv_number(&csv, "fuzz.csv", row, column, 1000, &number, &err);
        }
    (void)length;
    csv_free(&csv);
    return 0;
}
