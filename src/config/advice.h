/* What the user of the command line can do about errors of layers that know no options. */
#ifndef CONFIG_ADVICE_H
#define CONFIG_ADVICE_H

#include "base/error.h"
#include "data/dataset.h"

/* Adds to the error with which a data set's locate or load ended, and is `status`, of which it
 * depends what that is: how to get what is missing, or to get again what is damaged. */
int advice_data(const struct dataset_info *info, int status, struct error *err);

#endif
