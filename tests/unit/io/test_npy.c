/* Reading NumPy's arrays: files that NumPy wrote (tests/golden/make_npy.py), and headers that it
 * would not write. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/npy.h"
#include "support/says.h"

enum { MAX_SIZE = 4096 };

static void read_golden(const char *name, struct bytes *bytes) {
    char path[256];
    struct error err = {.message = ""};
    snprintf(path, sizeof path, "tests/golden/npy/%s.npy", name);
    if (file_read(path, MAX_SIZE, bytes, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

/* Parses a golden file, which the caller frees. */
static void parse_golden(const char *name, struct bytes *bytes, struct npy *npy) {
    struct error err = {.message = ""};
    read_golden(name, bytes);
    if (npy_parse(npy, name, bytes, &err) != STATUS_OK)
        fail_msg("%s", err.message);
}

/* The golden file is a (2, 3) array of these values. */
static void expect_values(const char *name, enum npy_kind kind, const double expected[6]) {
    struct bytes bytes;
    struct npy npy;
    parse_golden(name, &bytes, &npy);
    assert_int_equal(npy.kind, kind);
    assert_int_equal(npy.n_dims, 2);
    assert_int_equal(npy.dims[0], 2);
    assert_int_equal(npy.dims[1], 3);
    assert_int_equal(npy.n_values, 6);
    for (size_t i = 0; i < 6; i++) {
        double value = npy_get(&npy, i);
        if (value != expected[i] && !(isnan(value) && isnan(expected[i])))
            fail_msg("%s: value %zu is %.17g, not %.17g", name, i, value, expected[i]);
    }
    free(bytes.data);
}

static void integers(void **state) {
    (void)state;
    for (int size = 1; size <= 8; size *= 2)
        for (int is_signed = 0; is_signed < 2; is_signed++)
            for (int big = 0; big < (size > 1 ? 2 : 1); big++) {
                char name[40];
                snprintf(name, sizeof name, "integers_%c%d_%s", is_signed ? 'i' : 'u', size,
                         big ? "be" : "le");
                /* The ends of 64 bits are rounded, as this expression is. */
                double span = ldexp(1, 8 * size - is_signed);
                const double expected[] = {is_signed ? -span : 0, 0, 1, 2, 100, span - 1};
                expect_values(name, is_signed ? NPY_SIGNED : NPY_UNSIGNED, expected);
            }
}

static void floats(void **state) {
    (void)state;
    const double doubles[] = {-1.5, 0, 0.1, 1e30, INFINITY, NAN};
    const double singles[] = {-1.5, 0, (double)0.1f, (double)1e30f, INFINITY, NAN};
    expect_values("floats_f8_le", NPY_FLOAT, doubles);
    expect_values("floats_f8_be", NPY_FLOAT, doubles);
    expect_values("floats_f4_le", NPY_FLOAT, singles);
    expect_values("floats_f4_be", NPY_FLOAT, singles);
}

static void booleans(void **state) {
    (void)state;
    const double expected[] = {0, 1, 1, 1, 0, 0};
    expect_values("booleans", NPY_BOOL, expected);
}

static void versions(void **state) {
    (void)state;
    const double expected[] = {0, 1, 2, 3, 4, 5};
    expect_values("version_1", NPY_UNSIGNED, expected);
    expect_values("version_2", NPY_UNSIGNED, expected);
    expect_values("version_3", NPY_UNSIGNED, expected);
}

static void shapes(void **state) {
    (void)state;
    const struct {
        const char *name, *shape;
        size_t n_dims, n_values;
    } cases[] = {
        {"scalar", "()", 0, 1},
        {"vector", "(5,)", 1, 5},
        {"empty", "(0, 4)", 2, 0},
        {"dimensions", "(1, 2, 1, 3, 1, 2, 1, 1)", 8, 12},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes bytes;
        struct npy npy;
        char shape[NPY_SHAPE_SIZE];
        parse_golden(cases[i].name, &bytes, &npy);
        assert_int_equal(npy.n_dims, cases[i].n_dims);
        assert_int_equal(npy.n_values, cases[i].n_values);
        assert_string_equal(npy_shape(&npy, shape), cases[i].shape);
        if (npy.n_dims == 0)
            assert_true(npy_get(&npy, 0) == 7.25);
        else if (npy.n_values > 0)
            assert_true(npy_get(&npy, npy.n_values - 1) == (double)(npy.n_values - 1));
        free(bytes.data);
    }
    struct npy longest = {.n_dims = NPY_MAX_DIMS};
    char shape[NPY_SHAPE_SIZE];
    memset(longest.dims, 0xff, sizeof longest.dims);
    assert_int_equal(strlen(npy_shape(&longest, shape)), 8 * 20 + 7 * 2 + 2);
}

/* Parses a copy of exactly that size, so that a read beyond the end is seen by the sanitizers. */
static int parse(const void *data, size_t size, struct npy *npy, struct error *err) {
    unsigned char *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, data, size);
    struct bytes bytes = {copy, size};
    int status = npy_parse(npy, "a.npy", &bytes, err);
    free(copy);
    return status;
}

static void expect_error(const void *data, size_t size, const char *part) {
    struct npy npy;
    struct error err = {.message = ""};
    assert_int_equal(parse(data, size, &npy, &err), STATUS_DAMAGED);
    assert_memory_equal(err.message, "a.npy: ", 7);
    assert_says(&err, part);
}

static void refused_golden(const char *name, const char *part) {
    struct bytes bytes;
    read_golden(name, &bytes);
    expect_error(bytes.data, bytes.size, part);
    free(bytes.data);
}

static void other_arrays(void **state) {
    (void)state;
    refused_golden("refused_fortran", "in Fortran order, only C order can be read: save "
                                      "numpy.ascontiguousarray(array) instead");
    refused_golden("refused_half", "type <f2 cannot be read, only booleans, integers, float32 and "
                                   "float64: convert them with array.astype(\"float32\")");
    refused_golden("refused_complex", "type <c8 cannot be read");
    refused_golden("refused_text", "type <U4 cannot be read");
    refused_golden("refused_structure", "type another kind cannot be read");
    refused_golden("refused_object", "type |O cannot be read");
    refused_golden("refused_dimensions", "too many dimensions");
}

static void cut_off_and_longer(void **state) {
    (void)state;
    static const char *const names[] = {"version_1", "version_2", "version_3", "floats_f8_be"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct bytes bytes;
        unsigned char longer[MAX_SIZE] = {0};
        read_golden(names[i], &bytes);
        for (size_t size = 0; size < bytes.size; size++)
            expect_error(bytes.data, size, size < 6 ? "not a NumPy array" : "");
        expect_error(bytes.data, 7, "ends within the header");
        expect_error(bytes.data, 100, "ends within the header");
        expect_error(bytes.data, bytes.size - 1, "are there; the file is cut off");
        memcpy(longer, bytes.data, bytes.size);
        expect_error(longer, bytes.size + 1, "are there; the file is corrupt");
        free(bytes.data);
    }
}

static void other_magic(void **state) {
    (void)state;
    struct bytes bytes;
    read_golden("version_1", &bytes);
    for (size_t i = 0; i < 8; i++) {
        bytes.data[i] ^= 4;
        expect_error(bytes.data, bytes.size, i < 6 ? "not a NumPy array" : "version");
        bytes.data[i] ^= 4;
    }
    bytes.data[6] = 4;
    expect_error(bytes.data, bytes.size, "version 4.0 of NumPy's format cannot be read");
    bytes.data[6] = 0;
    expect_error(bytes.data, bytes.size, "version 0.0");
    free(bytes.data);
}

/* A file of version 1.0 with this header and n bytes of values. */
static size_t make(unsigned char file[MAX_SIZE], const char *header, size_t n) {
    size_t length = strlen(header);
    memset(file, 0, MAX_SIZE);
    memcpy(file, "\x93NUMPY\1\0", 8);
    file[8] = (unsigned char)length;
    file[9] = (unsigned char)(length >> 8);
    memcpy(file + 10, header, length);
    return 10 + length + n;
}

static void headers_that_are_fine(void **state) {
    (void)state;
    static const char *const headers[] = {
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }       \n",
        "{'descr':'<i2','fortran_order':False,'shape':(2,3)}",
        "{\"shape\": (2, 3,), \"fortran_order\": False, \"descr\": \"<i2\"}\n",
        " {\t'shape' : ( 2L , 3L ) ,\n'fortran_order' : False , 'descr' : '<i2' , } ",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        unsigned char file[MAX_SIZE];
        struct npy npy;
        struct error err = {.message = ""};
        size_t size = make(file, headers[i], 12);
        if (parse(file, size, &npy, &err) != STATUS_OK)
            fail_msg("%s: %s", headers[i], err.message);
        assert_int_equal(npy.n_values, 6);
        assert_int_equal(npy.item_size, 2);
    }
}

#define WITH_SHAPE(shape) "{'descr': '|u1', 'fortran_order': False, 'shape': " shape "}"
#define WITH_DESCR(descr) "{'descr': " descr ", 'fortran_order': False, 'shape': (6,)}"

static void headers_that_are_not(void **state) {
    (void)state;
    static const struct {
        const char *header, *part;
    } cases[] = {
        {"", "is not a dictionary"},
        {"['descr']", "is not a dictionary"},
        {"{", "a key that is not understood"},
        {"{}", "lacks the type, the order or the shape"},
        {"{'descr': '|u1', 'shape': (6,)}", "lacks the type, the order or the shape"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (6,), 'x': 1}",
         "a key that is unknown"},
        {"{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (6,)}", "there twice"},
        {"{'descr' '|u1', 'fortran_order': False, 'shape': (6,)}", "without a value"},
        {"{'descr': '|u1' 'fortran_order': False, 'shape': (6,)}", "lacks a comma"},
        {"{'descr': '|u1',, 'fortran_order': False, 'shape': (6,)}",
         "a key that is not understood"},
        {"{descr: '|u1', 'fortran_order': False, 'shape': (6,)}", "a key that is not understood"},
        {"{'descr: '|u1', 'fortran_order': False, 'shape': (6,)}", "a key that is unknown"},
        {"{'a key of more than fifteen': 1}", "a key that is not understood"},
        {"{'de\\x73cr': '|u1', 'fortran_order': False, 'shape': (6,)}", "a key that is not"},
        {"{'descr': '|u1', 'fortran_order': 0, 'shape': (6,)}", "neither True nor False"},
        {"{'descr': '|u1', 'fortran_order': True, 'shape': (6,)}", "Fortran order"},
        {WITH_SHAPE("(6,)") " x", "something after the dictionary"},
        {WITH_SHAPE("(6,)") "}", "something after the dictionary"},
        {WITH_SHAPE("6"), "not a tuple of sizes"},
        {WITH_SHAPE("[6]"), "not a tuple of sizes"},
        {WITH_SHAPE("(6)"), "not a tuple of sizes"},
        {WITH_SHAPE("(,)"), "not a tuple of sizes"},
        {WITH_SHAPE("(2, 3"), "not a tuple of sizes"},
        {WITH_SHAPE("(2 3)"), "not a tuple of sizes"},
        {WITH_SHAPE("(2,, 3)"), "not a tuple of sizes"},
        {WITH_SHAPE("(-6,)"), "not a tuple of sizes"},
        {WITH_SHAPE("(6.0,)"), "not a tuple of sizes"},
        {WITH_SHAPE("(2*3,)"), "not a tuple of sizes"},
        {WITH_SHAPE("(99999999999999999999,)"), "not a tuple of sizes"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (6", "not a tuple of sizes"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': ", "not a tuple of sizes"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (6,)", "lacks a comma"},
        {WITH_SHAPE("(18446744073709551615, 2)"), "absurd shape"},
        {WITH_SHAPE("(4294967296, 4294967296)"), "absurd shape"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,)}", "absurd"},
        {WITH_SHAPE("(1000000000000,)"), "promises 1000000000000 bytes of values but 6 are there"},
        {WITH_SHAPE("(5,)"), "promises 5 bytes of values but 6 are there"},
        {WITH_SHAPE("()"), "promises 1 bytes"},
        {WITH_DESCR("'u1'"), "type u1 cannot be read"},
        {WITH_DESCR("'=u1'"), "type =u1 cannot be read"},
        {WITH_DESCR("'|i4'"), "type |i4 cannot be read"},
        {WITH_DESCR("'<f16'"), "type <f16 cannot be read"},
        {WITH_DESCR("'<u3'"), "type <u3 cannot be read"},
        {WITH_DESCR("''"), "type  cannot be read"},
        {WITH_DESCR("'<u1\""), "cannot be read"},
        {WITH_DESCR("u1"), "a type that is not understood"},
        {WITH_DESCR("'<M8[ns] and more'"), "a type that is not understood"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char file[MAX_SIZE];
        size_t size = make(file, cases[i].header, 6);
        expect_error(file, size, cases[i].part);
    }
}

/* In a header of version 2.0, 4 bytes count its length. */
static void absurd_header_length(void **state) {
    (void)state;
    const unsigned char file[] = "\x93NUMPY\2\0\xff\xff\xff\xff{}";
    expect_error(file, sizeof file - 1, "ends within the header");
    expect_error(file, 11, "ends within the header");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers),
        cmocka_unit_test(floats),
        cmocka_unit_test(booleans),
        cmocka_unit_test(versions),
        cmocka_unit_test(shapes),
        cmocka_unit_test(other_arrays),
        cmocka_unit_test(cut_off_and_longer),
        cmocka_unit_test(other_magic),
        cmocka_unit_test(headers_that_are_fine),
        cmocka_unit_test(headers_that_are_not),
        cmocka_unit_test(absurd_header_length),
    };
    return cmocka_run_group_tests_name("npy", tests, NULL, NULL);
}
