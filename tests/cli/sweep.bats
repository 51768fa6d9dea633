#!/usr/bin/env bats
# deepsvdd sweep: a grid of runs. It ends with the numbers of runs started by hand.
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

@test "a sweep: directories, results, pretraining once, the numbers of runs by hand" {
    sweep >out 2>err
    like_the_reference
    diff <(cut -f 1 out) <(runs | sed "s|^|$PWD/log/|")
    [ "$(cut -f 2-4 out | head -n 2)" = $'soft-boundary\t0\t1\none-class\t0\t1' ]
    [ "$(sed -n 6p out | cut -f 3-4)" = $'1\t1' ]
    local auc
    auc=$(value "log/mnist/deepSVDD/1vsall/seed_2/results.json" auc.test)
    [ "$(tail -n 1 out | cut -f 5)" = "$(awk "BEGIN { printf \"%.2f\", 100 * $auc }")" ]
    [ "$(grep -cE '^deepsvdd: \[[1-8]/8\] .*: test AUC [0-9.]+ %, [0-9]+s$' err)" -eq 8 ]
    [[ $(tail -n 1 err) == "deepsvdd: 8 runs: 8 done in "*s. ]]
    # every class and seed pretrained once, the other objective took it
    [ "$(find log/cache -type f | wc -l)" -eq 4 ]
    [ "$(grep -lr 'pretrained autoencoder taken from' log/mnist | wc -l)" -eq 4 ]
    small --ae-n-epochs "$epochs" --n-epochs "$epochs" --normal 1 --seed 2 --hard-margin 1 --xp-dir hand >hand.out
    cmp hand/scores.csv log/mnist/deepSVDD/1vsall/seed_2/scores.csv
}

@test "complete runs are skipped without a process" {
    cp -r "$reference" .
    : >stamp
    sed "s|$reference|$PWD/log|" "$BATS_FILE_TMPDIR/out" >before
    sweep >out 2>err
    cmp out before
    [ "$(tail -n 1 err)" = "deepsvdd: 8 runs: 0 done in 0s, 8 complete before." ]
    [ -z "$(find log -newer stamp -name '*.*')" ]
    # a larger grid has the new ones to do
    sweep --seed 1..3 --normal 0 --quiet >out 2>err
    [ ! -s out ]
    [[ $(cat err) == "deepsvdd: 6 runs: 2 done in "*", 4 complete before." ]]
    [ "$(wc -l <err)" -eq 1 ]
    # --force does all again
    sweep --seed 1 --normal 0 --force >out 2>err
    [[ $(tail -n 1 err) == "deepsvdd: 2 runs: 2 done in "*s. ]]
    like_the_reference
}

@test "--dry-run and --print-commands; xargs does the same as the sweep" {
    sweep --dry-run >dry 2>err
    [ ! -e log ]
    [ "$(cat err)" = "deepsvdd: 8 runs, 0 complete, 2 at a time" ]
    diff <(sed 's/.* --xp-dir //' dry) <(runs | sed "s|^|$PWD/log/|")
    sweep --print-commands >commands 2>err
    [ ! -s err ]
    # pretraining that is shared comes first
    diff <(sort dry) <(sort commands)
    [ "$(head -n 4 commands | grep -c /deepSVDD_soft/)" -eq 4 ]
    xargs -d '\n' -P 2 -I{} sh -c '{}' <commands >out 2>&1
    like_the_reference
    rm log/mnist/deepSVDD/0vsall/seed_1/results.json
    [ "$(sweep --print-commands 2>err)" = "$(grep '/deepSVDD/0vsall/seed_1$' commands)" ]
    [ ! -s err ]
    # directories that hold runs of other options
    sweep --n-epochs 7 --dry-run >dry 2>err
    [ "$(wc -l <dry)" -eq 8 ]
    [ "$(tail -n 1 err)" = "deepsvdd: warning: 8 of these would fail, first: $PWD/log/mnist/deepSVDD_soft/0vsall/seed_1: holds a run with another --n-epochs; choose another --xp-dir, or --force to replace the run there" ]
    sweep --n-epochs 7 --force --dry-run >dry 2>err
    [ "$(wc -l <err)" -eq 1 ]
    # paths that a shell would take apart
    mkdir "it's \$HOME"
    cp "$data"/* "it's \$HOME"
    SWEEP_EPOCHS=1 sweep --data-dir "it's \$HOME" --xp-dir 'a  b/&c' --seed 1 --normal 1 --print-commands >commands
    xargs -d '\n' -I{} sh -c '{}' <commands >out 2>&1
    [ -e 'a  b/&c/mnist/deepSVDD/1vsall/seed_1/results.json' ]
}

@test "other options with lists, the autoencoder, config.json" {
    export SWEEP_EPOCHS=1
    sweep --normal 3 --outlier 0..9 --loss autoencoder --lr 1e-3,1e-4 --dry-run >dry 2>err
    [ "$(wc -l <dry)" -eq 18 ]
    absent '/3vs3/' dry
    [ "$(head -n 1 err)" = \
        "deepsvdd: warning: lists of --hard-margin, --lr left out: these runs do not depend on them" ]
    sweep --normal 1 --seed 1 --loss svdd,autoencoder --nu 0.1,5e-2 >out 2>err
    diff <(cut -f 1 out | sed "s|$PWD/log/mnist/||") - <<END
deepSVDD_soft/nu_0.1/1vsall/seed_1
deepSVDD_soft/nu_0.05/1vsall/seed_1
deepSVDD/nu_0.1/1vsall/seed_1
deepSVDD/nu_0.05/1vsall/seed_1
autoencoder/1vsall/seed_1
END
    [ "$(find log/cache -type f | wc -l)" -eq 1 ]
    # neither xp_dir nor the cache come from there
    "$deepsvdd" sweep --config log/mnist/autoencoder/1vsall/seed_1/config.json --seed 2..3 --dry-run >dry
    [ "$(sed 's/.*--pretrain-cache //' dry)" = \
        $'log/cache --xp-dir log/mnist/autoencoder/1vsall/seed_2\nlog/cache --xp-dir log/mnist/autoencoder/1vsall/seed_3' ]
    # and what followed from the objective there follows from the one given here
    "$deepsvdd" sweep --config log/mnist/deepSVDD/nu_0.1/1vsall/seed_1/config.json --hard-margin '0,1' --dry-run >dry
    [ "$(grep -o -- '--block-coordinate .' dry)" = $'--block-coordinate 1\n--block-coordinate 0' ]
    sweep --normal 1 --seed 1 --pretrain-cache= --xp-dir own >out 2>err
    [ "$(ls own)" = mnist ]
}

@test "on a terminal: an overview that goes without a trace" {
    command -v script >/dev/null || skip "no script(1)"
    sweep_arguments
    printf '%q ' "$deepsvdd" "${arguments[@]}" >line
    env TERM=xterm script -qec "stty cols 60 rows 10; $(cat line) >out" /dev/null >screen </dev/null
    [ "$(wc -l <out)" -eq 8 ]
    tr -d '\r' <screen | grep -qE '^[0-9] done  [12] running  [0-9] left'
    tr -d '\r' <screen | grep -qE "^  \.\.\..*vsall/seed_[12]  (pretrain|train) [0-9]+/$epochs\$"
    absent ': test AUC' screen
    # taken away before the summary
    grep -qE $'\r\033\\[Jdeepsvdd: 8 runs: 8 done in [0-9]+s\\.' screen
    rm -r log
    SWEEP_EPOCHS=1 sweep_arguments
    printf '%q ' "$deepsvdd" "${arguments[@]}" >line
    env TERM=dumb script -qec "$(cat line) >out" /dev/null >screen </dev/null
    absent $'\033' screen
    [ "$(grep -c ': test AUC' screen)" -eq 8 ]
}

@test "on a terminal: time left from the first epochs on, and a failure when it happens" {
    command -v script >/dev/null || skip "no script(1)"
    SWEEP_EPOCHS=1 small --ae-n-epochs 1 --n-epochs 1 --seed 1 --nu 0.2 --xp-dir log/mnist/deepSVDD/0vsall/seed_1 >out
    sweep_arguments --normal 0 --hard-margin 1
    printf '%q ' "$deepsvdd" "${arguments[@]}" >line
    env TERM=xterm script -qec "stty cols 80 rows 10; $(cat line) >out" /dev/null >screen </dev/null || true
    # the picture goes, the line comes, the picture is there again below it
    tr -d '\r' <screen | grep -qE $'^(.*\033\\[J)?deepsvdd: \\[1/2\\] .*/seed_1: failed: exit status 2$'
    [ "$(tr -d '\r' <screen | grep -c 'seed_1: failed: ')" -eq 1 ]
    sed '1,/: failed: /d' screen | grep -q 'running'
    tr -d '\r' <screen | grep -qE '0 done  1 running  0 left  1 failed  [0-9]+s to go'
}

# usage: task NUMBER [VARIABLE=VALUE...]: becomes the batch script as Slurm starts it, with an scontrol that
# takes notes.
task() {
    mkdir -p bin
    printf '#!/bin/sh\necho "$@" >>"%s/scontrol.calls"\n' "$PWD" >bin/scontrol
    chmod +x bin/scontrol
    exec env PATH="$PWD/bin:$PATH" SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID="$1" SLURM_CPUS_PER_TASK=2 DEEPSVDD_LEAST_SECONDS=0 \
        "${@:2}" \
        "$BATS_TEST_DIRNAME/../../experiments/slurm/sweep.sbatch" commands 2 >>task.out 2>&1 3>&-
}

resumed_again() {
    [ "$(grep -c resuming "$1/log.txt")" -eq 2 ]
}

@test "Slurm's batch script: its share of the list, requeued when time runs out or the run is killed" {
    sweep --print-commands >commands
    local first=$PWD/log/mnist/deepSVDD_soft/0vsall/seed_1
    (task 2)
    [ "$(find log/mnist -name results.json | wc -l)" -eq 4 ]
    [ "$(value log/mnist/deepSVDD_soft/0vsall/seed_2/results.json config.threads)" = 2 ]
    # near the time limit
    task 1 &
    pid=$!
    eventually in_training "$first"
    kill -USR1 "$pid"
    wait "$pid"
    [ "$(cat scontrol.calls)" = "requeue 7_1" ]
    # with so little time it would never get anywhere
    task 1 DEEPSVDD_LEAST_SECONDS=60 &
    pid=$!
    eventually grep -q resuming "$first/log.txt"
    kill -USR1 "$pid"
    local got=0
    wait "$pid" || got=$?
    [ "$got" -eq 1 ]
    grep -q ': task 1: time is running out after [0-9]* s already: submit with a longer --time$' task.out
    [ "$(cat scontrol.calls)" = "requeue 7_1" ]
    [ -e "$first/checkpoint.safetensors" ]
    # queued again, and killed
    task 1 &
    pid=$!
    eventually resumed_again "$first"
    # shellcheck disable=SC2046
    kill -KILL $(processes "$first\$")
    wait "$pid"
    [ "$(cat scontrol.calls)" = $'requeue 7_1\nrequeue 7_1' ]
    # more often than it may be
    (task 1 SLURM_RESTART_COUNT=3)
    [ "$(wc -l <scontrol.calls)" -eq 2 ]
    like_the_reference
}

@test "Slurm: submit.sh makes the list and submits it, and the table after it" {
    mkdir bin
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nprintf "<%%s> " "$@" >>sbatch.calls\necho >>sbatch.calls\necho "12;cluster"\n' >bin/sbatch
    chmod +x bin/sbatch
    sweep_arguments
    local submit=$BATS_TEST_DIRNAME/../../experiments/slurm/submit.sh
    env PATH="$PWD/bin:$PATH" DEEPSVDD="$deepsvdd" SLURM_DIR=made MAX_TASKS=3 \
        "$submit" --time=1:00 -- "${arguments[@]:1}" >out 2>err
    [ ! -s out ]
    [ "$(wc -l <made/commands)" -eq 8 ]
    diff <(sweep --print-commands) made/commands
    [[ $(head -n 1 sbatch.calls) == \
        "<--parsable> <--array=1-3> <--output=made/%a.out> <--time=1:00> <"*"/sweep.sbatch> <made/commands> <3> " ]]
    [[ $(tail -n 1 sbatch.calls) == \
        "<--parsable> <--time=1:00> <--dependency=afterany:12> "*" <--cpus-per-task=1> "*"/collect.sbatch> <$deepsvdd> <$PWD/log> <made/table> " ]]
    cp -r "$reference" .
    env PATH="$PWD/bin:$PATH" DEEPSVDD="$deepsvdd" "$submit" -- "${arguments[@]:1}" 2>err
    [ "$(cat err)" = "submit.sh: all runs are complete" ]
    local got=0
    "$submit" --time=1:00 2>err || got=$?
    [ "$got" -eq 2 ]
    got=0
    "$submit" --array=1-3 -- --dataset mnist 2>err || got=$?
    [ "$got" -eq 2 ]
    [ "$(cat err)" = "submit.sh: --array=1-3: MAX_TASKS says how many tasks there are" ]
    rm -rf made
    DEEPSVDD="$deepsvdd" SLURM_DIR=made "$submit" -- --dataset mnist --help >out
    grep -q '^usage: deepsvdd sweep' out
    [ ! -e made ]
    # refused by Slurm, which has said why
    printf '#!/bin/sh\necho "sbatch: error: no partition" >&2\nexit 1\n' >bin/sbatch
    rm -rf log
    got=0
    env PATH="$PWD/bin:$PATH" DEEPSVDD="$deepsvdd" SLURM_DIR=made "$submit" -- "${arguments[@]:1}" >out 2>err || got=$?
    [ "$got" -eq 1 ]
    [ "$(cat err)" = "sbatch: error: no partition" ]
    [ ! -e made ]
}

@test "what is not understood is refused before anything starts" {
    refused 2 "--jobs 0: must be an integer in 1..500" sweep --dataset mnist --jobs 0
    refused 2 "--jobs x: must be an integer in 1..500" sweep --dataset mnist --jobs=x
    refused 2 "--jobs needs a value: 1..500" sweep --dataset mnist --jobs --quiet
    refused 2 "--dry-run takes no value" sweep --dataset mnist --dry-run=1
    refused 2 "--normal 0..10: 10 must be an integer in -1..9" sweep --dataset mnist --normal 0..10
    refused 2 "--seed 1..: the range 1.. has no end" sweep --dataset mnist --seed 1..
    refused 2 "--seed 1,,2: a value of the list is missing" sweep --dataset mnist --seed 1,,2
    refused 2 "--threads 1,2: takes no list, since results do not depend on it" \
        sweep --dataset mnist --threads 1,2
    refused_like 2 "the lists of values make more than 10000 runs: *" \
        sweep --dataset mnist --normal 0..9 --seed 1..1001
    refused_like 2 "--dataset is required: *" sweep --seed 1..3
    refused_like 2 "unknown option '--sed'; *" sweep --sed 1
    refused 2 "--quiet and --verbose exclude each other" sweep --dataset mnist --quiet --verbose
    refused_like 2 "--print-commands and --force exclude each other: *" sweep --dataset mnist --force --print-commands
    refused_like 2 "a?b/mnist/deepSVDD_soft/0vsall/seed_0: has a tab or a line break, *" \
        sweep --dataset mnist --xp-dir $'a\nb'
    # lists are for sweeps
    refused 2 "--seed 1..3: must be an integer >= 0; 'deepsvdd sweep' takes lists (0,1) and ranges (0..9)" \
        --dataset mnist --seed 1..3
    "$deepsvdd" sweep --help >help
    grep -q 'print-commands' help
    "$deepsvdd" help sweep | cmp - help
}
