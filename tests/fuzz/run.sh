#!/usr/bin/env bash
# Run fuzz targets that `make fuzz` has built: a line each, and for one with a finding what the
# sanitizer says, the input, and the command that shows it again. Exit status 1 when there is one.
# usage: tests/fuzz/run.sh DIRECTORY SECONDS TARGET...
# In DIRECTORY: tests/fuzz/fuzz_TARGET, the programs; seeds/, made anew each time; corpus/, what was
# found worth keeping, used again the next time; findings/, tried first the next time; TARGET.log.
# FUZZ_JOBS is the number of targets run side by side (default: the number of processors).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

limits="-rss_limit_mb=2048 -malloc_limit_mb=1024 -timeout=10"

# The largest input tried, in bytes: room for what makes a difference to the reader, and no more,
# since larger inputs are slower.
max_len() {
    case $1 in
    idx) echo 256 ;;
    cifar10) echo 8192 ;; # two images of 3073 bytes
    tar) echo 16384 ;;    # blocks of 512 bytes
    model) echo 32768 ;;  # the smallest network
    *) echo 4096 ;;
    esac
}

# show_finding TARGET: from the first complaint on, at most 40 lines, and how to see it again.
show_finding() {
    local log=$directory/$1.log input
    input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    sed -n '/runtime error:\|ERROR: \|not so: /,$p' "$log" | head -n 40 | sed 's/^/    /'
    if [ -n "$input" ]; then
        printf '    input: %s\n    again: %s %s %s\n' "$input" "$directory/tests/fuzz/fuzz_$1" \
            "$limits" "$input"
    fi
    printf '    whole output: %s\n' "$log"
}

# fuzz_one TARGET: fails at a finding, and at once after that of another target.
fuzz_one() {
    local log=$directory/$1.log status totals
    local inputs=("$directory"/{corpus,findings,seeds}/"$1")
    [ ! -e "$directory/stop" ] || return 1
    mkdir -p "${inputs[@]}"
    # shellcheck disable=SC2086 # limits are words
    UBSAN_OPTIONS=print_stacktrace=1 "$directory/tests/fuzz/fuzz_$1" $limits \
        -max_len="$(max_len "$1")" -max_total_time="$seconds" -print_final_stats=1 \
        -artifact_prefix="$directory/findings/$1/" "${inputs[@]}" </dev/null >"$log" 2>&1
    status=$?
    # "#12345<tab>DONE   cov: 67 ft: 89 corp: 10/11b ..." is there only when it came to its end.
    totals=$(sed -n 's/^#\([0-9]*\)[[:space:]]*DONE *cov: \([0-9]*\).* corp: \([0-9]*\).*/\1 \2 \3/p' \
        "$log" | tail -n 1)
    if [ "$status" -eq 0 ] && [ -n "$totals" ]; then
        # shellcheck disable=SC2086 # three numbers
        printf '%-12s %10d executions %5d edges %5d inputs kept   no finding\n' "$1" $totals
        return 0
    fi
    : >"$directory/stop"
    printf '%-12s FINDING (exit status %d)\n%s\n' "$1" "$status" "$(show_finding "$1")"
    return 1
}

if [ $# -lt 3 ]; then
    sed -n 's/^# usage: /usage: /p' "$0" >&2
    exit 2
fi
directory=$1 seconds=$2
shift 2
trap 'exit 130' INT TERM
rm -rf "$directory"/{seeds,stop}
python3 tests/fuzz/make_seeds.py "$directory/seeds" || exit 1
export directory seconds limits
export -f fuzz_one show_finding max_len
if ! printf '%s\n' "$@" |
    xargs -P "${FUZZ_JOBS:-$(nproc 2>/dev/null || echo 2)}" -I{} bash -c 'fuzz_one {}'; then
    echo "stopped at a finding"
    exit 1
fi
echo "fuzz targets: $#, $seconds s each, no finding"
