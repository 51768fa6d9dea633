#!/usr/bin/env bash
# The paper's MNIST experiment with the one-class objective: every digit against the rest, ten chains
# in parallel, each running its seeds one after the other. Complete runs are not repeated, so the
# same command goes on where it was stopped.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/common.sh"

digits=${DIGITS:-0 1 2 3 4 5 6 7 8 9}
seeds=${SEEDS:-1 2 3 4 5 6 7 8 9 10}
n_epochs=${N_EPOCHS:-150}

if [ $# -ne 0 ]; then
    if [ "$*" != --help ] && [ "$*" != -h ]; then
        exec >&2
        say "$# arguments given, none expected"
    fi
    cat <<END
usage: $program
Trains one-class Deep SVDD on MNIST for every digit and seed; run directories are
log/mnist/deepSVDD/<digit>vsall/seed_<seed>. Environment variables narrow it down:
  DIGITS            normal classes, one chain each (default: 0 to 9)
  SEEDS             seeds of a chain, in order (default: 1 to 10)
  N_EPOCHS          epochs of training (default: 150)
  DEEPSVDD_OPTIONS  further options for every run, such as "--ae-n-epochs 10"
END
    [ "$*" = --help ] || [ "$*" = -h ] || exit 2
    exit 0
fi
deepsvdd_binary >/dev/null

# chain DIGIT - its seeds one after the other; a failed one does not stop the others, but is told by
# the exit status.
chain() {
    local digit=$1 seed run auc status failed=0 child=
    trap '[ -z "$child" ] || kill "$child" 2>/dev/null; wait; exit 130' INT TERM
    for seed in $seeds; do
        run=mnist/deepSVDD/${digit}vsall/seed_$seed
        DEEPSVDD_OPTIONS="--quiet ${DEEPSVDD_OPTIONS:-}" "$root/scripts/mnist_svdd.sh" \
            cpu "$run" "$seed" adam 0.0001 "$n_epochs" 1 0 1 "$digit" -1 >/dev/null &
        child=$!
        status=0
        wait "$child" || status=$?
        if [ "$status" -eq 130 ]; then
            exit 130 # the run was interrupted: so is the chain
        elif [ "$status" -eq 0 ]; then
            auc=$(result_auc "$root/log/$run/results.json") || auc=nan
            awk -v auc="$auc" -v run="digit $digit, seed $seed" 'BEGIN {
                if (auc == "nan") print run ": no test AUC"
                else printf "%s: test AUC %.2f %%\n", run, 100 * auc
            }'
        else
            say "digit $digit, seed $seed failed; its directory is log/$run"
            failed=1
        fi
        child=
    done
    exit "$failed"
}

say "digits $digits, each with the seeds $seeds one after the other; about a minute a run on a core of its own"
chains=()
# Chains run in the background, where a shell leaves Ctrl-C unheard: pass it on as a termination.
trap 'trap "" INT TERM; kill "${chains[@]}" 2>/dev/null; wait; say "interrupted"; exit 130' INT TERM
for digit in $digits; do
    chain "$digit" &
    chains+=($!)
done

failed=0
for pid in "${chains[@]}"; do
    wait "$pid" || failed=1
done
exit "$failed"
