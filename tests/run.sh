#!/usr/bin/env bash
# Run test programs (cmocka) and bats files: one line each, the whole output of one that fails, the
# total as the last line ("N passed, N failed"). Exit status 1 when anything failed.
# TEST_JOBS=N runs N of them at a time (default: the number of processors, at most 8).
# usage: tests/run.sh TEST...
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

unset MAKEFLAGS MAKELEVEL # a test may call make for itself
export DEEPSVDD=${DEEPSVDD:-$PWD/build/deepsvdd}
limit=${TEST_TIMEOUT:-900} # seconds for one program or bats file
output=$(mktemp)
trap 'rm -f "$output"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 skipped=0 broken=()

n_processors=$(nproc 2>/dev/null || echo 1)
jobs=${TEST_JOBS:-$((n_processors < 8 ? n_processors : 8))}
if [ "$jobs" -gt 1 ] && [ $# -gt 1 ]; then
    # one process of this script for each, whose output comes in one piece; then their totals
    export TEST_JOBS=1
    # shellcheck disable=SC2016 # for the inner shell
    printf '%s\0' "$@" | xargs -0 -n 1 -P "$jobs" bash -c \
        'text=$("$0" "$1" 2>&1); printf "%s\n" "$text"' tests/run.sh | tee "$output" |
        grep -vE '^(failed: .*|[0-9]+ passed, [0-9]+ failed.*)$'
    grep '^failed: ' "$output"
    awk -v expected=$# '
        /^[0-9]+ passed, [0-9]+ failed/ { tests++; passed += $1; failed += $3; skipped += $5 }
        END {
            if (tests < expected) { print "tests/run.sh: " expected - tests " did not end"; failed++ }
            print passed + 0 " passed, " failed + 0 " failed" (skipped ? ", " skipped " skipped" : "")
            exit failed > 0
        }' "$output"
    exit
fi

count() {
    grep -cE "$1" "$output"
}

for test; do
    start=$SECONDS
    case $test in
    *.bats) command=(bats --tap "$test") ;;
    */*) command=(env CMOCKA_MESSAGE_OUTPUT=TAP "$test") ;;
    *) command=(env CMOCKA_MESSAGE_OUTPUT=TAP "./$test") ;;
    esac
    timeout --foreground "$limit" "${command[@]}" </dev/null >"$output" 2>&1
    status=$?
    # bats writes "ok 1 NAME # skip REASON", cmocka "not ok 1 # SKIP NAME".
    skip=$(count '^(not )?ok [0-9]+ .*# (SKIP|skip)')
    bad=$(($(count '^not ok ') - $(count '^not ok [0-9]+ .*# (SKIP|skip)')))
    good=$(($(count '^ok ') - $(count '^ok [0-9]+ .*# (SKIP|skip)')))
    planned=$(sed -n 's/^1\.\.\([0-9][0-9]*\).*/\1/p' "$output" | awk '{ n += $1 } END { print n + 0 }')
    reason=
    # A program that crashes, hangs or leaves early counts as one more failure.
    if [ $((good + bad + skip)) -lt "$planned" ] || [ "$planned" -eq 0 ] ||
        { [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
        bad=$((bad + 1))
        reason=", ended early with exit status $status"
        [ "$status" -ne 124 ] || reason=", stopped after $limit s"
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip))
    name=${test#"$PWD"/}
    printf '%-50s %4d passed %4d failed %4d s%s\n' "$name" "$good" "$bad" $((SECONDS - start)) "$reason"
    if [ "$bad" -gt 0 ]; then
        broken+=("$name")
        sed 's/^/    /' "$output"
    elif [ "$skip" -gt 0 ]; then
        sed -nE 's/^(not )?ok [0-9]+ (.*)# (SKIP|skip) ?(.*)/    skipped: \2\4/p' "$output"
    fi
done

if [ $# -eq 0 ]; then
    echo "tests/run.sh: no tests given"
    failed=1
fi
[ ${#broken[@]} -eq 0 ] || printf 'failed: %s\n' "${broken[@]}"
[ "$skipped" -eq 0 ] || skips=", $skipped skipped"
echo "$passed passed, $failed failed${skips:-}"
[ "$failed" -eq 0 ]
