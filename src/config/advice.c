#include "config/advice.h"

int advice_data(const struct dataset_info *info, int status, struct error *err) {
    if (info->own)
        return status; /* named by --dataset itself, and nobody else's to get */
    if ((status == STATUS_MISSING || status == STATUS_INCOMPLETE) && info->has_script)
        return error_set(err, status,
                         "%s; get it with scripts/get_data.sh %s, or name the directory that holds "
                         "it with --data-dir",
                         err->message, info->name);
    if (status == STATUS_MISSING)
        return error_set(err, status, "%s; or name the directory that holds it with --data-dir",
                         err->message);
    if (status == STATUS_DAMAGED && info->has_script)
        return error_set(err, status, "%s (scripts/get_data.sh %s gets it)", err->message,
                         info->name);
    return status;
}
