#!/usr/bin/env bash
# Deep SVDD on the stop signs of GTSRB, with the positional arguments of the published script of this
# name: it starts from the weights that gtsrb_cae.sh wrote. What they do not say is the GTSRB preset.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

published_run "device xp_dir seed solver lr n_epochs nu hard_margin center_fixed block_coordinate \
in_name" "--dataset gtsrb --loss svdd --pretrain 0" "$@"
