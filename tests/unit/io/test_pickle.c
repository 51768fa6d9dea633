/* Reading pickles: what Python and NumPy wrote (tests/golden/make_cifar10.py), and what is made up
 * here to be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/pickle.h"
#include "support/says.h"

enum { MAX_PROGRAM = 1 << 20 };

static const char *const golden_files[] = {
    "python2",        "python3-2-bytes", "python3-2-text", "python3-3-bytes",
    "python3-3-text", "python3-4-bytes", "python3-4-text", "numpy2",
};

enum { N_GOLDEN_FILES = sizeof golden_files / sizeof golden_files[0] };

/* A program for the stack machine, put together from pieces. */
struct program {
    unsigned char bytes[MAX_PROGRAM];
    size_t size;
};

static struct program program;

static void add(const void *bytes, size_t size) {
    assert_true(size <= MAX_PROGRAM - program.size);
    memcpy(program.bytes + program.size, bytes, size);
    program.size += size;
}

/* Adds a string literal without its NUL. */
#define ADD(literal) add(literal, sizeof literal - 1)

static void start(void) {
    program.size = 0;
    ADD("\200\002");
}

/* Parses a copy of exactly that size, so that a read beyond the end is seen by the sanitizers. */
static int parse(const unsigned char *bytes, size_t size, struct pickle **pickle,
                 unsigned char **copy, struct error *err) {
    *copy = malloc(size > 0 ? size : 1);
    assert_non_null(*copy);
    memcpy(*copy, bytes, size);
    const struct bytes content = {*copy, size};
    return pickle_parse(pickle, "a.pickle", &content, err);
}

static void assert_refused(const unsigned char *bytes, size_t size, const char *part) {
    struct pickle *pickle;
    unsigned char *copy;
    struct error err = {.message = ""};
    assert_int_equal(parse(bytes, size, &pickle, &copy, &err), STATUS_DAMAGED);
    assert_null(pickle);
    free(copy);
    assert_says_of(&err, "a.pickle: ", part);
}

static void assert_program_refused(const char *part) {
    assert_refused(program.bytes, program.size, part);
}

static struct bytes read_golden(const char *name) {
    char path[256];
    struct bytes bytes;
    struct error err = {.message = ""};
    snprintf(path, sizeof path, "tests/golden/cifar10/small-%s.pickle", name);
    if (file_read(path, MAX_PROGRAM, &bytes, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return bytes;
}

/* The program that this literal holds is refused, with that in the message. */
#define REFUSE(literal, part)                                                                      \
    do {                                                                                           \
        start();                                                                                   \
        ADD(literal);                                                                              \
        assert_program_refused(part);                                                              \
    } while (0)

static void what_python_wrote(void **state) {
    static const unsigned char expected[] = {0, 50, 100, 150, 200, 250};
    (void)state;
    for (size_t i = 0; i < N_GOLDEN_FILES; i++) {
        struct bytes bytes = read_golden(golden_files[i]);
        struct pickle *pickle;
        struct pickle_array array;
        struct error err = {.message = ""};
        int32_t *labels;
        size_t n;
        if (pickle_parse(&pickle, golden_files[i], &bytes, &err) != STATUS_OK)
            fail_msg("%s", err.message);
        assert_int_equal(pickle_find_array(pickle, "data", &array, &err), STATUS_OK);
        assert_int_equal(array.n_dims, 2);
        assert_int_equal(array.dims[0], 2);
        assert_int_equal(array.dims[1], 3);
        assert_int_equal(array.n_values, sizeof expected);
        assert_memory_equal(array.values, expected, sizeof expected);
        assert_int_equal(pickle_find_integers(pickle, "labels", &labels, &n, &err), STATUS_OK);
        assert_int_equal(n, 2);
        assert_int_equal(labels[0], 6);
        assert_int_equal(labels[1], 9);
        free(labels);
        pickle_free(pickle);
        free(bytes.data);
    }
}

static void cut_off_anywhere(void **state) {
    (void)state;
    for (size_t i = 0; i < N_GOLDEN_FILES; i++) {
        struct bytes bytes = read_golden(golden_files[i]);
        for (size_t size = 0; size < bytes.size; size++)
            assert_refused(bytes.data, size, "cut off");
        program.size = 0;
        add(bytes.data, bytes.size);
        ADD("x");
        assert_program_refused("other bytes follow");
        free(bytes.data);
    }
}

/* Whatever a changed bit makes of it, it is parsed or refused; the sanitizers watch. */
static void changed_bits(void **state) {
    (void)state;
    for (size_t i = 0; i < N_GOLDEN_FILES; i++) {
        struct bytes bytes = read_golden(golden_files[i]);
        for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
            struct pickle *pickle;
            unsigned char *copy;
            struct error err = {.message = ""};
            bytes.data[bit / 8] ^= (unsigned char)(1u << bit % 8);
            if (parse(bytes.data, bytes.size, &pickle, &copy, &err) == STATUS_OK)
                pickle_free(pickle);
            free(copy);
            bytes.data[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
        free(bytes.data);
    }
}

static void other_instructions(void **state) {
    static const unsigned char known[] =
        "N\210\211KMJUTCB\214X(t\205\206\207]ae}suqr\224hjc\223Rb\225.";
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        if (memchr(known, byte, sizeof known - 1) != NULL)
            continue;
        const unsigned char instruction = (unsigned char)byte;
        char part[64];
        start();
        ADD("}");
        add(&instruction, 1);
        ADD("anything\n.");
        snprintf(part, sizeof part, "byte 3: instruction 0x%02x", byte);
        assert_program_refused(part);
    }
}

static void other_functions(void **state) {
    (void)state;
    REFUSE("cos\nsystem\n(U\007echo 1;tR.", "byte 2: it asks for os.system, which");
    REFUSE("c__builtin__\neval\n.", "__builtin__.eval");
    REFUSE("cnumpy.core.multiarray\nscalar\n.", "numpy.core.multiarray.scalar");
    REFUSE("cnumpy\n_reconstruct\n.", "numpy._reconstruct");
    REFUSE("X\005\000\000\000posixX\006\000\000\000system\223.", "posix.system");
    REFUSE("U\002osX\006\000\000\000system\223.", "no text");
    REFUSE("c\033[2J\n\2331m\n.", "asks for ?[2J.?1m,");
    start();
    ADD("c");
    for (int i = 0; i < 5000; i++)
        ADD("a");
    ADD("\n\n.");
    assert_program_refused("asks for aaaaaaa");
}

static void other_protocols(void **state) {
    (void)state;
    assert_refused((const unsigned char *)"(dp0\n.", 6, "no pickle of protocol 2");
    assert_refused((const unsigned char *)"\200\001}.", 4, "protocol 1 is none of 2 to 4");
    assert_refused((const unsigned char *)"\200\005}.", 4, "protocol 5 is none of 2 to 4");
    assert_refused((const unsigned char *)"\200\377}.", 4, "protocol 255");
    assert_refused((const unsigned char *)"\200\002}\200\002.", 6, "instruction 0x80");
}

static void lengths_beyond_the_end(void **state) {
    (void)state;
    static const char *const instructions = "TXB";
    for (size_t i = 0; i < 3; i++) {
        start();
        add(instructions + i, 1);
        ADD("\377\377\377\377abc.");
        assert_program_refused("byte 2: it ends early");
        program.size -= 8;
        ADD("\005\000\000\000abc.");
        assert_program_refused("byte 2: it ends early");
    }
    REFUSE("\225\377\377\377\377\377\377\377\377}.", "byte 2: it ends early");
    REFUSE("\225\003\000\000\000\000\000\000\000}.", "byte 2: it ends early");
}

static void memo(void **state) {
    (void)state;
    REFUSE("h\000.", "nothing stands at 0 in the memo");
    REFUSE("j\377\377\377\377.", "nothing stands at 4294967295 in the memo");
    REFUSE("}r\377\377\377\377.", "4294967295 is out of the memo's range");
    REFUSE("}r\000\000\001\000.", "out of the memo's range");
    REFUSE("q\000.", "a value is missing");
    REFUSE("\224.", "a value is missing");
    REFUSE("]q\001h\001a.", "stands in two places"); /* a list that contains itself */
    REFUSE("]q\001h\001\206.", "stands in two places");
}

static void stack(void **state) {
    (void)state;
    REFUSE("\205.", "a value is missing");
    REFUSE("N\206.", "a value is missing");
    REFUSE("NN\207.", "a value is missing");
    REFUSE("N(\205.", "a value is missing");
    REFUSE("\223.", "a value is missing");
    REFUSE("NR.", "a value is missing");
    REFUSE("Nb.", "a value is missing");
    REFUSE("N(Nb.", "a value is missing");
    REFUSE("a.", "a value is missing");
    REFUSE("(Ns.", "a value is missing");
    REFUSE("t.", "a mark is missing");
    REFUSE("}u.", "a mark is missing");
    REFUSE("]e.", "a mark is missing");
    REFUSE("N(NtNt.", "a mark is missing");
    REFUSE("Na.", "no list or dict");
    REFUSE("NNa.", "no list or dict");
    REFUSE("(Ne.", "no list or dict");
    REFUSE("}(Ne.", "no list or dict");
    REFUSE("](Nu.", "no list or dict");
    REFUSE("](Na.", "no list or dict");
    REFUSE("}(Nu.", "a key of a dict has no value");
    REFUSE(".", "not a dict");
    REFUSE("N.", "not a dict");
    REFUSE("}N.", "not a dict");
    REFUSE("}(.", "not a dict");
    REFUSE("(}.", "not a dict");
}

static void bounds(void **state) {
    (void)state;
    start();
    for (int i = 0; i < 100; i++)
        ADD("(");
    assert_program_refused("byte 18: the values are nested too deeply");
    start();
    for (int i = 0; i < 5000; i++)
        ADD("]");
    assert_program_refused("too many values");
    start();
    ADD("](");
    for (int i = 0; i < 200; i++) {
        for (int j = 0; j < 1000; j++)
            ADD("N");
        ADD("e(");
    }
    ADD("e.");
    assert_program_refused("too many values");
}

/* A list in a list in a list: as deep as the stack is high, and no further. */
static void deep_lists(void **state) {
    (void)state;
    struct pickle *pickle;
    unsigned char *copy;
    struct error err = {.message = ""};
    int32_t *integers;
    size_t n;
    start();
    ADD("}U\001x");
    for (int i = 0; i < 4000; i++)
        ADD("]");
    for (int i = 1; i < 4000; i++)
        ADD("a");
    ADD("s.");
    assert_int_equal(parse(program.bytes, program.size, &pickle, &copy, &err), STATUS_OK);
    assert_int_equal(pickle_find_integers(pickle, "x", &integers, &n, &err), STATUS_DAMAGED);
    assert_says_of(&err, "a.pickle: ", "no list of integers \"x\"");
    pickle_free(pickle);
    free(copy);
}

#define BLANK "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\000\205U\001b\207R"
#define BLANK_DTYPE "cnumpy\ndtype\nU\002u1K\000K\001\207R"
#define DTYPE BLANK_DTYPE "(K\003U\001|NNNJ\377\377\377\377J\377\377\377\377K\000tb"

/* {"a": array}, of the pieces that make it. */
#define ARRAY(blank, shape, dtype, fortran, content)                                               \
    "}U\001a" blank "(K\001" shape dtype fortran content "tbs."

static void arrays(void **state) {
    (void)state;
    struct pickle *pickle;
    struct pickle_array array;
    unsigned char *copy;
    struct error err = {.message = ""};
    start();
    ADD(ARRAY(BLANK, "K\002K\002\206", DTYPE, "\211", "U\004abcd"));
    assert_int_equal(parse(program.bytes, program.size, &pickle, &copy, &err), STATUS_OK);
    assert_int_equal(pickle_find_array(pickle, "a", &array, &err), STATUS_OK);
    assert_int_equal(array.n_dims, 2);
    assert_memory_equal(array.values, "abcd", 4);
    assert_int_equal(pickle_find_array(pickle, "b", &array, &err), STATUS_DAMAGED);
    assert_says_of(&err, "a.pickle: ", "no array \"b\"");
    pickle_free(pickle);
    free(copy);

    REFUSE(ARRAY(BLANK, "K\002K\002\206", DTYPE, "\210", "U\004abcd"), "Fortran order");
    REFUSE(ARRAY(BLANK, "K\002K\002\206", DTYPE, "\211", "U\003abc"),
           "room for 4 values but 3 are there");
    REFUSE(ARRAY(BLANK, "K\002K\002\206", DTYPE, "\211", "X\004\000\000\000abcd"),
           "not laid out as NumPy does");
    REFUSE(ARRAY(BLANK, "K\002K\002\206", "N", "\211", "U\004abcd"), "not laid out as NumPy does");
    REFUSE(ARRAY(BLANK, "K\004", DTYPE, "\211", "U\004abcd"), "shape makes no sense");
    REFUSE(ARRAY(BLANK, "(t", DTYPE, "\211", "U\001a"), "shape makes no sense");
    REFUSE(ARRAY(BLANK, "(K\001K\001K\001K\001K\001t", DTYPE, "\211", "U\001a"),
           "shape makes no sense");
    REFUSE(ARRAY(BLANK, "J\377\377\377\377J\377\377\377\377\206", DTYPE, "\211", "U\001a"),
           "shape makes no sense");
    REFUSE(ARRAY(BLANK, "(J\377\377\377\177J\377\377\377\177J\377\377\377\177t", DTYPE, "\211",
                 "U\000"),
           "shape makes no sense");
    REFUSE(ARRAY(BLANK, "K\001\205", "cnumpy\ndtype\nU\002i8K\000K\001\207R", "\211", "U\001a"),
           "another type than unsigned bytes");
    REFUSE(ARRAY(BLANK, "K\001\205", BLANK_DTYPE, "\211", "U\001a"), "not laid out as NumPy does");
    REFUSE(ARRAY(BLANK, "K\001\205", BLANK_DTYPE "Nb", "\211", "U\001a"),
           "not that of plain bytes");
    REFUSE(ARRAY("cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\000\205U\001b\207R",
                 "K\001\205", DTYPE, "\211", "U\001a"),
           "an array is made in an unknown way");
    REFUSE(ARRAY("NNR", "K\001\205", DTYPE, "\211", "U\001a"), "calls what is not a function");
    REFUSE(ARRAY("cnumpy\nndarray\nNR", "K\001\205", DTYPE, "\211", "U\001a"),
           "calls what is not a function");
    REFUSE(ARRAY("N", "K\001\205", DTYPE, "\211", "U\001a"), "the state of what is no array");
    REFUSE(ARRAY(BLANK "NbN", "K\001\205", DTYPE, "\211", "U\001a"), "not laid out as NumPy does");
}

/* An array without content is none. */
static void blank_array(void **state) {
    (void)state;
    struct pickle *pickle;
    struct pickle_array array;
    unsigned char *copy;
    struct error err = {.message = ""};
    start();
    ADD("}U\001a" BLANK "s.");
    assert_int_equal(parse(program.bytes, program.size, &pickle, &copy, &err), STATUS_OK);
    assert_int_equal(pickle_find_array(pickle, "a", &array, &err), STATUS_DAMAGED);
    assert_says_of(&err, "a.pickle: ", "no array \"a\"");
    pickle_free(pickle);
    free(copy);
}

static void encoded_bytes(void **state) {
    (void)state;
    REFUSE("c_codecs\nencode\nX\001\000\000\000aX\004\000\000\000utf8\206R.",
           "encoded in an unknown way");
    REFUSE("c_codecs\nencode\nX\002\000\000\000\304\200X\006\000\000\000latin1\206R.",
           "is not latin1");
    REFUSE("c_codecs\nencode\nX\001\000\000\000\303X\006\000\000\000latin1\206R.", "is not latin1");
    start();
    ADD("c_codecs\nencode\nq\001X\120\000\000\000");
    for (int i = 0; i < 80; i++)
        ADD("a");
    ADD("q\002X\006\000\000\000latin1q\003\206R");
    for (int i = 0; i < 4; i++)
        ADD("h\001h\002h\003\206R");
    ADD(".");
    assert_program_refused("encoded more than once");
}

static void find(const char *key, int status, const char *part) {
    struct pickle *pickle;
    unsigned char *copy;
    struct error err = {.message = "a.pickle: "};
    int32_t *integers = NULL;
    size_t n;
    assert_int_equal(parse(program.bytes, program.size, &pickle, &copy, &err), STATUS_OK);
    assert_int_equal(pickle_find_integers(pickle, key, &integers, &n, &err), status);
    assert_says_of(&err, "a.pickle: ", part);
    if (status == STATUS_OK) {
        assert_int_equal(n, 4);
        assert_int_equal(integers[0], 255);
        assert_int_equal(integers[1], 65535);
        assert_int_equal(integers[2], INT32_MAX);
        assert_int_equal(integers[3], INT32_MIN);
    }
    free(integers);
    pickle_free(pickle);
    free(copy);
}

static void lists(void **state) {
    (void)state;
    start(); /* as in Python, the second "x" is the one that counts */
    ADD("}(U\001xNU\001x]("
        "K\377M\377\377eJ\377\377\377\177aJ\000\000\000\200aU\001yNX\001\000\000\000z](Ne");
    ADD("NK\001u.");
    find("x", STATUS_OK, "");
    find("y", STATUS_DAMAGED, "no list of integers \"y\"");
    find("z", STATUS_DAMAGED, "no list of integers \"z\"");
    find("", STATUS_DAMAGED, "no list of integers \"\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_python_wrote),
        cmocka_unit_test(cut_off_anywhere),
        cmocka_unit_test(changed_bits),
        cmocka_unit_test(other_instructions),
        cmocka_unit_test(other_functions),
        cmocka_unit_test(other_protocols),
        cmocka_unit_test(lengths_beyond_the_end),
        cmocka_unit_test(memo),
        cmocka_unit_test(stack),
        cmocka_unit_test(bounds),
        cmocka_unit_test(deep_lists),
        cmocka_unit_test(arrays),
        cmocka_unit_test(blank_array),
        cmocka_unit_test(encoded_bytes),
        cmocka_unit_test(lists),
    };
    return cmocka_run_group_tests_name("pickle", tests, NULL, NULL);
}
