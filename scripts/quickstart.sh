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

# reason FILE - why a download failed, from what get_data.sh said: the last complaint of what downloads,
# or of a checksum.
reason() {
    local line
    line=$(grep -Ev "^get_data.sh: (getting|no|could not) " "$1" | tail -n 1) || true
    [ -n "$line" ] || line=$(tail -n 1 "$1")
    line=${line#curl: }
    line=${line#wget: }
    printf '%s\n' "${line#get_data.sh: }"
}

# Passes on what is no epoch, and every 25th epoch. A terminal's Ctrl-C is for the program: what it says
# then comes through here.
some_epochs() {
    local line
    trap '' INT
    while IFS= read -r line; do
        case $line in
        *" epoch "*00/* | *" epoch "*25/* | *" epoch "*50/* | *" epoch "*75/*) printf '%s\n' "$line" ;;
        *" epoch "[0-9]*) ;;
        *) printf '%s\n' "$line" ;;
        esac
    done
}

# train OPTION... - the run. On a terminal the program shows its progress in one line; elsewhere it
# would say nothing for a minute.
train() {
    if [ -t 2 ]; then
        "$binary" "$@"
    else
        { "$binary" "$@" --verbose 2>&1 >&3 | some_epochs >&2; } 3>&1
    fi
}

cd "$root"
binary=$(deepsvdd_binary)
messages=$(mktemp)
trap 'rm -f "$messages"' EXIT
trap 'exit 130' INT TERM

say "MNIST: checking data/, downloading what is missing"
if scripts/get_data.sh mnist data 2>"$messages"; then
    dataset=mnist class="digit 0" paper=" (the paper: 98.0 +- 0.7 over ten seeds)"
else
    say "MNIST is not in data/ and could not be downloaded: $(reason "$messages")"
    say "using Fashion-MNIST from Debian instead; for MNIST put the four MNIST files into data/ (data/README.md)" \
        "and run again"
    if ! scripts/get_data.sh fashion-mnist data; then
        cat "$messages" >&2
        die "no data set: put the four MNIST files into data/ (data/README.md) and run again"
    fi
    dataset=fashion-mnist class="class 0 (T-shirt/top)" paper=
fi

run=log/quickstart_$dataset
say "training: 150 + 150 epochs, a minute or two; the log is $run/log.txt"
train --dataset "$dataset" --normal 0 --outlier -1 --hard-margin 1 --xp-dir "$run"

auc=$(result_auc "$run/results.json") || die "$run/results.json holds no test AUC"
awk -v dataset="$dataset" -v class="$class" -v auc="$auc" -v paper="$paper" 'BEGIN {
    printf "\n%s, %s against the rest: test AUC %.1f %%%s\n", dataset, class, 100 * auc, paper
}'
