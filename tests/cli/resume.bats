#!/usr/bin/env bats
# Runs that are stopped: by a signal at any moment, or twice at once. The same command ends with the
# numbers of a run that was never stopped.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own
load helpers

setup_file() {
    make_data
    # What every test compares with: uninterrupted runs, and how long one takes in milliseconds.
    find_program
    cd "$BATS_FILE_TMPDIR" || return
    for name in hard soft free; do
        mkdir $name
        (cd $name && long $name >out 2>err) || return
        echo "an uninterrupted run: $(tail -n 1 $name/run/log.txt)"
    done
    cd hard || return
    local start=${EPOCHREALTIME/[.,]/}
    long hard --xp-dir again >out || return
    export duration=$(((${EPOCHREALTIME/[.,]/} - start) / 1000))
    export reference=$BATS_FILE_TMPDIR
}

setup() {
    find_program
}

# usage: long_arguments hard|soft|free OPTION...: sets $arguments to those of a run in the directory run, of so many
# epochs that it is stopped long before its end.
long_arguments() {
    local objective=$1
    shift
    small_arguments
    local epochs=${RESUME_EPOCHS:-120}
    arguments+=(--xp-dir run --ae-n-epochs "$epochs" --n-epochs $((epochs + 30)))
    case $objective in
    soft) arguments+=(--hard-margin 0 --val-frac 0.1 --shuffle sample --lr-drop-in-epoch 30) ;;
    free) arguments+=(--hard-margin 0 --block-coordinate 0 --center-fixed 0 --dropout 1 --e1-diagnostics 1) ;;
    esac
    arguments+=("$@")
}

long() {
    long_arguments "$@"
    "$deepsvdd" "${arguments[@]}"
}

# Starts `long` with the given arguments in the background, as an interactive shell does: a script's
# has it ignore SIGINT. Sets $pid.
start() {
    long_arguments "$@"
    env --default-signal=INT "$deepsvdd" "${arguments[@]}" >out 2>err 3>&- &
    pid=$!
}

# usage: stop SIGNAL: sends it to $pid and waits; sets $got to the exit status.
stop() {
    kill "-$1" "$pid" 2>/dev/null || true
    got=0
    wait "$pid" || got=$?
}

# usage: pause MILLISECONDS
pause() {
    sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
}

# usage: wait_for PATTERN FILE: until a line of the file matches, or the program has ended.
wait_for() {
    for _ in {1..3000}; do
        if grep -qE "$1" "$2" 2>/dev/null || ! kill -0 "$pid" 2>/dev/null; then
            return
        fi
        sleep 0.01
    done
    return 1
}

# No file of the run is half-written under its final name.
is_whole() {
    [ ! -e run/config.json ] || json run/config.json >values
    [ ! -e run/results.json ] || json run/results.json >values
    [ ! -e run/history.jsonl ] || json_lines run/history.jsonl >values
    [ ! -e run/scores.csv ] || [ "$(wc -l <run/scores.csv)" -eq 121 ]
    local file
    for file in run/*.safetensors; do
        [ ! -e "$file" ] || tensors "$file" >values
    done
}

# usage: ends_like hard|soft|free: the same command ends as if nothing had happened.
ends_like() {
    local objective=$1
    local got=0
    long "$@" >out 2>err || got=$?
    echo "status $got: $(cat err)"
    [ "$got" -eq 0 ]
    [ "$(grep -vc 'already complete' err)" -eq 0 ]
    same_run run "$reference/$objective/run"
    diff <(json run/results.json | grep -vE '^(seconds|peak_memory)') \
        <(json "$reference/$objective/run/results.json" | grep -vE '^(seconds|peak_memory)')
    [ "$(files run)" = "$(files "$reference/$objective/run")" ]
}

# usage: stopped_in pretrain|train SIGNAL hard|soft|free
stopped_in() {
    local phase=$1 signal=$2 objective=$3
    rm -rf run
    start "$objective"
    wait_for "\"$phase\",\"epoch\":2[0-9]," run/history.jsonl
    pause $((RANDOM % 30))
    stop "$signal"
    echo "$signal in $phase, $objective: status $got after $(wc -l <run/history.jsonl) epochs: $(cat err)"
    is_whole
    if [ ! -e run/results.json ]; then
        [ -e run/checkpoint.safetensors ]
        [ ! -s out ]
        if [ "$signal" = KILL ]; then
            [ "$got" -eq 137 ]
        else
            [ "$got" -eq 130 ]
            [[ $(head -n 1 err) == "deepsvdd: $phase: interrupted in epoch "* ]]
            [ "$(tail -n 1 err)" = "deepsvdd: the same command resumes where it stopped" ]
            [ -z "$(find run -name '*.tmp')" ]
        fi
    fi
    ends_like "$objective"
}

@test "killed, interrupted or terminated in either phase, a run is resumed to the same numbers" {
    stopped_in pretrain KILL hard
    stopped_in train KILL soft
    stopped_in pretrain INT soft
    stopped_in train INT hard
    stopped_in pretrain TERM hard
    stopped_in train TERM soft
    stopped_in train INT free
    stopped_in train KILL free
}

@test "killed again and again at random moments" {
    for round in 1 2; do
        rm -rf run
        for part in 3 10 35 50 65 80 95; do
            start hard
            pause $((duration * (part + RANDOM % 10) / 100))
            signals=(KILL KILL TERM)
            stop "${signals[RANDOM % 3]}"
            echo "round $round, $part % of $duration ms: status $got"
            is_whole
            [ "$got" -ne 0 ] || [ -e run/results.json ]
        done
        ends_like hard
    done
}

@test "a resumed run goes on from its checkpoint, with another number of threads if need be" {
    start hard
    wait_for '"train","epoch":2[0-9],' run/history.jsonl
    stop KILL
    [ ! -e run/results.json ] || skip "this machine is too fast"
    long hard --verbose --threads 2 >out 2>err
    grep -qE '^deepsvdd: resuming train after epoch [1-9][0-9]*0 of ' err
    absent '^pretrain ' err
    cmp run/scores.csv "$reference/hard/run/scores.csv"
    cmp <(without_seconds run/history.jsonl) <(without_seconds "$reference/hard/run/history.jsonl")
}

@test "an interrupted run goes on from its last finished epoch" {
    start hard
    wait_for '"train","epoch":1[1-9],' run/history.jsonl
    stop INT
    [ "$got" -eq 130 ] || skip "this machine is too fast"
    local last
    last=$(tail -n 1 run/history.jsonl | sed 's/.*"epoch":\([0-9]*\).*/\1/')
    long hard --verbose >out 2>err
    grep -q "^deepsvdd: resuming train after epoch $last of" err
    cmp run/scores.csv "$reference/hard/run/scores.csv"
}

@test "without memory a run ends with a message" {
    local kilobytes got
    for kilobytes in 100000 200000; do
        got=0
        long_arguments hard
        (ulimit -v "$kilobytes" && timeout -k 1 20 "$deepsvdd" "${arguments[@]}") >out 2>err || got=$?
        if grep -q Sanitizer err; then
            skip "a sanitizer needs more memory"
        fi
        [ "$got" -eq 1 ]
        grep -q "^deepsvdd: .*out of memory" err
    done
}

@test "an unfinished run is not mixed with other images" {
    start hard
    wait_for '"train","epoch":1[0-9],' run/history.jsonl
    stop KILL
    [ ! -e run/results.json ] || skip "this machine is too fast"
    cp -r "$data" other
    chmod -R u+w other
    # shellcheck disable=SC2094
    printf '\377\377' | dd of=other/t10k-images-idx3-ubyte bs=1 seek=100 conv=notrunc 2>dd.log
    long_arguments hard --data-dir other
    refused_like 1 "run: the run was begun with other images in other,*" "${arguments[@]}"
}

@test "an unfinished run is not mixed with one of other options" {
    start hard
    wait_for '"train","epoch":2[0-9],' run/history.jsonl
    stop KILL
    [ ! -e run/results.json ] || skip "this machine is too fast"
    got=0
    long hard --seed 3 >out 2>err || got=$?
    [ "$got" -eq 2 ]
    grep -q '^deepsvdd: run: holds a run with another --seed; ' err
    # but --force starts from nothing
    long hard --force >out
    same_run run "$reference/hard/run"
}

@test "an unfinished run is not gone on with by a program that computes other numbers" {
    start hard
    wait_for '"pretrain","epoch":[1-9][0-9],' run/history.jsonl
    stop TERM
    grep -aq '"revision":"[0-9a-f]\{16\}"' run/checkpoint.safetensors
    sed -i 's/"revision":"[0-9a-f]\{4\}/"revision":"none/' run/checkpoint.safetensors
    before=$(cksum run/*)
    got=0
    long hard >out 2>err || got=$?
    [ "$got" -eq 1 ]
    [ ! -s out ]
    [[ $(cat err) == "deepsvdd: run: the run was begun by another version of this program, "* ]]
    [ "$(grep -v log.txt <<<"$before")" = "$(cksum run/* | grep -v log.txt)" ]
}

@test "the journal is cut back to the checkpoint, and must be there" {
    start hard
    wait_for '"train","epoch":2[0-9],' run/history.jsonl
    stop KILL
    [ ! -e run/results.json ] || skip "this machine is too fast"
    cp -r run before
    printf '{"phase":"tr' >>run/history.jsonl
    ends_like hard
    rm -r run && mv before run
    head -n 20 run/history.jsonl >shorter
    mv shorter run/history.jsonl
    got=0
    long hard >out 2>err || got=$?
    [ "$got" -eq 1 ]
    grep -q '^deepsvdd: run/history.jsonl: shorter than .*--force' err
}

@test "what a kill left half-written goes with the next run, and nothing else" {
    cp -r "$reference/hard/run" .
    rm run/results.json
    for name in model.safetensors.12-0.tmp results.json.345-11.tmp checkpoint.safetensors.1-2.tmp \
        notes.tmp model.tmp my.json.1-1.tmp; do
        echo half >"run/$name"
    done
    long hard >out
    [ "$(files run | grep -oE '[^ ]*\.tmp ')" = $'model.tmp \nmy.json.1-1.tmp \nnotes.tmp ' ]
}

@test "two processes in one directory: the second is refused" {
    start hard --n-epochs 100000
    wait_for '"train"' run/history.jsonl
    for option in "--n-epochs 100000" "--force" "--seed 2"; do
        got=0
        # shellcheck disable=SC2086
        long hard $option >out2 2>err2 || got=$?
        [ "$got" -eq 75 ]
        [ ! -s out2 ]
        [[ $(cat err2) == "deepsvdd: run: another process is running there; "* ]]
    done
    stop TERM
    [ "$got" -eq 130 ]
}

@test "what ignores SIGINT and SIGHUP keeps on" {
    # as after nohup, or in the background of a script
    long_arguments hard
    env --ignore-signal=INT,HUP "$deepsvdd" "${arguments[@]}" >out 2>err 3>&- &
    pid=$!
    wait_for '"pretrain","epoch":[12][0-9],' run/history.jsonl
    kill -INT "$pid"
    stop HUP
    [ "$got" -eq 0 ]
    same_run run "$reference/hard/run"
}
