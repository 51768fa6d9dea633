#include "config/advice.h"

#include <string.h>

/* The data sets that scripts/get_data.sh gets. */
static bool has_script(const struct dataset_info *info) {
    static const char *const names[] = {"mnist", "fashion-mnist", "cifar10"};
    bool has = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        has |= strcmp(names[i], info->name) == 0;
    return has;
}

int advice_data(const struct dataset_info *info, int status, struct error *err) {
    if (info->own)
        return status; /* named by --dataset itself, and nobody else's to get */
    if ((status == STATUS_MISSING || status == STATUS_INCOMPLETE) && has_script(info))
        return error_set(err, status,
                         "%s; get it with scripts/get_data.sh %s, or name the directory that holds "
                         "it with --data-dir",
                         err->message, info->name);
    if (status == STATUS_MISSING)
        return error_set(err, status, "%s; or name the directory that holds it with --data-dir",
                         err->message);
    if (status == STATUS_DAMAGED && has_script(info))
        return error_set(err, status, "%s (scripts/get_data.sh %s gets it)", err->message,
                         info->name);
    return status;
}
