#!/usr/bin/env bats
# experiments/slurm with a Slurm of one node, which is started for it: what happens to the tasks of an
# array on their way, they end with the numbers of a sweep that nothing happened to.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own
load helpers

setup_file() {
    find_program
    cd "$BATS_FILE_TMPDIR" || return
    PATH=$PATH:/usr/sbin:/sbin
    reason=$(impossible)
    export reason
    [ -z "$reason" ] || return 0
    make_data
    export reference=$PWD/log
    grid "$PWD"
    "$deepsvdd" sweep "${arguments[@]}" >out 2>err || { cat err && return 1; }
    # the test may itself be a job
    unset "${!SLURM_@}" "${!SBATCH_@}"
    export SLURM_CONF=$PWD/cluster/slurm.conf DEEPSVDD_LEAST_SECONDS=0
    mkdir cluster
    "$BATS_TEST_DIRNAME/slurm_cluster.sh" "$PWD/cluster" >cluster/out 2>&1 3>&- &
    cluster=$!
    eventually begun
    [ -e cluster/ready ] || { tail -n 40 cluster/out && return 1; }
}

begun() {
    [ -e cluster/ready ] || ! kill -0 "$cluster" 2>/dev/null
}

# Why there can be no cluster here, if so.
impossible() {
    local name
    [ "$(id -u)" -eq 0 ] || { echo "only root may start a Slurm" && return; }
    for name in munged slurmctld slurmd sbatch; do
        command -v $name >/dev/null || { echo "$name is not there: scripts/setup.sh --cluster" && return; }
    done
    setpriv --pdeathsig KILL unshare --pid --fork --kill-child --mount-proc true 2>/dev/null ||
        echo "no namespace of processes can be made here"
}

teardown_file() {
    if [ -n "${cluster:-}" ]; then
        kill -KILL "$cluster" 2>/dev/null || true
        wait "$cluster" || true
    fi
}

setup() {
    [ -z "$reason" ] || skip "$reason"
    find_program
    PATH=$PATH:/usr/sbin:/sbin
}

teardown() {
    [ -z "$reason" ] || return 0
    if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
        timeout 5 squeue || true
        tail -n 30 made/*.out "$BATS_FILE_TMPDIR/cluster/slurmctld.log" || true
    fi
    timeout 5 scancel --user=root && eventually nobody_queues
}

# usage: grid DIRECTORY: sets $arguments to those of a sweep of four runs below DIRECTORY/log.
grid() {
    small_arguments
    local epochs=${SWEEP_EPOCHS:-80}
    arguments+=(--ae-n-epochs "$epochs" --n-epochs $((3 * epochs)) --normal 0..1 --seed 1 --hard-margin '0,1'
        --xp-dir "$1/log")
    runs=(mnist/{deepSVDD_soft,deepSVDD}/{0,1}vsall/seed_1)
}

# usage: submit OPTION...: that sweep, with these options of sbatch. Sets $job; the output is in made/.
submit() {
    grid "$PWD"
    DEEPSVDD=$deepsvdd SLURM_DIR=made "$BATS_TEST_DIRNAME/../../experiments/slurm/submit.sh" "$@" -- \
        "${arguments[@]}" >out 2>err || { cat err && return 1; }
    cat err
    job=$(sed -n 's/^submit.sh: job \([0-9]*\): .*/\1/p' err)
}

nobody_queues() {
    local queue
    queue=$(timeout 5 squeue -h) && [ -z "$queue" ]
}

# usage: property TASK NAME: what Slurm knows about the task.
property() {
    scontrol show job "${job}_$1" | tr ' ' '\n' | sed -n "s/^$2=//p"
}

# usage: frozen RUN...: waits until these are in training and stops them there.
frozen() {
    local run
    eventually stopped "$@"
    for run; do
        [ ! -e "log/$run/results.json" ] || { echo "$run was too fast" && return 1; }
    done
}

# usage: stopped RUN...: stops those that are in training; fails until they all are.
stopped() {
    local run missing=0
    for run; do
        if in_training "log/$run"; then
            signal STOP "$run"
        else
            missing=1
        fi
    done
    return $missing
}

# usage: signal NAME RUN
signal() {
    # shellcheck disable=SC2046
    kill "-$1" $(processes "$PWD/log/$2\$")
}

# usage: asked_to_leave RUN: a SIGTERM waits for the stopped run.
asked_to_leave() {
    local pending
    pending=$(sed -n 's/^ShdPnd:[[:space:]]*//p' "/proc/$(processes "$PWD/log/$1\$")/status")
    ((0x$pending & 1 << 14))
}

# usage: like_the_reference: all runs are there, with its numbers.
like_the_reference() {
    local run
    for run in "${runs[@]}"; do
        [ -e "log/$run/results.json" ] || { echo "no log/$run" && return 1; }
        cmp "log/$run/scores.csv" "$reference/$run/scores.csv" || return
        cmp <(without_seconds "log/$run/history.jsonl") <(without_seconds "$reference/$run/history.jsonl") ||
            return
    done
    [ -z "$(find log -name '*.tmp')" ]
}

# usage: tabled: the table has all four runs.
tabled() {
    [ "$(json made/table.json | grep -c '\.of_autoencoder=false$')" -eq 4 ]
    diff <(json made/table.json | sed -n 's/.*\.path="\(.*\)"$/\1/p' | sort -u) \
        <(printf '%s\n' "${runs[@]/#/$PWD/log/}" | sort)
    grep -q '^| 1 | .* | 100.0 | 1 | ' made/table.md
    cmp made/table.md made/collect.out
}

# usage: resumed RUN COUNT: so often it went on from what it had saved.
resumed() {
    [ "$(grep -cE 'resuming (pretrain|train) after epoch' "log/$1/log.txt")" -eq "$2" ]
}

@test "an array of four runs: the one that is killed is queued again and resumed" {
    submit --cpus-per-task=2
    [ "$(wc -l <made/commands)" -eq 4 ]
    frozen "${runs[0]}"
    [ -e "log/${runs[0]}/checkpoint.safetensors" ]
    signal KILL "${runs[0]}"
    eventually nobody_queues
    like_the_reference
    tabled
    # of the killed one
    grep -q ": the run was killed: to be queued again, as ${job}_1\$" made/1.out
    [ "$(grep -c ": task 1: $deepsvdd " made/1.out)" -eq 2 ]
    [ "$(property 1 Restarts)" = 1 ]
    resumed "${runs[0]}" 1
    # of the others
    local task run
    for task in 2 3 4; do
        [ "$(grep -c ": task $task: $deepsvdd " "made/$task.out")" -eq 1 ]
        [ "$(property $task Restarts)" = 0 ]
    done
    for task in 1 2 3 4; do
        [ "$(property $task JobState)" = COMPLETED ]
        [ "$(property $task ExitCode)" = 0:0 ]
    done
    for run in "${runs[@]}"; do
        [ "$(value "log/$run/results.json" config.threads)" = 2 ]
        [ "$(value "log/$run/results.json" environment.threads)" = 2 ]
    done
}

@test "scancel: the run saves, and the same line submitted again goes on; more runs than tasks" {
    export MAX_TASKS=1
    submit
    frozen "${runs[0]}"
    scancel "$job"
    eventually nobody_queues
    absent 'queued again' made/1.out
    [ "$(property 1 JobState)" = CANCELLED ]
    grep -q 'train: interrupted in epoch' "log/${runs[0]}/log.txt"
    [ -e "log/${runs[0]}/checkpoint.safetensors" ]
    [ "$(find log -name results.json | wc -l)" -eq 0 ]
    # nothing to collect
    grep -q '^deepsvdd: no complete run ' made/collect.out
    [ ! -e made/table.md ]
    export MAX_TASKS=2
    submit --output=other.%a
    eventually nobody_queues
    like_the_reference
    tabled
    resumed "${runs[0]}" 1
    [ "$(grep -c ": task 1: $deepsvdd " other.1)" -eq 2 ]
    [ "$(grep -c ": task 2: $deepsvdd " other.2)" -eq 2 ]
}

@test "time that runs out, a node that somebody else needs: queued again and resumed" {
    submit
    frozen "${runs[0]}" "${runs[1]}"
    # what Slurm sends before the time limit, and to whom
    scancel --batch --signal=USR1 "${job}_1"
    eventually asked_to_leave "${runs[0]}"
    signal CONT "${runs[0]}"
    scontrol requeue "${job}_2"
    eventually nobody_queues
    like_the_reference
    tabled
    grep -q ": time is running out: to be queued again, as ${job}_1\$" made/1.out
    absent 'to be queued again' made/2.out
    local task
    for task in 1 2; do
        resumed "${runs[task - 1]}" 1
        grep -q 'train: interrupted in epoch' made/$task.out
        [ "$(property $task Restarts)" = 1 ]
        [ "$(property $task JobState)" = COMPLETED ]
    done
}
