# What the bats files of sweeps share; load it after helpers.
# shellcheck shell=bash disable=SC2154,SC2119,SC2120

# For setup_file: the sweep that tests compare with, in $reference.
make_reference() {
    make_data
    find_program
    cd "$BATS_FILE_TMPDIR" || return
    export reference=$PWD/log
    sweep >out 2>err || { cat err && return 1; }
}

# For teardown: a test that fails must not leave its workers behind.
kill_sweep() {
    if [ -n "${pid:-}" ]; then
        kill -KILL "$pid" 2>/dev/null || true
    fi
}

# usage: sweep OPTION...: two classes, seeds and objectives; runs long enough to be stopped.
sweep() {
    sweep_arguments "$@"
    "$deepsvdd" "${arguments[@]}"
}

# Sets $arguments to those, and $epochs. The directory is absolute, so that processes can be told by it.
sweep_arguments() {
    small_arguments
    epochs=${SWEEP_EPOCHS:-80}
    arguments=(sweep "${arguments[@]}" --ae-n-epochs "$epochs" --n-epochs "$epochs" --normal 0..1 --seed '1,2'
        --hard-margin '0,1' --jobs 2 --xp-dir "$PWD/log" "$@")
}

# Starts `sweep` in the background, as an interactive shell does. Sets $pid.
start() {
    sweep_arguments "$@"
    env --default-signal=INT "$deepsvdd" "${arguments[@]}" >out 2>err 3>&- &
    pid=$!
}

# usage: ended: waits for it; sets $got to its exit status.
ended() {
    got=0
    wait "$pid" || got=$?
    echo "status $got: $(cat err)"
}

nobody_works() {
    [ -z "$(processes "$PWD/log/mnist/")" ]
}

# usage: runs: the directories of the grid below log, in its order.
runs() {
    local class seed method
    for class in 0 1; do
        for seed in 1 2; do
            for method in deepSVDD_soft deepSVDD; do
                echo "mnist/$method/${class}vsall/seed_$seed"
            done
        done
    done
}

# usage: like_the_reference: all runs are there, with its numbers.
like_the_reference() {
    local run
    for run in $(runs); do
        [ -e "log/$run/results.json" ] || { echo "no log/$run" && return 1; }
        cmp "log/$run/scores.csv" "$reference/$run/scores.csv" || return
        cmp <(without_seconds "log/$run/history.jsonl") <(without_seconds "$reference/$run/history.jsonl") ||
            return
        [ -z "$(find "log/$run" -name '*.tmp')" ] || { echo "log/$run: a temporary file is left" && return 1; }
    done
}

# usage: goes_on: the same sweep again ends well and like the reference.
goes_on() {
    sweep >out 2>err || { cat err && return 1; }
    like_the_reference
}
