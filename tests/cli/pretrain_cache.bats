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

# usage: hold_entry: takes the only entry away and locks it, as a process that trains it does; sets $lock,
# the file, and $holder, the process.
hold_entry() {
    local entry
    entry=$(find cache -name '*.safetensors')
    mv "$entry" entry
    lock=${entry%.safetensors}.lock
    (exec 9>"$lock" && flock 9 && : >held && exec sleep 60) 3>&- &
    holder=$!
    eventually test -e held
}

# usage: waiting RUN: waits until that run waits for the lock.
waiting() {
    local i
    for ((i = 0; i < 200; i++)); do
        ! grep -qs "^waiting for another process, which pretrains the same" "$1/log.txt" || return 0
        sleep 0.05
    done
    echo "$1 does not wait" && return 1
}

@test "two at once: one pretrains, the other waits for it" {
    command -v flock >/dev/null || skip "flock is not there"
    trains --xp-dir own --pretrain-cache cache
    hold_entry
    small --xp-dir second --hard-margin 0 --pretrain-cache cache >out 2>err 3>&- &
    local second=$!
    waiting second
    [ ! -s second/history.jsonl ]
    cp entry "${lock%.lock}.safetensors"
    kill "$holder"
    wait "$second"
    grep -q "pretrained autoencoder taken from cache/" second/log.txt
    [ "$(entries)" -eq 1 ]
}

@test "when the one that pretrains dies, the one that waits takes over" {
    command -v flock >/dev/null || skip "flock is not there"
    trains --xp-dir own --pretrain-cache cache
    hold_entry
    small --xp-dir second --pretrain-cache cache >out 2>err 3>&- &
    local second=$!
    waiting second
    kill -9 "$holder"
    wait "$second"
    absent "pretrained autoencoder taken" second/log.txt
    same_numbers second own
    [ "$(entries)" -eq 1 ]
}

@test "one that waits can be interrupted, and leaves nothing behind" {
    command -v flock >/dev/null || skip "flock is not there"
    trains --xp-dir own --pretrain-cache cache
    hold_entry
    small_arguments
    "$deepsvdd" "${arguments[@]}" --xp-dir second --pretrain-cache cache >out 2>err 3>&- &
    local second=$! got=0
    waiting second
    kill -TERM "$second"
    wait "$second" || got=$?
    kill "$holder"
    echo "status $got: $(cat err)"
    [ "$got" -eq 130 ]
    [ ! -e second ]
    [ "$(find cache -name '*.safetensors' | wc -l)" -eq 0 ]
}
