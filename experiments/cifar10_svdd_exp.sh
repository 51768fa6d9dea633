#!/usr/bin/env bash
# The paper's CIFAR-10 experiment with the one-class objective: every class against the rest, each
# Deep SVDD run started from a DCAE run of the same class and seed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/common.sh"

usage() {
    cat <<END
usage: $program
Trains the DCAE and from it one-class Deep SVDD on CIFAR-10 for every class and seed; run directories are
log/cifar10/cae/<class>vsall/seed_<seed> and log/cifar10/deepSVDD/<class>vsall/seed_<seed>. The two take about half an
hour on a core of their own. Environment variables:
  CLASSES           normal classes, one chain each (default: 0 to 9)
  AE_N_EPOCHS       epochs of the autoencoder (default: 350)
$(experiment_variables)
END
}
takes_no_arguments "$@"

# one_seed CLASS SEED
one_seed() {
    local which=${1}vsall/seed_$2
    experiment_run "class $1, seed $2, DCAE" cifar10_cae.sh "cifar10/cae/$which" \
        "$2" adam 0.0001 "${AE_N_EPOCHS:-350}" 3 "$1" -1 &&
        experiment_run "class $1, seed $2" cifar10_svdd.sh "cifar10/deepSVDD/$which" \
            "$2" adam 0.0001 "${N_EPOCHS:-150}" 0.1 1 1 0 "cifar10/cae/$which" 3 "$1" -1
}

run_chains "${CLASSES:-0 1 2 3 4 5 6 7 8 9}"
