#!/usr/bin/env bash
# The paper's experiment on one class, end to end: data, pretraining, training, test AUC.
# usage: quickstart.sh [further options of deepsvdd train]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

binary=$(deepsvdd_binary)
if scripts/get_data.sh mnist data; then
    dataset=mnist class="digit 0" paper=" (the paper: 98.0 +- 0.7 over ten seeds)"
else
    say "MNIST is not in data/ and could not be downloaded: using Fashion-MNIST from Debian instead"
    scripts/get_data.sh fashion-mnist data ||
        die "no data set: put the four MNIST files into data/ and run again"
    dataset=fashion-mnist class="class 0 (T-shirt/top)" paper=
fi

run=log/quickstart_$dataset
"$binary" --dataset "$dataset" --normal 0 --outlier -1 --hard-margin 1 --xp-dir "$run" "$@"

auc=$(result_auc "$run/results.json") || die "$run/results.json holds no test AUC"
awk -v dataset="$dataset" -v class="$class" -v auc="$auc" -v paper="$paper" 'BEGIN {
    printf "\n%s, %s against the rest: test AUC %.1f %%%s\n", dataset, class, 100 * auc, paper
}'
