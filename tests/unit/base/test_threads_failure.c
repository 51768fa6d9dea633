/* What thread_pool_create does when the system gives it only some of its threads. The source is
 * included, with a pthread_create of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static int n_allowed;

static int limited_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument) {
    if (n_allowed-- <= 0)
        return EAGAIN;
    return pthread_create(thread, attributes, start, argument);
}

#define pthread_create limited_create
#include "base/threads.c"
#undef pthread_create

static size_t count_threads(void) {
    char line[256];
    size_t n = 0;
    FILE *file = fopen("/proc/self/status", "r");
    if (file == NULL)
        return 0;
    while (fgets(line, sizeof line, file) != NULL)
        sscanf(line, "Threads: %zu", &n);
    fclose(file);
    return n;
}

static void missing_threads_are_an_error(void **state) {
    (void)state;
    struct error err = {.message = ""};
    struct thread_pool *pool;
    /* Once without failure: the first thread of a program may bring one of a sanitizer's. */
    n_allowed = 3;
    assert_int_equal(thread_pool_create(&pool, 4, &err), STATUS_OK);
    thread_pool_destroy(pool);
    size_t n_before = count_threads();
    for (int n = 0; n < 3; n++) {
        n_allowed = n;
        assert_int_equal(thread_pool_create(&pool, 4, &err), STATUS_FAILED);
        assert_null(pool);
        char expected[64];
        snprintf(expected, sizeof expected, "cannot start thread %d of 4 (", n + 2);
        assert_memory_equal(err.message, expected, strlen(expected));
    }
    /* A joined thread may be counted a moment longer. */
    for (int i = 0; i < 100 && count_threads() != n_before; i++)
        usleep(1000);
    assert_int_equal(count_threads(), n_before);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(missing_threads_are_an_error)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
