/* What the processor is and can do. */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include <stdbool.h>
#include <stddef.h>

/* True when processor and operating system support AVX2 with FMA (cpu_has_avx2) or AVX-512 F, BW,
 * DQ and VL (cpu_has_avx512). False on other architectures. */
bool cpu_has_avx2(void);
bool cpu_has_avx512(void);

/* The model name as the system gives it, "unknown" when it does not. */
void cpu_model_name(char *name, size_t size);

/* The OPENBLAS_CORETYPE that fits this processor's instruction set ("SkylakeX", "Haswell"), NULL
 * where OpenBLAS's own choice should stand. */
const char *cpu_openblas_core(void);

#endif
