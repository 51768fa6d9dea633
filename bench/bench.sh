#!/usr/bin/env bash
# Measure speed; a table on standard output, the same as JSON in $BUILD/bench.json. Without python3,
# the bare measurements. usage: bench.sh [options of bench.py]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/common.sh"
cd "$root"

build=${BUILD:-build}

# Debian's own python3 first: it is the one that sees python3-torch.
for python in ${PYTHON:-/usr/bin/python3 python3}; do
    if command -v "$python" >/dev/null; then
        exec "$python" bench/bench.py --build "$build" "$@"
    fi
done
[ $# -eq 0 ] || die "options need python3, which is not here"
say "no python3 here: only our own measurements, in JSON"
[ -x "$build/bench/bench" ] || die "$build/bench/bench is not there: run make bench"
for what in machine ae svdd score convolutions; do
    "$build/bench/bench" --what "$what"
done
