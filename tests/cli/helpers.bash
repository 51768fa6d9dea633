# What the bats files share. Load it, and call find_program in setup.
# shellcheck shell=bash disable=SC2154

# Sets $deepsvdd and goes to the test's own directory.
find_program() {
    deepsvdd=$(realpath "${DEEPSVDD:-$BATS_TEST_DIRNAME/../../build/deepsvdd}")
    cd "$BATS_TEST_TMPDIR" || return
}

# For setup_file: makes a data set that all tests of a file share, in $data.
make_data() {
    export data=$BATS_FILE_TMPDIR/data
    "$BATS_TEST_DIRNAME/make_idx.sh" "$data"
}

# usage: small OPTION...: the program with the options of a run that takes a moment; later ones win.
small() {
    small_arguments
    "$deepsvdd" "${arguments[@]}" "$@"
}

# Sets $arguments to those.
small_arguments() {
    arguments=(--dataset mnist --data-dir "$data" --hard-margin 1 --batch-size 20 --lr 1e-3
        --ae-lr 1e-3 --ae-n-epochs 3 --n-epochs 3)
}

# usage: trains OPTION...: a small run that succeeds; leaves its output in the files out and err.
trains() {
    local got=0
    small "$@" >out 2>err || got=$?
    echo "small $*: status $got: $(cat err)"
    [ "$got" -eq 0 ]
}

# usage: refused STATUS MESSAGE ARGUMENT...: that exit status, nothing on standard output, and on
# standard error the message alone.
refused() {
    local status=$1 message=$2 got=0
    shift 2
    "$deepsvdd" "$@" >out 2>err || got=$?
    echo "deepsvdd $*: status $got: $(cat err)"
    [ "$got" -eq "$status" ] && [ ! -s out ] && [ "$(cat err)" = "deepsvdd: $message" ]
}

# usage: refused_like STATUS PATTERN ARGUMENT...: the same, the one line matching a pattern.
refused_like() {
    local status=$1 pattern=$2 got=0
    shift 2
    "$deepsvdd" "$@" >out 2>err || got=$?
    echo "deepsvdd $*: status $got: $(cat err)"
    # shellcheck disable=SC2053
    [ "$got" -eq "$status" ] && [ ! -s out ] && [[ $(cat err) == "deepsvdd: "$pattern ]] &&
        [ "$(wc -l <err)" -eq 1 ]
}

# usage: fails PATTERN OPTION...: a small run that ends with exit status 1 and one such line.
fails() {
    local pattern=$1
    shift
    small_arguments
    refused_like 1 "$pattern" "${arguments[@]}" "$@"
}

# usage: absent PATTERN FILE: no line of the file matches.
absent() {
    if grep -nE -- "$1" "$2"; then
        return 1
    fi
}

# usage: differ FILE FILE
differ() {
    if cmp -s "$1" "$2"; then
        echo "$1 and $2 are the same" && return 1
    fi
}

# ---- files of a run

# usage: files DIRECTORY: their names on one line, with a blank after each.
files() {
    find "$1" -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort | tr '\n' ' '
}

# usage: json FILE: its values as lines "path=value"; fails when it is not JSON.
json() {
    awk -f "$BATS_TEST_DIRNAME/json.awk" "$1"
}

# The same of a file with one JSON text a line; the line's number begins the path.
json_lines() {
    awk -v lines=1 -f "$BATS_TEST_DIRNAME/json.awk" "$1"
}

# usage: value FILE PATH
value() {
    json "$1" | sed -n "s/^$2=//p"
}

# usage: between LOW VALUE HIGH: numbers, the ends included.
between() {
    awk -v low="$1" -v value="$2" -v high="$3" \
        'BEGIN { exit !(value ~ /^-?[0-9]/ && low <= value && value <= high) }' ||
        { echo "$2 is not in $1..$3" && return 1; }
}

# usage: header FILE: the JSON header of a safetensors file.
header() {
    local length
    length=$(od -An -tu8 -N8 "$1" | tr -d ' ')
    tail -c +9 "$1" | head -c "$length"
}

# usage: tensors FILE: a line "name shape" for each tensor, the shape as 4,8,5,5. Fails when the
# file is not as long as its header says. Leaves the header, as json prints it, in the file parsed.
tensors() {
    local length end
    length=$(od -An -tu8 -N8 "$1" | tr -d ' ')
    json <(header "$1") >parsed
    end=$(sed -n 's/.*\.data_offsets\.1=//p' parsed | sort -n | tail -n 1)
    [ "$(wc -c <"$1")" -eq $((8 + length + end)) ] || { echo "$1: wrong length" && return 1; }
    awk -F= '/\.dtype=/ { sub(/\.dtype$/, "", $1); names[++n] = $1 }
        match($1, /\.shape\.[0-9]+$/) {
            name = substr($1, 1, RSTART - 1)
            shape[name] = shape[name] (shape[name] == "" ? "" : ",") $2
        }
        END { for (i = 1; i <= n; i++) print names[i] " " shape[names[i]] }' parsed | sort
}

# usage: same_run DIRECTORY DIRECTORY: the same numbers to the byte, and the same history.
same_run() {
    local file
    for file in scores.csv model.safetensors autoencoder.safetensors; do
        cmp "$1/$file" "$2/$file" || return
    done
    cmp <(without_seconds "$1/history.jsonl") <(without_seconds "$2/history.jsonl")
}

without_seconds() {
    sed 's/"seconds":[^,]*,//' "$1"
}

# ---- processes

# usage: eventually COMMAND...: until it succeeds.
eventually() {
    local end=$((SECONDS + 120))
    while [ "$SECONDS" -lt "$end" ]; do
        if "$@"; then
            return
        fi
        sleep 0.01
    done
    echo "never: $*"
    return 1
}

# usage: processes PATH: the ids of processes with an argument that begins so.
processes() {
    grep -lzE "^$1" /proc/[0-9]*/cmdline 2>/dev/null | cut -d / -f 3
}

# usage: in_training DIRECTORY
in_training() {
    grep -q '"train","epoch":[1-9][0-9],' "$1/history.jsonl" 2>/dev/null
}
