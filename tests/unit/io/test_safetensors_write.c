#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <math.h>

#include "io/safetensors.h"
#include "io/safetensors_write.h"
#include "scratch.h"

static void bytes_are_as_the_format_says(void **state) {
    struct scratch *scratch = *state;
    struct error err;
    struct tensor_list list = {0};
    const float a[] = {1, -2};
    const float r = 0.25f;
    const size_t dims[] = {1, 2};
    assert_int_equal(tensor_list_add(&list, "a", 2, dims, a, &err), STATUS_OK);
    assert_int_equal(tensor_list_add(&list, "r", 0, NULL, &r, &err), STATUS_OK);
    assert_int_equal(tensor_list_add_metadata(&list, "k", "v\"\n", &err), STATUS_OK);
    const char *path = scratch_path(scratch, "a");
    assert_int_equal(safetensors_write(path, &list, &err), STATUS_OK);
    tensor_list_free(&list);

    static const char header[] = "{\"__metadata__\":{\"k\":\"v\\\"\\n\"},"
                                 "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
                                 "\"r\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";
    size_t padded = (sizeof header - 1 + 7) / 8 * 8;
    unsigned char expected[512];
    memset(expected, ' ', sizeof expected);
    memcpy(expected, "\0\0\0\0\0\0\0\0", 8);
    expected[0] = (unsigned char)padded;
    memcpy(expected + 8, header, sizeof header - 1);
    memcpy(expected + 8 + padded, "\0\0\x80\x3f\0\0\0\xc0\0\0\x80\x3e", 12);

    unsigned char file[512];
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    size_t size = fread(file, 1, sizeof file, stream);
    fclose(stream);
    assert_int_equal(size, 8 + padded + 12);
    assert_memory_equal(file, expected, size);
}

static void what_is_written_can_be_read(void **state) {
    struct scratch *scratch = *state;
    enum { N_TENSORS = 37 };
    struct error err = {.message = ""};
    struct tensor_list list = {0};
    float values[120];
    for (size_t i = 0; i < 120; i++)
        values[i] = (float)i / 7;
    values[3] = NAN;
    values[4] = -INFINITY;
    const size_t dims[] = {2, 3, 4, 5};
    char name[TENSOR_NAME_SIZE];
    for (size_t i = 0; i < N_TENSORS; i++) {
        snprintf(name, sizeof name, "conv%zu.weight", i);
        assert_int_equal(tensor_list_add(&list, name, i % 5, dims, values, &err), STATUS_OK);
    }
    const char *path = scratch_path(scratch, "round");
    assert_int_equal(safetensors_write(path, &list, &err), STATUS_OK);
    tensor_list_free(&list);

    if (safetensors_read(path, &list, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(list.n_tensors, N_TENSORS);
    assert_int_equal(list.n_metadata, 0);
    const size_t sizes[] = {1, 2, 6, 24, 120};
    for (size_t i = 0; i < N_TENSORS; i++) {
        snprintf(name, sizeof name, "conv%zu.weight", i);
        const struct tensor *tensor = &list.tensors[i];
        assert_string_equal(tensor->name, name);
        assert_int_equal(tensor->n_dims, i % 5);
        assert_memory_equal(tensor->dims, dims, i % 5 * sizeof *dims);
        assert_int_equal(tensor_size(tensor), sizes[i % 5]);
        assert_memory_equal(tensor->values, values, sizes[i % 5] * sizeof(float));
    }
    tensor_list_free(&list);
}

static void lists_check_what_is_added(void **state) {
    (void)state;
    struct error err = {.message = ""};
    struct tensor_list list = {0};
    const float value = 1;
    char name[TENSOR_NAME_SIZE + 1];
    memset(name, 'n', sizeof name);
    name[TENSOR_NAME_SIZE - 1] = '\0';
    assert_int_equal(tensor_list_add(&list, name, 0, NULL, &value, &err), STATUS_OK);
    assert_int_equal(tensor_list_add(&list, name, 0, NULL, &value, &err), STATUS_DAMAGED);
    assert_non_null(strstr(err.message, "two tensors"));
    name[TENSOR_NAME_SIZE - 1] = 'n';
    name[TENSOR_NAME_SIZE] = '\0';
    assert_int_equal(tensor_list_add(&list, name, 0, NULL, &value, &err), STATUS_DAMAGED);
    assert_non_null(strstr(err.message, "longer than 63 bytes"));
    assert_int_equal(tensor_list_add(&list, "__metadata__", 0, NULL, &value, &err), STATUS_DAMAGED);
    const size_t dims[] = {1, 1, 1, 1, 1};
    assert_int_equal(tensor_list_add(&list, "a", 5, dims, &value, &err), STATUS_DAMAGED);
    const size_t huge[] = {SIZE_MAX / 2, 3};
    assert_int_equal(tensor_list_add(&list, "a", 2, huge, &value, &err), STATUS_DAMAGED);
    assert_int_equal(list.n_tensors, 1);
    tensor_list_free(&list);
}

static void metadata_is_unique_and_bounded(void **state) {
    (void)state;
    struct error err = {.message = ""};
    struct tensor_list list = {0};
    char key[16];
    for (int i = 0; i < TENSOR_LIST_MAX; i++) {
        snprintf(key, sizeof key, "%d", i);
        assert_int_equal(tensor_list_add_metadata(&list, key, "v", &err), STATUS_OK);
    }
    assert_int_equal(tensor_list_add_metadata(&list, "7", "w", &err), STATUS_DAMAGED);
    assert_non_null(strstr(err.message, "\"7\" twice"));
    assert_string_equal(tensor_list_metadata(&list, "7"), "v");
    assert_int_equal(tensor_list_add_metadata(&list, "one more", "v", &err), STATUS_DAMAGED);
    assert_non_null(strstr(err.message, "more than 4096 metadata"));
    tensor_list_free(&list);
}

static void failures_name_the_file(void **state) {
    struct scratch *scratch = *state;
    struct error err = {.message = ""};
    struct tensor_list list = {0};
    const float value = 1;
    const size_t dims[] = {(size_t)1 << 29};
    const char *path = scratch_path(scratch, "large");
    assert_int_equal(tensor_list_add(&list, "a", 1, dims, &value, &err), STATUS_OK);
    assert_int_equal(safetensors_write(path, &list, &err), STATUS_FAILED);
    assert_memory_equal(err.message, path, strlen(path));
    tensor_list_free(&list);
    path = scratch_path(scratch, "no/where");
    assert_int_equal(safetensors_write(path, &list, &err), STATUS_MISSING);
    assert_memory_equal(err.message, path, strlen(path));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_as_the_format_says),
        cmocka_unit_test(what_is_written_can_be_read),
        cmocka_unit_test(lists_check_what_is_added),
        cmocka_unit_test(metadata_is_unique_and_bounded),
        cmocka_unit_test(failures_name_the_file),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
