#!/usr/bin/env bash
# The convolutional autoencoder (DCAE) on the stop signs of GTSRB, with the positional arguments of
# the published script of this name.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

published_run "device xp_dir seed solver:ae_solver lr:ae_lr n_epochs:ae_n_epochs" \
    "--dataset gtsrb --loss autoencoder --ae_lr_drop 1 --ae_lr_drop_in_epoch 250 \
--ae_lr_drop_factor 10 --ae_weight_decay 1 --ae_C 1e6" "$@"
