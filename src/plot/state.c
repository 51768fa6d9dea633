/* What the pictures of a run have in common. */
#include "plot/state.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "io/file.h"
#include "plot/mosaic.h"

void plot_left_out(const struct plot *plot, const char *format, ...) {
    char text[sizeof((struct error *)0)->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (plot->observer->left_out)
        plot->observer->left_out(plot->observer->context, text);
}

int plot_path(const struct plot *plot, const char *name, const char *extension,
              char path[RUN_PATH_SIZE], struct error *err) {
    char file[128];
    file_path(file, sizeof file, "%s.%s", name, extension);
    return file_join(path, RUN_PATH_SIZE, plot->out, file, err);
}

void plot_discard(const struct plot *plot, const char *name, const char *extension) {
    char path[RUN_PATH_SIZE];
    struct error ignored;
    if (plot_path(plot, name, extension, path, &ignored) == STATUS_OK)
        unlink(path);
}

bool plot_has_file(const struct plot *plot, enum run_file file, char path[RUN_PATH_SIZE]) {
    run_directory_file(&plot->directory, file, path);
    return file_exists(path);
}

int plot_mosaic(const struct plot *plot, const char *name, const struct images *images,
                size_t columns, size_t scale, struct error *err) {
    struct picture picture;
    char path[RUN_PATH_SIZE];
    int status = plot_path(plot, name, "png", path, err);
    if (status)
        return status;
    status = mosaic_create(&picture, images, columns, scale, err);
    if (!status)
        status = png_write(path, &picture, err);
    picture_free(&picture);
    if (!status && plot->observer->wrote)
        plot->observer->wrote(plot->observer->context, path);
    return status;
}
