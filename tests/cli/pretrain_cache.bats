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

@test "a damaged entry is named" {
    trains --xp-dir one --pretrain-cache cache
    local entry
    entry=$(find cache -type f)
    truncate -s 100 "$entry"
    small_arguments
    refused_like 1 "$entry: *; remove it from the cache, *" "${arguments[@]}" --xp-dir two \
        --pretrain-cache cache
    # a weight file that is none of the cache's
    cp one/model.safetensors "$entry"
    refused_like 1 "$entry: not an entry of this cache: remove it" "${arguments[@]}" --xp-dir three \
        --pretrain-cache cache
    rm "$entry"
    trains --xp-dir four --pretrain-cache cache
    [ "$(entries)" -eq 1 ]
}
