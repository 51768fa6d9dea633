#!/usr/bin/env bash
# Deep SVDD on MNIST, with the positional arguments of the published script of this name. What they
# do not say is the MNIST preset.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

published_run "device xp_dir seed solver lr n_epochs hard_margin block_coordinate pretrain \
mnist_normal mnist_outlier" "--dataset mnist --loss svdd" "$@"
