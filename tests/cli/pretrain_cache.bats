#!/usr/bin/env bats
# --pretrain-cache: runs that share their pretraining.
# shellcheck disable=SC2030,SC2031,SC2154

setup_file() {
    load helpers
    make_data
}

setup() {
    load helpers
    find_program
}

entries() {
    find cache -type f | wc -l
}

# usage: same_numbers A B: the same scores, and history but for the seconds. (The weight files differ in
# the options that stand in them.)
same_numbers() {
    cmp "$1/scores.csv" "$2/scores.csv" &&
        cmp <(without_seconds "$1/history.jsonl") <(without_seconds "$2/history.jsonl")
}

@test "a run with the autoencoder of another ends with the same numbers as with its own" {
    trains --xp-dir soft --hard-margin 0 --pretrain-cache cache
    [ "$(entries)" -eq 1 ]
    trains --xp-dir hard --pretrain-cache cache
    grep -q "pretrained autoencoder taken from cache/" hard/log.txt
    grep -q '"pretrain":[[:space:]]*0,' hard/results.json
    trains --xp-dir own --force
    same_numbers hard own
    [ "$(entries)" -eq 1 ]
}

@test "what changes the autoencoder makes another entry" {
    trains --xp-dir one --pretrain-cache cache
    local n=1 option
    for option in "--seed 1" "--ae-lr 2e-3" "--normal 1" "--ae-n-epochs 2" "--rep-dim 16" "--kernel blas"; do
        # shellcheck disable=SC2086
        trains --xp-dir "run$n" --pretrain-cache cache $option
        n=$((n + 1))
        [ "$(entries)" -eq "$n" ]
    done
    trains --xp-dir other --pretrain-cache cache --lr 2e-3 --nu 0.2
    [ "$(entries)" -eq "$n" ]
}

@test "a damaged entry: the run says so, pretrains and replaces it" {
    trains --xp-dir own --pretrain-cache cache
    local entry damage
    entry=$(find cache -type f)
    cp "$entry" good
    for damage in "truncate -s 100" "truncate -s -1" "truncate -s 0" "cp own/model.safetensors" \
        "cp own/log.txt"; do
        cp good "$entry"
        $damage "$entry"
        rm -rf run
        trains --xp-dir run --pretrain-cache cache --verbose
        [ "$(grep -c "^deepsvdd: $entry: .*; pretraining anew, which replaces this entry" err)" -eq 1 ]
        grep -q "^$entry: .*; pretraining anew" run/log.txt
        same_numbers run own
        # and the next run can take it
        trains --xp-dir run --pretrain-cache cache --force
        grep -q "pretrained autoencoder taken from $entry" run/log.txt
        same_numbers run own
    done
    [ "$(entries)" -eq 1 ]
}

@test "a cache that cannot be written to is an error before pretraining" {
    : >file
    fails "file: a file of this name stands where a directory is needed: *" --xp-dir run \
        --pretrain-cache file
    [ ! -e run ]
    [ "$(id -u)" -ne 0 ] || skip "root may write everywhere"
    mkdir -m 555 closed
    fails "closed: cannot write into the cache: Permission denied: *" --xp-dir run \
        --pretrain-cache closed
    [ ! -e run ]
}
