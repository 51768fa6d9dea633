#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "base/rng.h"
#include "io/safetensors.h"
#include "scratch.h"
#include "support/says.h"

/* Made with json.dumps and struct.pack of Python, the header padded with spaces to 272 bytes. The
 * order of the header is not that of the values. */
static const char python_header[] =
    "{\"__metadata__\": {\"format\": \"1\", \"config\": \"{\\\"a\\\": \\\"\\u00e9\\\"}\"}, "
    "\"b\": {\"dtype\": \"F32\", \"shape\": [2, 3], \"data_offsets\": [4, 28]}, "
    "\"radius\": {\"dtype\": \"F32\", \"shape\": [], \"data_offsets\": [0, 4]}, "
    "\"none\": {\"dtype\": \"F32\", \"shape\": [0, 5], \"data_offsets\": [28, 28]}}       ";
static const char python_data[] = "\x00\x00\x80\x3e\x00\x00\x80\x3f\x00\x00\x00\xc0\x00\x00\x60\x40"
                                  "\x6f\x12\x83\x3a\x00\x00\x80\x7f\x00\x00\xc0\x40";
enum { DATA_SIZE = sizeof python_data - 1, FILE_SIZE = 8 + sizeof python_header - 1 + DATA_SIZE };

static void put_length(unsigned char *file, uint64_t length) {
    for (int i = 0; i < 8; i++)
        file[i] = (unsigned char)(length >> 8 * i);
}

static void make_python_file(unsigned char *file) {
    put_length(file, sizeof python_header - 1);
    memcpy(file + 8, python_header, sizeof python_header - 1);
    memcpy(file + FILE_SIZE - DATA_SIZE, python_data, DATA_SIZE);
}

static void expect_failure(struct scratch *scratch, const void *file, size_t size,
                           const char *part) {
    struct error err = {.message = ""};
    struct tensor_list list;
    const char *path = scratch_write(scratch, "bad", file, size);
    assert_int_equal(safetensors_read(path, &list, &err), STATUS_DAMAGED);
    assert_null(list.tensors);
    assert_null(list.storage);
    assert_int_equal(list.n_tensors, 0);
    assert_memory_equal(err.message, path, strlen(path));
    assert_says(&err, part);
}

/* A file of this header and n_data zero bytes. */
static size_t make_file(unsigned char *file, const char *header, size_t n_data) {
    size_t length = strlen(header);
    put_length(file, length);
    memcpy(file + 8, header, length);
    memset(file + 8 + length, 0, n_data);
    return 8 + length + n_data;
}

static void expect_header_failure(struct scratch *scratch, const char *header, size_t n_data,
                                  const char *part) {
    unsigned char file[1024];
    size_t size = make_file(file, header, n_data);
    assert_true(size <= sizeof file);
    expect_failure(scratch, file, size, part);
}

static void file_of_python_is_read(void **state) {
    struct scratch *scratch = *state;
    struct error err = {.message = ""};
    struct tensor_list list;
    unsigned char file[FILE_SIZE];
    make_python_file(file);
    const char *path = scratch_write(scratch, "python", file, sizeof file);
    if (safetensors_read(path, &list, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    assert_int_equal(list.n_tensors, 3);
    assert_string_equal(list.tensors[0].name, "radius");
    assert_string_equal(list.tensors[1].name, "b");
    assert_string_equal(list.tensors[2].name, "none");
    const struct tensor *radius = tensor_list_find(&list, "radius");
    assert_int_equal(radius->n_dims, 0);
    assert_int_equal(tensor_size(radius), 1);
    assert_true(radius->values[0] == 0.25f);
    const struct tensor *b = tensor_list_find(&list, "b");
    assert_int_equal(b->n_dims, 2);
    assert_int_equal(b->dims[0], 2);
    assert_int_equal(b->dims[1], 3);
    const float expected[] = {1, -2, 3.5f, 1e-3f, INFINITY, 6};
    assert_memory_equal(b->values, expected, sizeof expected);
    assert_int_equal(tensor_size(tensor_list_find(&list, "none")), 0);
    assert_null(tensor_list_find(&list, "c"));
    assert_int_equal(list.n_metadata, 2);
    assert_string_equal(tensor_list_metadata(&list, "format"), "1");
    assert_string_equal(tensor_list_metadata(&list, "config"), "{\"a\": \"\xc3\xa9\"}");
    assert_null(tensor_list_metadata(&list, "c"));
    tensor_list_free(&list);
    tensor_list_free(&list); /* empty by now */
}

static void smallest_file_is_read(void **state) {
    struct scratch *scratch = *state;
    struct error err;
    struct tensor_list list;
    unsigned char file[16];
    size_t size = make_file(file, "{}", 0);
    const char *path = scratch_write(scratch, "empty", file, size);
    assert_int_equal(safetensors_read(path, &list, &err), STATUS_OK);
    assert_int_equal(list.n_tensors, 0);
    tensor_list_free(&list);
}

static void every_prefix_is_an_error(void **state) {
    struct scratch *scratch = *state;
    unsigned char file[FILE_SIZE + 1] = {0};
    make_python_file(file);
    for (size_t size = 0; size < FILE_SIZE; size++)
        expect_failure(scratch, file, size, "not a safetensors file that can be read");
    expect_failure(scratch, file, sizeof file, "the tensors have 28 bytes, but 29 are there");
}

static void wrong_lengths(void **state) {
    struct scratch *scratch = *state;
    unsigned char file[FILE_SIZE];
    make_python_file(file);
    const uint64_t lengths[] = {
        0, 1, 100, FILE_SIZE - 8, FILE_SIZE, INT32_MAX, UINT32_MAX, UINT64_MAX - 7, UINT64_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        put_length(file, lengths[i]);
        expect_failure(scratch, file, sizeof file, "header");
    }
}

static void header_larger_than_the_bound(void **state) {
    struct scratch *scratch = *state;
    size_t length = ((size_t)16 << 20) + 8;
    unsigned char *file = malloc(8 + length);
    assert_non_null(file);
    memset(file, ' ', 8 + length);
    put_length(file, length);
    memcpy(file + 8, "{}", 2);
    expect_failure(scratch, file, 8 + length, "header");
    /* Just within the bound, and as deep as it goes. */
    memset(file + 8, '[', length - 8);
    put_length(file, length - 8);
    expect_failure(scratch, file, length, "more than 1048576 values");
    free(file);
}

#define TENSOR(name, shape, offsets)                                                               \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static void wrong_offsets(void **state) {
    struct scratch *scratch = *state;
    static const struct {
        const char *header;
        const char *part;
    } cases[] = {
        {"{" TENSOR("a", "[1]", "[0,4]") "}", "but 8 are there"},
        {"{" TENSOR("a", "[1]", "[4,8]") "}", "starts at byte 4, not 0"},
        {"{" TENSOR("a", "[1]", "[0,4]") "," TENSOR("b", "[1]", "[0,4]") "}", "starts at byte 0"},
        {"{" TENSOR("a", "[2]", "[0,8]") "," TENSOR("b", "[1]", "[4,8]") "}", "starts at byte 4"},
        {"{" TENSOR("a", "[1]", "[0,4]") "," TENSOR("b", "[1]", "[8,12]") "}", "starts at byte 8"},
        {"{" TENSOR("a", "[1]", "[0,4]") "," TENSOR("b", "[2]", "[4,12]") "}", "have 12 bytes"},
        {"{" TENSOR("a", "[1]", "[0,8]") "}", "disagree"},
        {"{" TENSOR("a", "[3]", "[0,8]") "}", "disagree"},
        {"{" TENSOR("a", "[2]", "[8,0]") "}", "data_offsets"},
        {"{" TENSOR("a", "[2]", "[-8,0]") "}", "data_offsets"},
        {"{" TENSOR("a", "[2]", "[0.5,8.5]") "}", "data_offsets"},
        {"{" TENSOR("a", "[2]", "[0,1e300]") "}", "data_offsets"},
        {"{" TENSOR("a", "[2]", "[0,1e999]") "}", "data_offsets"},
        {"{" TENSOR("a", "[2]", "[0,18446744073709551624]") "}", "data_offsets"},
        {"{" TENSOR("a", "[2]", "[0]") "}", "data_offsets"},
        {"{" TENSOR("a", "[2]", "[0,8,8]") "}", "data_offsets"},
        {"{" TENSOR("a", "[2]", "[\"0\",8]") "}", "data_offsets"},
        {"{" TENSOR("a", "[2]", "{\"a\":0,\"b\":8}") "}", "data_offsets"},
        {"{" TENSOR("a", "[2]", "null") "}", "data_offsets"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "data_offsets"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_header_failure(scratch, cases[i].header, 8, cases[i].part);
}

static void wrong_shapes(void **state) {
    struct scratch *scratch = *state;
    static const char *const shapes[] = {
        "[2.5]", "[-2]", "[\"2\"]", "[[2]]", "2", "null", "{\"x\":2}", "[1,1,1,1,2]", "[1e30]",
    };
    char header[256];
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        snprintf(header, sizeof header, "{" TENSOR("a", "%s", "[0,8]") "}", shapes[i]);
        expect_header_failure(scratch, header, 8, "shape");
    }
    /* 4 * 2^31 * 2^31 wraps to 0; so does 4 * 2^50 * 2^12 with a dimension of 0 to come. */
    expect_header_failure(scratch, "{" TENSOR("a", "[2147483648,2147483648]", "[0,0]") "}", 0,
                          "disagree");
    expect_header_failure(scratch, "{" TENSOR("a", "[1125899906842624,4096,0]", "[0,0]") "}", 0,
                          "disagree");
    expect_header_failure(scratch, "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8,
                          "shape");
}

static void wrong_descriptions(void **state) {
    struct scratch *scratch = *state;
    static const char *const headers[][2] = {
        {"[]", "not a JSON object"},
        {"null", "not a JSON object"},
        {"{} x", "not valid JSON"},
        {"{}{}", "not valid JSON"},
        {"{\"a\":1}", "not described by an object"},
        {"{\"a\":[]}", "not described by an object"},
        {"{\"a\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0]}}", "dtype F64"},
        {"{\"a\":{\"dtype\":\"f32\",\"shape\":[0],\"data_offsets\":[0,0]}}", "dtype f32"},
        {"{\"a\":{\"dtype\":32,\"shape\":[0],\"data_offsets\":[0,0]}}", "dtype missing"},
        {"{\"a\":{\"shape\":[0],\"data_offsets\":[0,0]}}", "dtype missing"},
        {"{\"__metadata__\":[]}", "__metadata__ is not an object"},
        {"{\"__metadata__\":\"x\"}", "__metadata__ is not an object"},
        {"{\"__metadata__\":{\"a\":1}}", "not a string"},
        {"{\"__metadata__\":{},\"__metadata__\":{}}", "twice"},
        {"{\"__metadata__\":{\"a\":\"\",\"b\":\"\",\"a\":\"\"}}", "\"a\" is there twice"},
        {"{" TENSOR("a", "[0]", "[0,0]") "," TENSOR("a", "[0]", "[0,0]") "}", "twice"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"shape\":[0],\"data_offsets\":[0,0]}}",
         "\"shape\" is there twice"},
        {"{" TENSOR("a\\u0000b", "[0]", "[0,0]") "}", "zero character"},
        {"{" TENSOR("0123456789012345678901234567890123456789012345678901234567890123", "[0]",
                    "[0,0]") "}",
         "longer than 63 bytes"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        expect_header_failure(scratch, headers[i][0], 0, headers[i][1]);
}

static void too_many_tensors(void **state) {
    struct scratch *scratch = *state;
    size_t capacity = (size_t)1 << 20;
    char *header = malloc(capacity);
    unsigned char *file = malloc(capacity + 8);
    assert_non_null(header);
    assert_non_null(file);
    size_t length = 0;
    for (int i = 0; i <= TENSOR_LIST_MAX; i++)
        length += (size_t)snprintf(header + length, capacity - length,
                                   "%c\"%d\":{\"dtype\":\"F32\",\"shape\":[0],"
                                   "\"data_offsets\":[0,0]}",
                                   i == 0 ? '{' : ',', i);
    snprintf(header + length, capacity - length, "}");
    expect_failure(scratch, file, make_file(file, header, 0), "more than 4096 tensors");
    free(file);
    free(header);
}

/* Whatever the bytes, the reader answers, and what it accepts is consistent. */
static void damaged_files(void **state) {
    struct scratch *scratch = *state;
    struct rng rng;
    rng_seed(&rng, 1, RNG_DATA);
    for (int i = 0; i < 5000; i++) {
        static const char alphabet[] = "{}[]\",:0123456789-.eE \\u\xff";
        unsigned char file[FILE_SIZE];
        make_python_file(file);
        for (size_t n = 1 + rng_below(&rng, 4); n > 0; n--) {
            size_t place = rng_below(&rng, FILE_SIZE - DATA_SIZE);
            file[place] = rng_below(&rng, 2) == 0
                              ? (unsigned char)rng_bits(&rng)
                              : (unsigned char)alphabet[rng_below(&rng, sizeof alphabet)];
        }
        struct error err = {.message = ""};
        struct tensor_list list;
        const char *path = scratch_write(scratch, "damaged", file, sizeof file);
        if (safetensors_read(path, &list, &err) != STATUS_OK) {
            assert_true(err.message[0] != '\0');
            continue;
        }
        size_t n_values = 0;
        for (size_t t = 0; t < list.n_tensors; t++) {
            size_t size = tensor_size(&list.tensors[t]);
            n_values += size;
            /* Touch every value, for the sanitizers. */
            for (size_t v = 0; v < size; v++)
                assert_true(isnan(list.tensors[t].values[v]) || list.tensors[t].values[v] > -9);
        }
        assert_int_equal(n_values * sizeof(float), DATA_SIZE);
        tensor_list_free(&list);
    }
}

static void missing_files(void **state) {
    struct scratch *scratch = *state;
    struct error err = {.message = ""};
    struct tensor_list list;
    assert_int_equal(safetensors_read(scratch->directory, &list, &err), STATUS_FAILED);
    assert_int_equal(safetensors_read(scratch_path(scratch, "no"), &list, &err), STATUS_MISSING);
    assert_non_null(strstr(err.message, "No such file"));
    tensor_list_free(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_of_python_is_read),
        cmocka_unit_test(smallest_file_is_read),
        cmocka_unit_test(every_prefix_is_an_error),
        cmocka_unit_test(wrong_lengths),
        cmocka_unit_test(header_larger_than_the_bound),
        cmocka_unit_test(wrong_offsets),
        cmocka_unit_test(wrong_shapes),
        cmocka_unit_test(wrong_descriptions),
        cmocka_unit_test(too_many_tensors),
        cmocka_unit_test(damaged_files),
        cmocka_unit_test(missing_files),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
