#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file.h"
#include "io/file_write.h"
#include "scratch.h"
#include "support/says.h"

static void expect_content(const char *path, const void *data, size_t size) {
    char content[1024];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(content, 1, sizeof content, file), size);
    fclose(file);
    assert_memory_equal(content, data, size);
}

static size_t count_entries(const char *directory) {
    DIR *dir = opendir(directory);
    assert_non_null(dir);
    size_t n = 0;
    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n - 2;
}

static void expect_error(const char *path, const void *data, size_t size, int cause,
                         const char *part) {
    struct error err = {.message = ""};
    assert_int_equal(file_write_atomic(path, data, size, &err), cause);
    assert_int_equal(err.status, cause);
    assert_memory_equal(err.message, path, strlen(path));
    assert_says(&err, part);
}

/* A directory of its own for a test that counts what is in it. */
static const char *make_subdirectory(struct scratch *scratch, const char *name) {
    assert_int_equal(mkdir(scratch_path(scratch, name), 0777), 0);
    return scratch->path;
}

static void content_is_replaced(void **state) {
    struct scratch *scratch = *state;
    struct error err;
    char directory[256];
    snprintf(directory, sizeof directory, "%s", make_subdirectory(scratch, "replace"));
    const char *path = scratch_path(scratch, "replace/a");
    assert_int_equal(file_write_atomic(path, "first", 5, &err), STATUS_OK);
    expect_content(path, "first", 5);
    assert_int_equal(file_write_atomic(path, "2nd", 3, &err), STATUS_OK);
    expect_content(path, "2nd", 3);
    assert_int_equal(file_write_atomic(path, "", 0, &err), STATUS_OK);
    expect_content(path, "", 0);
    assert_int_equal(count_entries(directory), 1);
}

static void permissions_follow_the_umask(void **state) {
    struct scratch *scratch = *state;
    struct error err;
    mode_t before = umask(022);
    const char *path = scratch_path(scratch, "mode");
    assert_int_equal(file_write_atomic(path, "x", 1, &err), STATUS_OK);
    umask(before);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0644);
}

static void names_without_a_directory(void **state) {
    struct scratch *scratch = *state;
    struct error err;
    int here = open(".", O_RDONLY | O_DIRECTORY);
    assert_true(here >= 0);
    assert_int_equal(chdir(scratch->directory), 0);
    assert_int_equal(file_write_atomic("bare", "x", 1, &err), STATUS_OK);
    assert_int_equal(fchdir(here), 0);
    close(here);
    expect_content(scratch_path(scratch, "bare"), "x", 1);
}

static void bad_places(void **state) {
    struct scratch *scratch = *state;
    expect_error(scratch->directory, "x", 1, STATUS_FAILED, "directory");
    expect_error(scratch_path(scratch, "missing/a"), "x", 1, STATUS_MISSING,
                 "directory does not exist");
    scratch_write(scratch, "file", "x", 1);
    expect_error(scratch_path(scratch, "file/a"), "x", 1, STATUS_MISSING, "Not a directory");
    expect_error("", "x", 1, STATUS_MISSING, "");
    assert_int_equal(mkfifo(scratch_path(scratch, "fifo"), 0600), 0);
    expect_error(scratch->path, "x", 1, STATUS_FAILED, "not a regular file");
    expect_error("/dev/full", "x", 1, STATUS_FAILED, "not a regular file");
}

/* A limit on the size of files stands for a full disk: a part is written, then no more. */
static void full_disk(void **state) {
    struct scratch *scratch = *state;
    char directory[256];
    snprintf(directory, sizeof directory, "%s", make_subdirectory(scratch, "full"));
    scratch_write(scratch, "full/a", "old", 3);
    static const char data[10000];
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = {4096, before.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct error err = {.message = ""};
    int status = file_write_atomic(scratch->path, data, sizeof data, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_int_equal(status, STATUS_NO_SPACE);
    assert_non_null(strstr(err.message, "cannot write the file: File too large: raise the"));
    expect_content(scratch->path, "old", 3);
    assert_int_equal(count_entries(directory), 1);
    /* the disk itself, which cannot be filled here */
    assert_string_equal(file_hint(ENOSPC), "free some space");
}

static void directory_without_permission(void **state) {
    struct scratch *scratch = *state;
    if (geteuid() == 0)
        skip();
    make_subdirectory(scratch, "closed");
    assert_int_equal(chmod(scratch->path, 0500), 0);
    expect_error(scratch_path(scratch, "closed/a"), "x", 1, STATUS_DENIED, "Permission denied");
    struct error err;
    assert_int_equal(file_make_directories(scratch_path(scratch, "closed/b"), &err), STATUS_FAILED);
}

static void leftovers_do_no_harm(void **state) {
    struct scratch *scratch = *state;
    struct error err;
    make_subdirectory(scratch, "left");
    char name[64];
    snprintf(name, sizeof name, "left/a.%ld-0.tmp", (long)getpid());
    scratch_write(scratch, name, "leftover", 8);
    const char *path = scratch_path(scratch, "left/a");
    assert_int_equal(file_write_atomic(path, "new", 3, &err), STATUS_OK);
    expect_content(path, "new", 3);
}

static void directories(void **state) {
    struct scratch *scratch = *state;
    struct error err = {.message = ""};
    const char *path = scratch_path(scratch, "p/q//r/");
    assert_false(file_exists(path));
    assert_int_equal(file_make_directories(path, &err), STATUS_OK);
    assert_true(file_exists(path));
    assert_int_equal(file_make_directories(path, &err), STATUS_OK);
    assert_int_equal(file_make_directories("/", &err), STATUS_OK);
    assert_int_equal(file_make_directories(".", &err), STATUS_OK);
    assert_int_equal(file_make_directories("", &err), STATUS_FAILED);
    scratch_write(scratch, "p/file", "x", 1);
    assert_true(file_exists(scratch->path));
    assert_int_equal(file_make_directories(scratch->path, &err), STATUS_FAILED);
    assert_non_null(strstr(err.message, "p/file: a file of this name"));
    assert_int_equal(file_make_directories(scratch_path(scratch, "p/file/x"), &err), STATUS_FAILED);
}

/* What a run that fails does to the directories it made, while another run makes its own there. */
static void directories_that_others_remove(void **state) {
    struct scratch *scratch = *state;
    struct error err = {.message = ""};
    char above[256], below[264];
    size_t n_failed = 0;
    snprintf(above, sizeof above, "%s", scratch_path(scratch, "busy"));
    snprintf(below, sizeof below, "%s/own", above);
    const pid_t other = fork();
    assert_true(other >= 0);
    while (other == 0) {
        rmdir(above);
        usleep(1000);
    }
    for (int i = 0; i < 5000; i++) {
        n_failed += file_make_directories(below, &err) != STATUS_OK;
        rmdir(below);
    }
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    assert_int_equal(n_failed, 0);
}

static void joined_paths(void **state) {
    (void)state;
    struct error err = {.message = ""};
    char path[8];
    assert_int_equal(file_join(path, sizeof path, "abc", "def", &err), STATUS_OK);
    assert_string_equal(path, "abc/def");
    assert_int_equal(file_join(path, sizeof path, "abc/", "def", &err), STATUS_OK);
    assert_string_equal(path, "abc/def");
    assert_int_equal(file_join(path, sizeof path, "/", "def", &err), STATUS_OK);
    assert_string_equal(path, "/def");
    assert_int_equal(file_join(path, sizeof path, "", "def", &err), STATUS_OK);
    assert_string_equal(path, "def");
    assert_int_equal(file_join(path, sizeof path, "abc", "defg", &err), STATUS_FAILED);
    assert_non_null(strstr(err.message, "abc/defg: the path is longer than 7 bytes"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_is_replaced),
        cmocka_unit_test(permissions_follow_the_umask),
        cmocka_unit_test(names_without_a_directory),
        cmocka_unit_test(bad_places),
        cmocka_unit_test(full_disk),
        cmocka_unit_test(directory_without_permission),
        cmocka_unit_test(leftovers_do_no_harm),
        cmocka_unit_test(directories),
        cmocka_unit_test(directories_that_others_remove),
        cmocka_unit_test(joined_paths),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
