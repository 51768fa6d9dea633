/* Any bytes as a PPM image. */
#include <stdint.h>
#include <stdlib.h>

#include "io/ppm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct bytes bytes = {(unsigned char *)data, size};
    struct ppm ppm;
    struct error err;
    if (ppm_parse(&ppm, "fuzz.ppm", &bytes, &err) == STATUS_OK) {
        /* The last pixel is there. */
        volatile unsigned char last = ppm.pixels[3 * ppm.width * ppm.height - 1];
        (void)last;
        free(ppm.pixels);
    }
    return 0;
}
