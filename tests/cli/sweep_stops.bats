#!/usr/bin/env bats
# deepsvdd sweep: what may happen to it on the way. However it was stopped, the same command ends with the
# numbers of a sweep that nothing happened to.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own
load helpers
load sweep

setup_file() {
    make_reference
}

setup() {
    find_program
}

teardown() {
    kill_sweep
}

@test "a worker that is killed: told, the others go on, the same command resumes it" {
    start
    local victim=$PWD/log/mnist/deepSVDD_soft/0vsall/seed_1
    eventually in_training "$victim"
    # shellcheck disable=SC2046
    kill -KILL $(processes "$victim\$")
    ended
    [ "$got" -eq 1 ]
    [ "$(grep -c ': test AUC ' err)" -eq 7 ]
    grep -qF "$victim: failed: killed by SIGKILL" err
    grep -qF "  $victim: killed by SIGKILL" err
    [[ $(tail -n 1 err) == "deepsvdd: 8 runs: 7 done in "*", 1 failed." ]]
    [ "$(wc -l <out)" -eq 7 ]
    goes_on
    grep -q 'resuming train after epoch' "$victim/log.txt"
}

@test "a sweep that is killed: its workers save and end, the same command goes on" {
    start
    eventually in_training "$PWD/log/mnist/deepSVDD_soft/0vsall/seed_1"
    kill -KILL "$pid"
    eventually nobody_works
    [ -e log/mnist/deepSVDD_soft/0vsall/seed_1/checkpoint.safetensors ]
    grep -q 'train: interrupted in epoch' log/mnist/deepSVDD_soft/0vsall/seed_1/log.txt
    goes_on
}

@test "SIGINT, SIGTERM and SIGHUP: workers save, the sweep says what is left, exit status 130" {
    local signal
    for signal in INT TERM HUP; do
        rm -rf log
        start
        eventually in_training "$PWD/log/mnist/deepSVDD_soft/0vsall/seed_1"
        kill "-$signal" "$pid"
        ended
        [ "$got" -eq 130 ]
        nobody_works
        grep -q "^deepsvdd: stopping [12] runs\?, which save what they have; once more kills them" err
        grep -qE '^deepsvdd: interrupted; 8 runs: .*, [5-8] left, which the same command goes on with\.$' err
        absent 'failed' err
    done
    goes_on
}

@test "an interrupted --force says that it does all again" {
    start --force
    eventually in_training "$PWD/log/mnist/deepSVDD_soft/0vsall/seed_1"
    kill -TERM "$pid"
    ended
    [ "$got" -eq 130 ]
    grep -qE '^deepsvdd: interrupted; 8 runs: .* left; with --force the same command does all again, without it' err
    goes_on
}

@test "Ctrl-C, which the workers get too: they save; a second one kills them" {
    sweep_arguments
    # a process group of their own, as a terminal has it
    setsid env --default-signal=INT "$deepsvdd" "${arguments[@]}" >out 2>err 3>&- &
    pid=$!
    eventually in_training "$PWD/log/mnist/deepSVDD_soft/0vsall/seed_1"
    kill -INT -- "-$pid"
    ended
    [ "$got" -eq 130 ]
    [ -e log/mnist/deepSVDD_soft/0vsall/seed_1/checkpoint.safetensors ]
    nobody_works
    # workers that do not listen
    start --ae-n-epochs 100000 --normal 2 --seed 3
    eventually [ -s log/mnist/deepSVDD_soft/2vsall/seed_3/history.jsonl ]
    # shellcheck disable=SC2046
    kill -STOP $(processes "$PWD/log/mnist/")
    kill -INT "$pid"
    eventually grep -q '^deepsvdd: stopping' err
    kill -INT "$pid"
    ended
    [ "$got" -eq 130 ]
    grep -q '^deepsvdd: killing ' err
    nobody_works
    goes_on
}

@test "a disk that is full: the runs that do not fit are listed, and done when it has room" {
    [ "$(id -u)" -eq 0 ] || skip "only root may mount a file system"
    mkdir log
    mount -t tmpfs -o size=700k none log || skip "cannot mount a tmpfs here"
    local got=0
    sweep >out 2>err || got=$?
    echo "status $got: $(cat err)"
    mount -o remount,size=50m log
    cp err err.full
    local again=0
    goes_on || again=$?
    cp -r log copy
    umount log
    [ "$got" -eq 1 ]
    [ "$again" -eq 0 ]
    grep -q '^    deepsvdd: .*: No space left on device: free some space' err.full
    grep -qE '^deepsvdd: 8 runs: .*, [1-8] failed\.$' err.full
}

@test "signals that are ignored stay so, as under nohup and in the background of a script" {
    sweep_arguments --normal 0 --seed 1
    (
        trap '' HUP
        exec "$deepsvdd" "${arguments[@]}" >out 2>err 3>&-
    ) &
    pid=$!
    eventually in_training "$PWD/log/mnist/deepSVDD_soft/0vsall/seed_1"
    # shellcheck disable=SC2046
    kill -HUP "$pid" $(processes "$PWD/log/mnist/")
    ended
    [ "$got" -eq 0 ]
    [ "$(wc -l <out)" -eq 2 ]
    # as a shell without job control starts it
    sweep_arguments --normal 0 --seed 2
    # shellcheck disable=SC2016 # for the inner shell
    sh -c '"$@" >out 2>err & echo $! >id; wait $!' sh "$deepsvdd" "${arguments[@]}" 3>&- &
    pid=$!
    eventually in_training "$PWD/log/mnist/deepSVDD_soft/0vsall/seed_2"
    # shellcheck disable=SC2046
    kill -INT "$(cat id)" $(processes "$PWD/log/mnist/")
    ended
    [ "$got" -eq 0 ]
    [ "$(wc -l <out)" -eq 2 ]
}

@test "two sweeps in one directory: each counts what the other did, nothing is damaged" {
    start
    eventually in_training "$PWD/log/mnist/deepSVDD_soft/0vsall/seed_1"
    # so that they are there for as long as it takes
    local workers other got2=0
    workers=$(processes "$PWD/log/mnist/")
    # shellcheck disable=SC2086
    kill -STOP $workers
    sweep >out2 2>err2 3>&- &
    other=$!
    eventually grep -q ': left to another process, which is at work on it$' err2
    # shellcheck disable=SC2086
    kill -CONT $workers
    wait "$other" || got2=$?
    echo "the other: status $got2: $(cat err2)"
    ended
    [ "$got" -eq 0 ]
    [ "$got2" -eq 0 ]
    [ "$(wc -l <out)" -eq 8 ]
    cmp out out2
    grep -q ': test AUC .*, complete already$' err2
    absent failed err
    absent failed err2
    like_the_reference
}

@test "a run that another process leaves incomplete is taken on" {
    local run=$PWD/log/mnist/deepSVDD/0vsall/seed_1 other got2=0
    sweep --hard-margin 1 --normal 0 --seed 1 --print-commands >by_hand
    sh -c "exec env --default-signal=INT $(cat by_hand)" >out2 2>&1 3>&- &
    other=$!
    eventually in_training "$run"
    kill -STOP "$other"
    start
    # all else is done meanwhile
    eventually grep -q '^deepsvdd: \[7/8\]' err
    [ ! -e "$run/results.json" ]
    kill -INT "$other"
    kill -CONT "$other"
    wait "$other" || got2=$?
    [ "$got2" -eq 130 ]
    ended
    [ "$got" -eq 0 ]
    [ "$(grep -cF "$run: left to another process" err)" -eq 1 ]
    [[ $(tail -n 1 err) == "deepsvdd: 8 runs: 8 done in "*s. ]]
    [ "$(grep -c 'resuming train after epoch' "$run/log.txt")" -eq 1 ]
    like_the_reference
}

@test "what a run says, and the name of its directory, decide nothing" {
    local got=0 place="$PWD/another process is running there" first
    first=$place/mnist/deepSVDD/0vsall/seed_1
    mkdir -p "$first"
    echo "{" >"$first/config.json"
    SWEEP_EPOCHS=1 sweep_arguments --normal 0 --hard-margin 1 --xp-dir "$place"
    timeout 120 "$deepsvdd" "${arguments[@]}" >out 2>err || got=$?
    cat err
    [ "$got" -eq 1 ]
    [ "$(wc -l <out)" -eq 1 ]
    grep -qF "  $first: exit status 1" err
    absent 'left to another process' err
    grep -q '^deepsvdd: to replace some of these runs remove their directories: ' err
    # a data set that is not found, below a directory that speaks of --force: nothing is in the way
    got=0 place="$PWD/with --force"
    sweep_arguments --normal 0 --hard-margin 1 --xp-dir "$place" --data-dir "$place/data"
    timeout 120 "$deepsvdd" "${arguments[@]}" >out 2>err || got=$?
    cat err
    [ "$got" -eq 1 ]
    absent 'to replace some of these runs' err
}

# usage: with_files N ARGUMENT...: the program, which may have so many files open, with three to begin with.
with_files() (
    for fd in {3..30}; do
        eval "exec $fd>&-"
    done
    ulimit -n "$1"
    exec "$deepsvdd" "${@:2}"
)

@test "where no more processes can be started, fewer run at a time" {
    local got=0
    export SWEEP_EPOCHS=1
    sweep_arguments --normal 0 --hard-margin 1 --pretrain 0
    with_files 12 "${arguments[@]}" --seed 1..16 --jobs 16 >out 2>err || got=$?
    cat err
    [ "$got" -eq 0 ]
    [ "$(wc -l <out)" -eq 16 ]
    [ "$(grep -cE 'Too many open files: .*; from now on 7 runs at a time$' err)" -eq 1 ]
    # not even one: said after a while
    with_files 5 "${arguments[@]}" --seed 50,51 >out 2>err || got=$?
    cat err
    [ "$got" -eq 1 ]
    [ "$(grep -c 'seed_5[01]: failed: not started$' err)" -eq 2 ]
    [[ $(tail -n 1 err) == "deepsvdd: 2 runs: 0 done in "*", 2 failed." ]]
}

@test "a failed run among good ones" {
    cp -r "$reference" .
    rm -r log/mnist/deepSVDD/0vsall log/mnist/deepSVDD_soft/1vsall/seed_1
    small --seed 1 --nu 0.2 --xp-dir log/mnist/deepSVDD/0vsall/seed_1 >out
    local got=0 first=$PWD/log/mnist/deepSVDD/0vsall/seed_1
    sweep >out 2>err || got=$?
    [ "$got" -eq 1 ]
    [ "$(wc -l <out)" -eq 7 ]
    grep -qF "  $first: exit status 2" err
    grep -qE "^    deepsvdd: $first: holds a run with another --.*; choose another --xp-dir" err
    [[ $(tail -n 2 err | head -n 1) == "deepsvdd: to replace some of these runs remove their directories: "* ]]
    [[ $(tail -n 1 err) == "deepsvdd: 8 runs: 2 done in "*", 5 complete before, 1 failed." ]]
    # no data: all fail
    got=0
    sweep --data-dir nowhere --xp-dir other >out 2>err || got=$?
    [ "$got" -eq 1 ]
    [ ! -s out ]
    [ "$(grep -cE '^  .*/seed_[12]: exit status 1$' err)" -eq 8 ]
    # what all of them have written stands once
    [ "$(grep -c '^    deepsvdd: MNIST not found: ' err)" -eq 1 ]
    absent '--force' err
}
