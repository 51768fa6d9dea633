#!/usr/bin/env bash
# The paper's GTSRB experiment with the one-class objective: stop signs against adversarial ones, each
# Deep SVDD run started from a DCAE run of the same seed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/common.sh"

usage() {
    cat <<END
usage: $program
Trains the DCAE and from it one-class Deep SVDD on the stop signs of GTSRB for every seed; run directories are
log/gtsrb/cae/seed_<seed> and log/gtsrb/deepSVDD/seed_<seed>. There is one chain. Environment variables:
  AE_N_EPOCHS       epochs of the autoencoder (default: 350)
$(experiment_variables)
END
}
takes_no_arguments "$@"

# one_seed CHAIN SEED
one_seed() {
    experiment_run "seed $2, DCAE" gtsrb_cae.sh "gtsrb/cae/seed_$2" \
        "$2" adam 0.0001 "${AE_N_EPOCHS:-350}" &&
        experiment_run "seed $2" gtsrb_svdd.sh "gtsrb/deepSVDD/seed_$2" \
            "$2" adam 0.0001 "${N_EPOCHS:-150}" 0.1 1 1 0 "gtsrb/cae/seed_$2"
}

run_chains stop-signs
