#!/usr/bin/env bash
# The paper's MNIST experiment with the one-class objective: every digit against the rest.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/common.sh"

usage() {
    cat <<END
usage: $program
Trains one-class Deep SVDD on MNIST for every digit and seed; run directories are
log/mnist/deepSVDD/<digit>vsall/seed_<seed>. A run takes about a minute on a core of its own. Environment variables:
  DIGITS            normal classes, one chain each (default: 0 to 9)
$(experiment_variables)
END
}
takes_no_arguments "$@"

# one_seed DIGIT SEED
one_seed() {
    experiment_run "digit $1, seed $2" mnist_svdd.sh "mnist/deepSVDD/${1}vsall/seed_$2" \
        "$2" adam 0.0001 "${N_EPOCHS:-150}" 1 0 1 "$1" -1
}

run_chains "${DIGITS:-0 1 2 3 4 5 6 7 8 9}"
