#!/usr/bin/env bats
# Images of one's own: a directory instead of a data set. It is found once, when a run begins, and
# what is told of the run later does not depend on where it is then.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own
load helpers

setup() {
    find_program
    "$BATS_TEST_DIRNAME/make_idx.sh" "$PWD/place/images" 20 4
    cd place || return
    arguments=(--dataset images --hard-margin 1 --batch-size 20 --lr 1e-3 --ae-lr 1e-3 --ae-n-epochs 2
        --n-epochs 2)
}

teardown() {
    local id
    for id in $(processes "$BATS_TEST_TMPDIR/place/run"); do
        kill "$id"
    done
}

# usage: own OPTION...: a run on those images.
own() {
    "$deepsvdd" "${arguments[@]}" "$@" >out 2>err || { echo "status $?: $(cat err)" && return 1; }
}

@test "the directory is renamed while a run pretrains" {
    own --xp-dir reference --ae-n-epochs 400
    "$deepsvdd" "${arguments[@]}" --xp-dir "$PWD/run" --ae-n-epochs 400 >out 2>err &
    eventually grep -q '"pretrain","epoch":5,' run/history.jsonl 2>/dev/null
    mv images elsewhere
    absent '"pretrain","epoch":400,' run/history.jsonl
    wait $! || { echo "status $?: $(cat err)" && return 1; }
    [ "$(value run/results.json normal_name)" = '"0"' ]
    cmp run/scores.csv reference/scores.csv
}

@test "config.json and results.json say in which format the images were" {
    own --xp-dir run
    [ "$(value run/config.json source.format)" = '"own-idx"' ]
    [ "$(value run/results.json config.source.format)" = '"own-idx"' ]
    # it is no option: the same command, and one with the file, go on with the run
    own --xp-dir run
    grep -q 'already complete' err
    "$deepsvdd" --config run/config.json 2>err >out
    grep -q 'already complete' err
    # what stands there counts when a run begins, not what an earlier one had
    mv images elsewhere
    refused_like 2 "--dataset images: must be one of *" --config run/config.json --xp-dir new
}

# usage: tells FROM LOG: the table of the runs in LOG, made in the directory FROM.
tells() {
    (cd "$1" && "$deepsvdd" table "$2")
}

@test "table and report say the same from wherever they are called, and when the images are gone" {
    own --xp-dir log/run --nu 0.2
    tells . log >here
    grep -q 'ae-n-epochs 2 (preset: 150)' here
    mkdir ../other
    tells ../other ../place/log >there
    cmp here there
    mv images ../other/images
    tells . log >gone
    cmp here gone
    (cd ../other && "$deepsvdd" report ../place/log --out page.html)
    grep -q 'ae-n-epochs 2 (preset: 150)' ../other/page.html
}

@test "the table of a run of an earlier version, which did not record the format" {
    own --xp-dir log/run
    tells . log >here
    sed -zi 's/,[[:space:]]*"source":[[:space:]]*{[^}]*}//' log/run/results.json log/run/config.json
    [ "$(value log/run/results.json config.source.format)" = "" ]
    tells . log >again
    cmp here again
    mv images elsewhere
    tells . log >gone
    grep -q '^0 ' gone
    absent 'preset: ' gone
}

@test "plot draws filters from anywhere, and names the images that are not there" {
    own --xp-dir run
    mkdir ../other
    # without gnuplot it fails, but draws what it can
    (cd ../other && "$deepsvdd" plot ../place/run --out pictures >out 2>err) || true
    [ -s ../other/pictures/filters_final.png ]
    grep -q 'no own images in IDX files there: looked in images; left out: most normal' ../other/err
}

@test "a dry run of many runs looks for the images once" {
    command -v strace >/dev/null || skip "no strace"
    for n in 2 50; do
        strace -f -o calls "$deepsvdd" sweep "${arguments[@]}" --seed 1..$n --dry-run >out 2>err ||
            skip "strace: $(head -n 1 err)"
        [ "$(wc -l <out)" -eq $n ]
        grep -c '"images/' calls >"looks_$n"
    done
    cmp looks_2 looks_50
}
