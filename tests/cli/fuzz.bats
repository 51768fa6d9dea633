#!/usr/bin/env bats
# tests/fuzz/run.sh, which must not pass over a finding. The fuzz targets are fakes.
# shellcheck disable=SC2154

setup() {
    command -v python3 >/dev/null || skip "python3 is not there"
    fuzz=$BATS_TEST_DIRNAME/../fuzz
    cd "$BATS_TEST_TMPDIR" || return
    mkdir -p tests/fuzz
    export FUZZ_JOBS=1
}

# target NAME <<<SCRIPT - a fake fuzz target; its arguments go to NAME.arguments.
target() {
    { echo "#!/usr/bin/env bash" && echo "echo \"\$*\" >>$PWD/$1.arguments" && cat; } \
        >"tests/fuzz/fuzz_$1"
    chmod +x "tests/fuzz/fuzz_$1"
}

ends_well='printf "#123\tDONE   cov: 45 ft: 67 corp: 8/90b lim: 10 exec/s: 41 rss: 30Mb\n" >&2'

@test "targets without a finding: a line each, seeds and limits" {
    target idx <<<"$ends_well"
    target gzip <<<"$ends_well"
    run "$fuzz/run.sh" "$PWD" 3 idx gzip
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == idx*" 123 executions "*" 45 edges "*" 8 inputs kept "*"no finding" ]]
    [[ ${lines[1]} == gzip* ]]
    [ "${lines[2]}" = "fuzz targets: 2, 3 s each, no finding" ]
    [[ $(cat idx.arguments) == *" -max_total_time=3 "*" $PWD/seeds/idx" ]]
    [ -s seeds/idx/000 ]
}

@test "a finding is shown, with its input, and nothing is started after it" {
    target idx <<'END'
echo "idx.c:10:54: runtime error: load of misaligned address" >&2
echo "artifact_prefix='x'; Test unit written to findings/idx/crash-1" >&2
exit 77
END
    target gzip <<<"$ends_well"
    run "$fuzz/run.sh" "$PWD" 3 idx gzip
    [ "$status" -eq 1 ]
    [[ $output == "idx "*"FINDING (exit status 77)"*"idx.c:10:54: runtime error: "* ]]
    [[ $output == *" input: findings/idx/crash-1"$'\n'* ]]
    [[ $output == *" again: $PWD/tests/fuzz/fuzz_idx -rss_limit_mb="*" findings/idx/crash-1"$'\n'* ]]
    [ "${lines[-1]}" = "stopped at a finding" ]
    [ ! -e gzip.arguments ]
}

@test "a target that ends before its time, however quietly, has failed" {
    target idx <<<"exit 0"
    run "$fuzz/run.sh" "$PWD" 3 idx
    [ "$status" -eq 1 ]
    run "$fuzz/run.sh" "$PWD" 3 missing
    [ "$status" -eq 1 ]
    run "$fuzz/run.sh" "$PWD"
    [ "$status" -eq 2 ]
}
