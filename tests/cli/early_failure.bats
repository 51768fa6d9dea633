#!/usr/bin/env bats
# A run that fails before it has finished an epoch leaves nothing behind of what it has made.
# shellcheck disable=SC2154

setup_file() {
    load helpers
    make_data
}

setup() {
    load helpers
    find_program
}

# The causes: missing data, too large a batch, too large a fraction, no such weights, diverged at once.
fail_early() {
    fails "MNIST not found: *" "$@" --data-dir nowhere
    fails "*fewer than one batch of 61*" "$@" --batch-size 61
    fails "--val-frac: a fraction of 0.999 holds out all *" "$@" --val-frac 0.999
    fails "nothing: cannot open the file: *" "$@" --in-name nothing
    fails "pretrain: the loss is * in epoch 1, *" "$@" --ae-lr 1e30
}

@test "directories that the run has made are gone" {
    for directory in run a/b/c a/b//c// "$PWD/absolute/run"; do
        fail_early --xp-dir "$directory"
        [ ! -e run ] && [ ! -e a ] && [ ! -e absolute ]
    done
    fail_early
    [ ! -e log ]
}

@test "directories that were there stay, with what was in them" {
    mkdir -p there log/other
    echo mine >there/notes
    fail_early --xp-dir there
    [ "$(files there)" = "notes " ]
    fail_early --xp-dir there/run
    [ "$(files there)" = "notes " ]
    fail_early
    [ "$(files log)" = "other " ]
}

@test "an earlier run stays" {
    trains --xp-dir run
    cp -r run before
    fails "MNIST not found: *" --xp-dir run --data-dir nowhere --force
    fails "*fewer than one batch of 61*" --xp-dir run --batch-size 61 --force
    diff -r run before
    # weights that cannot be used
    fails "run: this is a directory: *" --xp-dir run --in-name run --force
    fails "*: these are the weights of another network" \
        --xp-dir run --in-name before/autoencoder.safetensors --rep-dim 16 --force
    refused_like 2 "--in-name run/autoencoder.safetensors: lies in the run directory*" \
        --dataset mnist --data-dir data --xp-dir run --in-name run/autoencoder.safetensors --force
    diff -r run before
    # also one that is not complete
    rm run/results.json
    cp -r run before_2
    fails "MNIST not found: *" --xp-dir run --data-dir nowhere
    diff -r run before_2
}

@test "a run that has finished an epoch stays" {
    fails "train: the loss is * in epoch 1, *" --xp-dir run --lr 1e30
    [ "$(grep -c '"phase":"pretrain"' run/history.jsonl)" -eq 3 ]
    grep -q 'training diverged; with --force or another --xp-dir, try a smaller learning rate' run/log.txt
}
