#!/usr/bin/env bash
# The paper's experiment on one class, end to end: data, pretraining, training, test AUC.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
    cat <<END
usage: $program
Gets MNIST (without a network: Fashion-MNIST), trains Deep SVDD on its class 0 with the settings of the paper, and prints
the test AUC. The run directory is log/quickstart_<data set>. For other settings: build/deepsvdd --help.
END
}

case "$*" in
'') ;;
-h | --help)
    usage
    exit 0
    ;;
*)
    usage >&2
    exit 2
    ;;
esac

cd "$root"
binary=$(deepsvdd_binary)
messages=$(mktemp)
trap 'rm -f "$messages"' EXIT
trap 'exit 130' INT TERM

say "MNIST: checking data/, downloading what is missing"
if scripts/get_data.sh mnist data 2>"$messages"; then
    dataset=mnist class="digit 0" paper=" (the paper: 98.0 +- 0.7 over ten seeds)"
else
    say "MNIST is not in data/ and could not be downloaded"
    say "using Fashion-MNIST from Debian instead; for MNIST put the four MNIST files into data/ (data/README.md)" \
        "and run again"
    if ! scripts/get_data.sh fashion-mnist data; then
        cat "$messages" >&2
        die "no data set: put the four MNIST files into data/ (data/README.md) and run again"
    fi
    dataset=fashion-mnist class="class 0 (T-shirt/top)" paper=
fi

run=log/quickstart_$dataset
say "training: 150 + 150 epochs, about a minute; the log is $run/log.txt"
"$binary" --dataset "$dataset" --normal 0 --outlier -1 --hard-margin 1 --xp-dir "$run"

auc=$(result_auc "$run/results.json") || die "$run/results.json holds no test AUC"
awk -v dataset="$dataset" -v class="$class" -v auc="$auc" -v paper="$paper" 'BEGIN {
    printf "\n%s, %s against the rest: test AUC %.1f %%%s\n", dataset, class, 100 * auc, paper
}'
