/* The most normal and the most anomalous test images. */
#include "plot/images.h"

#include <stdlib.h>

#include "plot/mosaic.h"
#include "plot/state.h"
#include "records/scored_images.h"

enum { N_SHOWN = 32, COLUMNS = 8, SCALE = 3 };

static const struct scored_view views[] = {
    {"most_normal", false, false},
    {"most_anomalous", true, false},
    {"most_normal_in_class", false, true},
    {"most_anomalous_in_class", true, true},
};

static int draw_view(const struct plot *plot, const struct scored_view *view,
                     const struct scored_list *list, const struct images *test, struct error *err) {
    const struct scored *chosen[N_SHOWN];
    struct images shown = {0};
    const size_t n = scored_choose(list, view, chosen, N_SHOWN);
    if (n == 0)
        return STATUS_OK;
    int status = scored_copy_images(&shown, test, chosen, n, err);
    if (!status)
        status = plot_mosaic(plot, view->name, &shown, COLUMNS, SCALE, err);
    images_free(&shown);
    return status;
}

static int load_test_images(const struct config *config, const struct scored_list *list,
                            struct dataset *dataset, struct error *err) {
    int status = scored_load_dataset(&config->source, config->seed, dataset, NULL, err);
    if (status)
        return status;
    status = scored_check_images(list, &dataset->test, config->source.path, err);
    if (status)
        dataset_free(dataset);
    return status;
}

int plot_images(struct plot *plot, struct error *err) {
    struct scored_list list;
    struct dataset dataset = {0};
    struct error cause;
    char path[RUN_PATH_SIZE];
    if (!plot_has_file(plot, RUN_SCORES, path)) {
        for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
            plot_discard(plot, views[i].name, "png");
        plot_left_out(plot, "%s is not there; left out: most normal and most anomalous images",
                      path);
        return STATUS_OK;
    }
    int status = scored_read(path, &list, &cause);
    if (!status)
        status = load_test_images(&plot->config, &list, &dataset, &cause);
    if (status) {
        plot_left_out(plot, "%s; left out: most normal and most anomalous images", cause.message);
        free(list.images);
        return STATUS_OK;
    }
    for (size_t i = 0; !status && i < sizeof views / sizeof views[0]; i++)
        status = draw_view(plot, &views[i], &list, &dataset.test, err);
    dataset_free(&dataset);
    free(list.images);
    return status;
}
