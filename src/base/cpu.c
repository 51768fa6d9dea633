#include "base/cpu.h"

#include <stdio.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)

/* __builtin_cpu_supports asks CPUID and also whether the system saves the wide registers. */
bool cpu_has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool cpu_has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

#else

bool cpu_has_avx2(void) {
    return false;
}

bool cpu_has_avx512(void) {
    return false;
}

#endif

void cpu_model_name(char *name, size_t size) {
    if (size == 0)
        return;
    snprintf(name, size, "unknown");
    FILE *file = fopen("/proc/cpuinfo", "re");
    if (file == NULL)
        return;
    char line[512];
    while (fgets(line, sizeof line, file) != NULL) {
        static const char key[] = "model name";
        const char *colon = strchr(line, ':');
        if (strncmp(line, key, sizeof key - 1) != 0 || colon == NULL)
            continue;
        const char *value = colon + 1 + strspn(colon + 1, " \t");
        size_t length = strcspn(value, "\n");
        if (length > 0)
            snprintf(name, size, "%.*s", (int)length, value);
        break;
    }
    fclose(file);
}

const char *cpu_openblas_core(void) {
    if (cpu_has_avx512())
        return "SkylakeX";
    if (cpu_has_avx2())
        return "Haswell";
    return NULL;
}
