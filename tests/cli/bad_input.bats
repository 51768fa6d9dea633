#!/usr/bin/env bats
# Bad input and failing surroundings: each gets one line on standard error that says what and where,
# and a non-zero exit status. Usage errors are in options.bats.
# shellcheck disable=SC2154 # what helpers.bash sets
load helpers

setup_file() {
    make_data
}

setup() {
    find_program
}

# usage: copy_data: a copy of the data set to damage, in bad/.
copy_data() {
    rm -rf bad
    cp -r "$data" bad
}

# usage: patch FILE OFFSET BYTES: overwrites bytes, given as for printf.
patch() {
    # shellcheck disable=SC2059
    printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# usage: damaged_by PATTERN [OPTION...]: a run on bad/ fails with that message and leaves nothing behind.
damaged_by() {
    local pattern=$1
    shift
    rm -rf run
    fails "$pattern" --data-dir bad --xp-dir run "$@"
    [ -z "$(ls -A run)" ]
}

images=train-images-idx3-ubyte
labels=train-labels-idx1-ubyte
get_again=" (scripts/get_data.sh mnist gets it)"
another=": it is another file or damaged$get_again"

# ---- data

@test "the data set, gzipped or plain, is the same" {
    copy_data
    gzip bad/$images bad/t10k-labels-idx1-ubyte
    trains --data-dir bad --xp-dir zipped
    trains --xp-dir plain
    cmp zipped/scores.csv plain/scores.csv
    mkdir deeper && mv bad deeper/mnist
    trains --data-dir deeper --xp-dir deep
    cmp deep/scores.csv plain/scores.csv
}

@test "missing data" {
    mkdir bad
    damaged_by "MNIST not found: looked in bad, bad/mnist; get it with scripts/get_data.sh mnist, or name the \
directory that holds it with --data-dir"
    damaged_by "MNIST not found: looked in nowhere, nowhere/mnist; *" --data-dir nowhere
    copy_data
    rm bad/t10k-labels-idx1-ubyte
    damaged_by "MNIST not found: looked in bad (lacks t10k-labels-idx1-ubyte), *; get it with *"
}

@test "datasets: damaged files are not present" {
    copy_data
    "$deepsvdd" datasets --data-dir bad | grep -qE '^mnist +present +bad$'
    : >bad/$images
    "$deepsvdd" datasets --data-dir bad | grep -qE "^mnist +damaged +bad/$images: 0 bytes"
}

@test "truncated and corrupt gzip" {
    copy_data
    gzip bad/*
    size=$(wc -c <bad/$images.gz)
    cp bad/$images.gz whole
    for part in 5 30 $((size / 2)) $((size - 1)); do
        head -c "$part" whole >bad/$images.gz
        damaged_by "bad/$images.gz: the gzip data ends early; *: get it again$get_again"
    done
    cp whole bad/$images.gz
    patch bad/$images.gz $((size / 2)) '\125\252\125\252'
    damaged_by "bad/$images.gz: * corrupt *: get the file again$get_again"
    cp whole bad/$images.gz
    patch bad/$images.gz $((size - 6)) '\001\002'
    damaged_by "bad/$images.gz: * corrupt *: get the file again$get_again"
    cp whole bad/$images.gz
    echo rubbish >>bad/$images.gz
    damaged_by "bad/$images.gz: * corrupt: get it again$get_again"
}

@test "truncated, lengthened and empty plain files" {
    copy_data
    truncate -s -1 bad/$images
    damaged_by "bad/$images: * cut off: get it again$get_again"
    copy_data
    echo >>bad/$labels
    damaged_by "bad/$labels: * corrupt: get it again$get_again"
    copy_data
    : >bad/$images
    damaged_by "bad/$images: 0 bytes are too few *"
}

@test "wrong magic numbers, types and numbers of dimensions" {
    copy_data
    patch bad/$images 0 '\377'
    damaged_by "bad/$images: not an IDX file (magic number ff000803): get it again$get_again"
    copy_data
    patch bad/$images 2 '\015'
    damaged_by "bad/$images: IDX values of type 0x0d cannot be read, *: is it the right file?$get_again"
    copy_data
    cp bad/$labels bad/$images
    damaged_by "bad/$images: *: is it the right file?$get_again"
    copy_data
    cp bad/$images bad/$labels
    damaged_by "bad/$labels: *: is it the right file?$get_again"
}

@test "dimensions that overflow, that are nothing, that are others" {
    copy_data
    patch bad/$images 4 '\377\377\377\377\377\377\377\377\377\377\377\377'
    damaged_by "bad/$images: the dimensions of the IDX array are absurd; *"
    # 2^32 * 2^32 * 2^31 and the like come out as 0 when they are not checked
    patch bad/$images 4 '\200\000\000\000\200\000\000\000\000\000\000\004'
    damaged_by "bad/$images: the dimensions of the IDX array are absurd; *"
    copy_data
    patch bad/$images 8 '\000\000\000\016\000\000\000\070'
    damaged_by "bad/$images: images are 14x56 pixels, not 28x28$another"
    head -c 16 "$data/$images" >bad/$images
    patch bad/$images 4 '\000\000\000\000'
    damaged_by "bad/$images: holds no images$another"
}

@test "labels that do not fit" {
    copy_data
    patch bad/$labels 7 '\127'
    truncate -s -1 bad/$labels
    damaged_by "bad/$labels: holds 599 labels for 600 images$another"
    copy_data
    patch bad/$labels 100 '\012'
    damaged_by "bad/$labels: label 10 of image 92 is above 9$another"
    copy_data
    patch bad/t10k-labels-idx1-ubyte 127 '\377'
    damaged_by "bad/t10k-labels-idx1-ubyte: label 255 of image 119 is above 9$another"
}

# usage: replace_class FILE FROM TO: changes labels, given as for tr.
replace_class() {
    { head -c 8 "$1" && tail -c +9 "$1" | tr "$2" "$3"; } >changed
    mv changed "$1"
}

@test "empty classes" {
    copy_data
    replace_class bad/$labels '\000' '\001'
    damaged_by "no normal images (class 0) in the training split: choose another class"
    copy_data
    replace_class bad/t10k-labels-idx1-ubyte '\000' '\001'
    damaged_by "no normal images (class 0) in the test split: choose another class"
    copy_data
    replace_class bad/t10k-labels-idx1-ubyte '\003' '\001'
    fails "no outliers (class 3) in the test split: choose another class" --data-dir bad --xp-dir run --outlier 3
}

@test "a file that is a directory or a pipe does not hang the program" {
    copy_data
    rm bad/$images && mkdir bad/$images
    damaged_by "bad/$images: this is a directory: name a file"
    copy_data
    rm bad/$images && mkfifo bad/$images
    damaged_by "bad/$images: not a regular file: *"
}

@test "images that are all alike" {
    copy_data
    { head -c 16 "$data/$images" && head -c $((600 * 784)) /dev/zero; } >bad/$images
    damaged_by "all pixels of all training images are 0 after preprocessing: there is nothing to learn from"
}

@test "too few images for a batch, too few outliers for the fraction" {
    fails "--batch-size: the training set has 60 images *, fewer than one batch of 61: *at most 60" \
        --xp-dir run --batch-size 61
    fails "--batch-size: the training set has 48 images *, fewer than one batch of 50: *at most 48" \
        --xp-dir run --batch-size 50 --val-frac 0.2
    fails "--out-frac: a fraction of 0.99 asks for 5940 outliers *: choose a smaller one" \
        --xp-dir run --out-frac 0.99
    fails "--val-frac: a fraction of 0.999 holds out all 60 *: choose a smaller one" \
        --xp-dir run --val-frac 0.999
}

# ---- weights

@test "weights of another network, damaged weights, no weights" {
    trains --xp-dir first
    fails "first/model.safetensors: dense1.weight is (32, 196) there and (16, 196) in this *" \
        --xp-dir run --in-name first/model.safetensors --rep-dim 16
    fails "first/model.safetensors: has no conv1.bias: *another network" \
        --xp-dir run --in-name first/model.safetensors --bias 1
    fails "first/model.safetensors: has bn1.weight, which this network has not: *" \
        --xp-dir run --in-name first/model.safetensors --bn-affine 0
    fails "first/model.safetensors: has no decoder.*: *another network" \
        --xp-dir run --in-name first/model.safetensors --loss autoencoder
    fails "nowhere: cannot open the file: No such file or directory: check the name" \
        --xp-dir run --in-name nowhere
    fails "first: this is a directory: *" --xp-dir run --in-name first
    fails "first/config.json: not a safetensors file *" --xp-dir run --in-name first/config.json
    size=$(wc -c <first/model.safetensors)
    for part in 0 7 100 $((size - 1)); do
        head -c "$part" first/model.safetensors >damaged
        fails "damaged: not a safetensors file *" --xp-dir run --in-name damaged
    done
    cp first/model.safetensors damaged
    patch damaged 0 '\377\377\377\377\377\377\377\377'
    fails "damaged: not a safetensors file *" --xp-dir run --in-name damaged
}

# ---- the run directory

@test "run directories that cannot be" {
    : >file
    fails "file: a file of this name stands where a directory is needed: *" --xp-dir file
    fails "file: a file of this name stands where a directory is needed: *" --xp-dir file/run
    [ -d /proc/self ] || skip "no /proc"
    fails "/proc/run: cannot make the directory: *: check the name" --xp-dir /proc/run
}

@test "a run directory without permission" {
    [ "$(id -u)" -ne 0 ] || skip "root may write everywhere"
    mkdir -m 555 closed
    fails "closed/run: cannot make the directory: Permission denied: choose another place or change *" \
        --xp-dir closed/run
    fails "closed/config.json: *Permission denied: choose another place or change *" --xp-dir closed
}

@test "a full disk: one line, nothing half-written, and the run goes on when there is room" {
    trains --xp-dir run --n-epochs 20
    mv run whole
    # A limit on the size of files fails at other places, but in the same way. In KB.
    for limit in 1 2 4 20 40; do
        rm -rf run
        got=0
        (ulimit -f $limit && small --xp-dir run --n-epochs 20) >out 2>err || got=$?
        echo "$limit KB: status $got: $(cat err)"
        [ "$got" -eq 1 ]
        [ ! -s out ]
        grep -qE '^deepsvdd: ((pre)?train: )?run/[a-z.]*: cannot write.*: File too large: raise the limit' err
        [ "$(wc -l <err)" -eq 1 ]
        [ -z "$(find . -name '*.tmp')" ]
        [ ! -e run/results.json ]
        [ ! -e run/history.jsonl ] || json_lines run/history.jsonl >values
        trains --xp-dir run --n-epochs 20
        same_run run whole
    done
}

@test "results that cannot be printed are kept" {
    [ -w /dev/full ] || skip "no /dev/full"
    got=0
    small --xp-dir run >/dev/full 2>err || got=$?
    [ "$got" -eq 1 ]
    grep -q 'cannot write to standard output' err
    trains --xp-dir run
    grep -q 'already complete' err
    # nor does a reader of the progress that leaves end the run
    small --xp-dir other --verbose 2>&1 >out | head -n 1
    cmp run/scores.csv other/scores.csv
}

@test "a damaged or foreign checkpoint" {
    trains --xp-dir run
    mv run good
    for content in rubbish "" model; do
        cp -r good run
        rm run/results.json
        if [ "$content" = model ]; then
            cp good/model.safetensors run/checkpoint.safetensors
        else
            printf '%s' "$content" >run/checkpoint.safetensors
        fi
        fails "run/checkpoint.safetensors: *remove it or use --force to start again" --xp-dir run
        [ ! -e run/results.json ]
        trains --xp-dir run --force
        cmp run/scores.csv good/scores.csv
        rm -r run
    done
}

# ---- training that goes wrong

@test "a loss that is infinite or NaN: the run stops, says the epoch and keeps the history" {
    fails "train: the loss is * in epoch 1, batch 2 of 3: training diverged; *learning rate" \
        --xp-dir run --lr 1e30
    [ "$(grep -c '"phase":"pretrain"' run/history.jsonl)" -eq 3 ]
    grep -q 'training diverged' run/log.txt
    [ ! -e run/results.json ]
    # the same command says the same again
    fails "train: the loss is * in epoch 1, *" --xp-dir run --lr 1e30
    [ "$(wc -l <run/history.jsonl)" -eq 3 ]
    fails "pretrain: the loss is * in epoch 1, batch 2 of 3: *" --xp-dir pretrain --ae-lr 1e30
    # one step an epoch: the scores show it first
    for objective in "--hard-margin 1" "--hard-margin 0" "--loss autoencoder --ae-lr 1e30"; do
        # shellcheck disable=SC2086
        fails "*: epoch 1: *: the loss of an image is *: training diverged; *" \
            --xp-dir steps --force --lr 1e30 --batch-size 60 $objective
        [ ! -e steps/results.json ]
    done
    fails "*training diverged*" --xp-dir last --lr 1e30 --batch-size 60 --n-epochs 1 \
        --nnet-diagnostics 0
    [ ! -e last/results.json ]
}
