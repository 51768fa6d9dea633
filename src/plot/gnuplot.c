/* Running gnuplot. Script, picture and messages are files in memory: no pipe can fill up. */
#include "plot/gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "io/file.h"
#include "io/file_write.h"

extern char **environ;

static const struct {
    const char *name, *terminal;
    double point_size;
} formats[] = {
    {"png", "pngcairo size 1200,800 font 'DejaVu Sans,15' linewidth 1.6", 0.9},
    {"svg",
     "svg size 1200,800 font 'DejaVu Sans,Arial,sans-serif,15' fontscale 1.33 "
     "linewidth 1.6",
     0.9},
    {"pdf", "pdfcairo size 8in,5.33in font 'DejaVu Sans,15' fontscale 0.48 linewidth 1.4", 0.5},
};

enum { N_FORMATS = sizeof formats / sizeof formats[0] };

/* The place of a format, N_FORMATS where there is none. */
static size_t find_format(const char *name) {
    size_t i = 0;
    while (i < N_FORMATS && strcmp(formats[i].name, name) != 0)
        i++;
    return i;
}

const char *gnuplot_format(const char *name) {
    const size_t i = find_format(name);
    return i < N_FORMATS ? formats[i].name : NULL;
}

void gnuplot_quote(FILE *script, const char *text) {
    fputc('\'', script);
    for (const char *c = text; *c != '\0'; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte == '\'')
            fputs("''", script);
        else
            fputc(byte < 0x20 || byte == 0x7f ? '?' : byte, script);
    }
    fputc('\'', script);
}

/* The three files of a call, as descriptors; -1 = not open. */
struct channels {
    int script, picture, messages;
};

static int write_script(int fd, const char *text, size_t size) {
    while (size > 0) {
        const ssize_t n = write(fd, text, size);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0) {
            text += n;
            size -= (size_t)n;
        }
    }
    return 0;
}

static int open_channels(struct channels *channels, const char *format, const char *script,
                         size_t size, struct error *err) {
    char head[256];
    const size_t place = find_format(format) % N_FORMATS;
    char point_size[32];
    number_print(point_size, sizeof point_size, "%g", formats[place].point_size);
    const int length = snprintf(head, sizeof head,
                                "set encoding utf8\nset terminal %s noenhanced background "
                                "'#ffffff'\nset pointsize %s\n",
                                formats[place].terminal, point_size);
    channels->script = memfd_create("script", MFD_CLOEXEC);
    channels->picture = memfd_create("picture", MFD_CLOEXEC);
    channels->messages = memfd_create("messages", MFD_CLOEXEC);
    if (channels->script < 0 || channels->picture < 0 || channels->messages < 0 ||
        write_script(channels->script, head, (size_t)length) != 0 ||
        write_script(channels->script, script, size) != 0 ||
        lseek(channels->script, 0, SEEK_SET) != 0)
        return error_set(err, status_of_errno(errno), "gnuplot: cannot hand over the script: %s",
                         strerror(errno));
    return STATUS_OK;
}

static void close_channels(const struct channels *channels) {
    const int fds[] = {channels->script, channels->picture, channels->messages};
    for (size_t i = 0; i < 3; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

/* Starts gnuplot and waits for its end. Returns its wait status, or -1 with errno set. */
static int run(const struct channels *channels) {
    /* -d: no settings of the user; -: the script from standard input, whose errors end it */
    char name[] = "gnuplot", defaults[] = "-d", input[] = "-";
    char *const argv[] = {name, defaults, input, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int wait_status;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    posix_spawn_file_actions_adddup2(&actions, channels->script, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, channels->picture, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, channels->messages, STDERR_FILENO);
    const int failed = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed) {
        errno = failed;
        return -1;
    }
    while (waitpid(pid, &wait_status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return wait_status;
}

/* What stands in a file from its beginning, at most `most` bytes, with a zero byte after it. */
static int read_channel(int fd, size_t most, struct bytes *bytes, struct error *err) {
    struct stat info;
    *bytes = (struct bytes){0};
    if (fstat(fd, &info) != 0)
        return error_set(err, status_of_errno(errno), "gnuplot: %s", strerror(errno));
    const size_t size = (size_t)info.st_size < most ? (size_t)info.st_size : most;
    bytes->data = memory_alloc(size + 1, 1, err);
    if (bytes->data == NULL)
        return STATUS_NO_MEMORY;
    while (bytes->size < size) {
        const ssize_t n =
            pread(fd, bytes->data + bytes->size, size - bytes->size, (off_t)bytes->size);
        if (n == 0 || (n < 0 && errno != EINTR))
            break;
        if (n > 0)
            bytes->size += (size_t)n;
    }
    return STATUS_OK;
}

/* gnuplot repeats the line it fails on, marks the place and then says "line 12: what is wrong":
 * that line, else the first that is not empty. */
static void first_message(char *messages, char *message, size_t size) {
    char *rest = NULL;
    message[0] = '\0';
    for (char *line = strtok_r(messages, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        line += strspn(line, " \t\"-");
        const bool tells = strncmp(line, "line ", 5) == 0 && strchr(line, ':') != NULL;
        if (tells || (message[0] == '\0' && line[0] != '\0' && line[0] != '^'))
            snprintf(message, size, "%s", line);
        if (tells)
            return;
    }
}

static int failure(const char *path, int wait_status, int messages, struct error *err) {
    enum { MOST = 1 << 16 };
    char message[512];
    struct bytes text;
    const int status = read_channel(messages, MOST, &text, err);
    if (status)
        return status;
    first_message((char *)text.data, message, sizeof message);
    free(text.data);
    if (WIFSIGNALED(wait_status))
        return error_set(err, STATUS_FAILED, "%s: gnuplot was ended by signal %d", path,
                         WTERMSIG(wait_status));
    return error_set(err, STATUS_FAILED, "%s: gnuplot failed: %s", path,
                     message[0] != '\0' ? message : "it drew nothing and did not say why");
}

static int draw(const char *path, const struct channels *channels, struct error *err) {
    static const size_t MOST = (size_t)1 << 28;
    struct bytes picture;
    const int wait_status = run(channels);
    if (wait_status < 0 && (errno == ENOENT || errno == EACCES || errno == ENOTDIR))
        return error_set(err, STATUS_MISSING,
                         "gnuplot, which draws the curves, is not there: install it, on Debian "
                         "with 'apt-get install gnuplot-nox'");
    if (wait_status < 0)
        return error_set(err, status_of_errno(errno), "gnuplot: cannot run it: %s",
                         strerror(errno));
    int status = read_channel(channels->picture, MOST, &picture, err);
    if (!status)
        status = wait_status != 0 || picture.size == 0
                     ? failure(path, wait_status, channels->messages, err)
                     : file_write_atomic(path, picture.data, picture.size, err);
    free(picture.data);
    return status;
}

int gnuplot_draw(const char *path, const char *format, const char *script, size_t size,
                 struct error *err) {
    struct channels channels = {-1, -1, -1};
    int status = open_channels(&channels, format, script, size, err);
    if (!status)
        status = draw(path, &channels, err);
    close_channels(&channels);
    return status;
}
