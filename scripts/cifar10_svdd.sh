#!/usr/bin/env bash
# Deep SVDD on CIFAR-10, with the positional arguments of the published script of this name: it starts
# from the weights that cifar10_cae.sh wrote. What they do not say is the CIFAR-10 preset.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

published_run "device xp_dir seed solver lr n_epochs nu hard_margin center_fixed block_coordinate \
in_name cifar10_architecture cifar10_normal cifar10_outlier" \
    "--dataset cifar10 --loss svdd --pretrain 0" "$@"
