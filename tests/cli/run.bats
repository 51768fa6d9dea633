#!/usr/bin/env bats
# Whole runs, on a small data set made here: the run directory, what is written where, options that
# change the method, determinism. Interrupted runs are in resume.bats, bad input in bad_input.bats.
# shellcheck disable=SC2154 # what helpers.bash sets
load helpers

setup_file() {
    make_data
    # what runs with other options are compared with
    find_program
    cd "$BATS_FILE_TMPDIR" || return
    learns 0.9
    export default_run=$BATS_FILE_TMPDIR/run
}

setup() {
    find_program
}

# usage: learns LOWEST_AUC OPTION...: a run of ten epochs each, and its test AUC.
learns() {
    local lowest=$1
    shift
    trains --xp-dir run --force --ae-n-epochs 10 --n-epochs 10 "$@"
    between "$lowest" "$(value run/results.json auc.test)" 1
    [ "$(value run/results.json collapsed)" = false ]
}

# usage: differs LOWEST_AUC OPTION...: the same, and the scores are not those without the options.
differs() {
    learns "$@"
    differ run/scores.csv "$default_run/scores.csv"
}

# usage: auc_and_accuracy SCORES: as counted from the file.
auc_and_accuracy() {
    awk -F, 'NR > 1 { n++; right += ($4 > 0) == $3; score[n] = $4; label[n] = $3 }
        END {
            for (i = 1; i <= n; i++)
                for (j = 1; j <= n; j++)
                    if (label[i] > label[j]) {
                        pairs++
                        won += (score[i] > score[j]) + (score[i] == score[j]) / 2
                    }
            printf "%.12f %.12f\n", won / pairs, right / n
        }' "$1"
}

# usage: scores_agree DIRECTORY: AUC and accuracy in its results.json are those of its scores.csv.
scores_agree() {
    printf '%.12f %.12f\n' "$(value "$1/results.json" auc.test)" \
        "$(value "$1/results.json" accuracy.test)" | diff - <(auc_and_accuracy "$1/scores.csv")
}

# usage: last_epoch_agrees DIRECTORY EPOCH KEY...: those values in its results.json are the ones in
# line EPOCH of its history, the last of the phase.
last_epoch_agrees() {
    local directory=$1 epoch=$2 key
    shift 2
    json_lines "$directory/history.jsonl" >values
    for key; do
        [ "$(printf %.12f "$(value "$directory/results.json" "$key")")" = \
            "$(printf %.12f "$(sed -n "s/^$epoch\.$key=//p" values)")" ] ||
            { echo "$key is not that of epoch $epoch" && return 1; }
    done
}

# ---- the run directory

@test "a run leaves these files and no others" {
    trains --xp-dir run
    [ "$(files run)" = "autoencoder.safetensors config.json history.jsonl log.txt \
model.safetensors results.json scores.csv " ]
    trains --xp-dir a/b/c --out-name mine_ --save-at 2
    [ "$(files a/b/c)" = "config.json history.jsonl log.txt \
mine_autoencoder.safetensors mine_model.safetensors mine_model_epoch_2.safetensors \
results.json scores.csv " ]
    trains --xp-dir alone --loss autoencoder --save-at 2
    [ "$(files alone)" = "autoencoder.safetensors autoencoder_epoch_2.safetensors \
config.json history.jsonl log.txt results.json scores.csv " ]
}

@test "the run directory's name, when none is given" {
    trains --normal 3
    [ -e log/mnist_3vsall_one-class_seed_0/results.json ]
    trains --normal 3 --outlier 5 --hard-margin 0 --seed 7
    [ -e log/mnist_3vs5_soft-boundary_seed_7/results.json ]
}

@test "results.json has every key" {
    trains --xp-dir run --normal 2 --val-frac 0.2 --seed 4
    json run/results.json >values
    cut -d= -f1 values | grep -v '^config\.' >keys
    diff keys - <<'KEYS'
format
dataset
normal
outlier
normal_name
outlier_name
seed
method
n.train
n.val
n.test
n.test_outliers
auc.train
auc.val
auc.test
accuracy.train
accuracy.val
accuracy.test
dcae_auc.test
radius_squared
center_norm
collapsed
seconds.load
seconds.pretrain
seconds.train
seconds.test
seconds.total
peak_memory_bytes
environment.version
environment.cpu
environment.simd
environment.blas
environment.blas_core
environment.threads
KEYS
    for line in format=1 'dataset="mnist"' normal=2 outlier=-1 seed=4 'method="one-class"' \
        n.train=40 n.val=12 n.test=120 n.test_outliers=108 auc.train=null auc.val=null \
        collapsed=false environment.threads=1 'environment.version="0.2.0"'; do
        grep -qxF -- "$line" values || { echo "no $line" && return 1; }
    done
    # the radius leaves a tenth of the 40 training images outside
    between 0.9 "$(value run/results.json accuracy.train)" 0.95
    between 1e-6 "$(value run/results.json radius_squared)" 1e6
    # 32 components that are at least 0.1 from 0
    between 0.56 "$(value run/results.json center_norm)" 1e3
    between 1e6 "$(value run/results.json peak_memory_bytes)" 1e9
    # its copy of the configuration is config.json
    diff <(sed -n 's/^config\.//p' values) <(json run/config.json)
    scores_agree run
    last_epoch_agrees run 6 auc.test accuracy.train accuracy.val
    [ "$(printf %.12f "$(value run/results.json dcae_auc.test)")" = \
        "$(printf %.12f "$(sed -n 's/^3\.auc\.test=//p' values)")" ]
}

@test "config.json has every option but the switches, as resolved" {
    trains --xp-dir run --normal 8 --hard_margin=0 --lr 0.00025 --quiet
    json run/config.json >values
    "$deepsvdd" --help | sed -n 's/^  --\([a-zA-Z0-9-]*\).*/\1/p' |
        grep -vxE 'force|quiet|verbose|config|help|version' | tr - _ | sort >options
    diff <(cut -d= -f1 values | sort) options
    for line in 'dataset="mnist"' normal=8 hard_margin=0 block_coordinate=1 lr=0.00025 nu=0.1 \
        rep_dim=32 batch_size=20 'solver="adam"' 'xp_dir="run"' 'in_name=""'; do
        grep -qxF -- "$line" values || { echo "no $line" && return 1; }
    done
}

@test "a run can be had again from its config.json" {
    trains --xp-dir run --normal 4 --hard-margin 0 --nu 0.3 --lr 0.0012345678901234567
    "$deepsvdd" --config run/config.json --xp-dir again >out
    cmp run/scores.csv again/scores.csv
    diff <(json run/config.json) <(json again/config.json) | grep '^[<>]' >differences || true
    [ "$(cat differences)" = $'< xp_dir="run"\n> xp_dir="again"' ]
    # and the file alone names the run that is there
    "$deepsvdd" --config run/config.json 2>err >out
    grep -q 'already complete' err
}

@test "scores.csv: a line for each test image in file order, 9 significant digits" {
    trains --xp-dir run --normal 3
    awk -F, 'NR == 1 { if ($0 != "index,class,label,score") exit 1; next }
        NF != 4 || $1 != NR - 2 || $2 != $1 % 10 || $3 != ($2 != 3) { exit 1 }
        $4 != sprintf("%.9g", $4) || $4 !~ /^-?[0-9.]+(e[-+][0-9]+)?$/ { exit 1 }
        length($4) > 8 { long++ }
        END { exit NR != 121 || long < 60 }' run/scores.csv
    # the index is the place in the original file when only two classes take part
    trains --xp-dir two --normal 3 --outlier 5
    awk -F, 'NR > 1 && ($1 % 10 != $2 || $3 != ($2 == 5) || $1 <= last) { exit 1 }
        NR > 1 { last = $1 }
        END { exit NR != 25 || last != 115 }' two/scores.csv
    [ "$(value two/results.json n.test)" -eq 24 ]
}

@test "AUC and accuracy are those of the scores" {
    for margin in 0 1; do
        trains --xp-dir "run$margin" --normal 6 --hard-margin $margin
        scores_agree "run$margin"
    done
}

@test "history.jsonl: a line for each epoch of both phases" {
    trains --xp-dir run --val-frac 0.2 --lr-drop-in-epoch 2
    json_lines run/history.jsonl >values
    [ "$(wc -l <run/history.jsonl)" -eq 6 ]
    for phase in pretrain train; do
        for epoch in 1 2 3; do
            n=$((epoch + (${#phase} == 5 ? 3 : 0)))
            grep -qx "$n.phase=\"$phase\"" values
            grep -qx "$n.epoch=$epoch" values
            for key in seconds objective.train objective.val objective.test auc.test; do
                grep -qE "^$n\.$key=[0-9]" values || { echo "no $n.$key" && return 1; }
            done
        done
    done
    grep -qx '5.lr=0.001' values
    grep -qx '6.lr=0.0001' values
    for key in accuracy.train accuracy.val accuracy.test radius_squared; do
        [ "$(grep -cE "^[456]\.$key=[0-9]" values)" -eq 3 ]
        absent "^[123]\.$key=" values
    done
    # what is undefined is left out
    absent '(null|nan|auc.train|auc.val)' values
}

@test "without diagnostics the history has the training objective alone" {
    trains --xp-dir run --nnet-diagnostics 0 --ae-diagnostics 0
    json_lines run/history.jsonl >values
    [ "$(grep -c 'objective.train=' values)" -eq 6 ]
    absent 'auc|accuracy|objective\.test' values
    scores_agree run
    trains --xp-dir with
    cmp run/scores.csv with/scores.csv
}

@test "with the reconstruction penalty the last epoch is that of the results" {
    trains --xp-dir run --reconstruction-penalty 1 --nnet-diagnostics 1 --val-frac 0.2
    last_epoch_agrees run 6 auc.test accuracy.train accuracy.val accuracy.test
    scores_agree run
}

@test "log.txt: configuration, epochs, results" {
    trains --xp-dir run
    for line in 'rep-dim = 32' 'lr = 0.001' 'pretrain epoch 3 .*AUC' 'train epoch 3 .*R2' \
        'mnist: 60 training, 0 validation, 120 test images \(108 outliers\)' 'one-class: test AUC'; do
        grep -qE "^$line" run/log.txt || { echo "no $line" && return 1; }
    done
    [ "$(grep -c ' epoch ' run/log.txt)" -eq 6 ]
}

@test "weight files: PyTorch's names and shapes, constants, the configuration" {
    trains --xp-dir run
    tensors run/model.safetensors >model
    diff model - <<'TENSORS'
bn1.bias 8
bn1.running_mean 8
bn1.running_var 8
bn1.weight 8
bn2.bias 4
bn2.running_mean 4
bn2.running_var 4
bn2.weight 4
center 32
conv1.weight 8,1,5,5
conv2.weight 4,8,5,5
dense1.weight 32,196
input_max 
input_min 
radius_squared 
TENSORS
    sed -n 's/^__metadata__\.config=//p' parsed | sed 's/^"//; s/"$//; s/\\"/"/g' >config
    diff <(json config) <(json run/config.json)
    tensors run/autoencoder.safetensors >autoencoder
    for name in conv1.weight dense1.weight input_min decoder.conv1.weight; do
        grep -q "^$name " autoencoder || { echo "no $name" && return 1; }
    done
    absent '^(center|radius_squared)' autoencoder
}

# ---- once and again

@test "a finished run is not repeated, but with --force" {
    trains --xp-dir run
    touch -d '2001-01-01' run/*
    find run -type f -newermt '2002-01-01' >changed
    [ ! -s changed ]
    mv out first
    trains --xp-dir run --threads 2
    find run -type f -newermt '2002-01-01' >changed
    [ ! -s changed ]
    cmp out first
    [ "$(cat err)" = "deepsvdd: already complete; --force runs it again" ]
    trains --xp-dir run --quiet
    [ ! -s err ]
    cp run/scores.csv before
    trains --xp-dir run --force
    [ ! -s err ]
    find run -type f -newermt '2002-01-01' >changed
    [ "$(wc -l <changed)" -eq 7 ]
    cmp run/scores.csv before
}

@test "a run with other options is refused in its directory, by the name of the option" {
    trains --xp-dir run
    cp -r run before
    for option in "seed 1" "normal 3" "lr 0.01" "hard-margin 0" "nu 0.2" "n-epochs 4" \
        "kernel blas" "out-name x"; do
        # shellcheck disable=SC2086
        refused_like 2 "run: holds a run with another --${option% *}; *--force*" --config \
            run/config.json --$option
    done
    diff -r run before
    trains --xp-dir run --seed 1 --save-at 1 --force
    [ "$(value run/results.json seed)" -eq 1 ]
    [ -e run/model_epoch_1.safetensors ]
    trains --xp-dir run --force
    [ ! -e run/model_epoch_1.safetensors ]
    cmp run/scores.csv before/scores.csv
}

@test "--force removes nothing when the run cannot start" {
    trains --xp-dir run
    cp -r run before
    fails "*fewer than one batch of 61*" --xp-dir run --batch-size 61 --force
    diff -r run before
}

@test "a run that failed before its first epoch does not stand in the way of another" {
    fails "*nothing: cannot open the file*" --xp-dir run --in-name nothing
    trains --xp-dir run
}

@test "the files of others are not overwritten" {
    for file in log.txt config.json results.json; do
        mkdir "$file.dir"
        echo mine >"$file.dir/$file"
        fails "$file.dir*$file*--force*" --xp-dir "$file.dir"
        [ "$(cat "$file.dir/$file")" = mine ]
        [ "$(ls -A "$file.dir")" = "$file" ]
    done
}

@test "damaged files of a run are named, and --force mends them" {
    trains --xp-dir run
    cp -r run good
    echo '{"format": 1' >run/results.json
    fails "run/results.json: *not valid JSON*--force*" --xp-dir run
    echo '[]' >run/results.json
    fails "run/results.json: *--force*" --xp-dir run
    grep -v '"auc"' good/results.json | head -c 40 >run/results.json
    fails "run/results.json: *--force*" --xp-dir run
    sed 's/"auc"/"cua"/' good/results.json >run/results.json
    fails "run/results.json: *--force*" --xp-dir run
    cp good/results.json run/results.json
    echo 'lr = 3' >run/config.json
    fails "run/config.json: *not valid JSON*--force*" --xp-dir run
    echo '{"lr": 3}' >run/config.json
    fails "run/config.json: *--force*" --xp-dir run
    trains --xp-dir run --force
    cmp run/scores.csv good/scores.csv
}

# ---- determinism

@test "any number of threads gives the same numbers to the byte" {
    for kernel in auto blas; do
        for options in "--hard-margin 1" "--hard-margin 0 --val-frac 0.2 --shuffle sample"; do
            # shellcheck disable=SC2086
            for threads in 1 2 3; do
                trains --xp-dir run --kernel $kernel $options --threads $threads --force
                mv run "run$threads"
                rm -f "run$threads/results.json"
            done
            for threads in 2 3; do
                cmp run1/scores.csv "run$threads/scores.csv"
                cmp <(without_seconds run1/history.jsonl) <(without_seconds "run$threads/history.jsonl")
                cmp <(tail -c 25000 run1/model.safetensors) <(tail -c 25000 "run$threads/model.safetensors")
            done
            rm -r run1 run2 run3
        done
    done
}

@test "the same seed gives the same run, another seed another" {
    for kernel in auto blas; do
        trains --xp-dir run --kernel $kernel --seed 5
        mv run first
        trains --xp-dir run --kernel $kernel --seed 5
        same_run run first
        trains --xp-dir run --kernel $kernel --seed 6 --force
        differ run/scores.csv first/scores.csv
        rm -r run first
    done
}

@test "kernels agree with one another" {
    trains --xp-dir auto
    trains --xp-dir blas --kernel blas
    paste -d, auto/scores.csv blas/scores.csv | awk -F, 'NR > 1 {
            difference = $4 - $8
            if (difference < 0) difference = -difference
            if (difference > 0.01) { print; bad = 1 }
        }
        END { exit bad || NR != 121 }'
}

# ---- what options do

@test "one-class, soft-boundary and autoencoder learn" {
    for class in 0 4; do
        learns 0.9 --normal $class
        [ "$(value run/results.json method)" = '"one-class"' ]
        learns 0.5 --normal $class --hard-margin 0
        [ "$(value run/results.json method)" = '"soft-boundary"' ]
        learns 0.5 --normal $class --hard-margin 0 --block-coordinate 0
        learns 0.9 --normal $class --loss autoencoder
        [ "$(value run/results.json method)" = '"dcae"' ]
    done
    [ "$(value run/results.json radius_squared)" = null ]
    [ "$(value run/results.json accuracy.test)" = null ]
    [ "$(value run/results.json auc.test)" = "$(value run/results.json dcae_auc.test)" ]
    absent '"phase":"train"' run/history.jsonl
    learns 0.9 --normal -1 --outlier 3
    [ "$(value run/results.json n.train)" -eq 540 ]
    [ "$(value run/results.json n.test_outliers)" -eq 12 ]
}

@test "networks with and without biases, batch normalisation and its scales, leaky or not" {
    for options in "--bias 1" "--use-batch-norm 0" "--bn-affine 0" "--leaky-relu 0" "--rep-dim 16" \
        "--weight-dict-init 0" "--use-batch-norm 0 --bias 1 --leaky-relu 0"; do
        # shellcheck disable=SC2086
        differs 0.5 $options
    done
    learns 0.5 --bn-affine 0
    tensors run/model.safetensors >names
    grep -q '^bn1.running_var' names
    absent '^bn1\.(weight|bias)' names
    learns 0.5 --pretrain 0 --rep-dim 5
    tensors run/model.safetensors | grep -qx 'dense1.weight 5,196'
    learns 0.5 --bias 1 --use-batch-norm 0
    tensors run/model.safetensors >names
    grep -qx 'conv1.bias 8' names
    absent '^bn' names
}

@test "training: no pretraining, samples shuffled, centre and radius as told" {
    differs 0.5 --pretrain 0
    [ ! -e run/autoencoder.safetensors ]
    [ "$(value run/results.json dcae_auc.test)" = null ]
    differs 0.5 --shuffle sample
    differs 0.5 --c-mean-init 0
    # 32 components of 0.5
    between 2.828 "$(value run/results.json center_norm)" 2.829
    differs 0.5 --c-mean-init-n-batches 1
    differs 0.5 --gcn 0
    differs 0.5 --unit-norm-used std
    differs 0.5 --unit-norm-used l2
    differs 0.5 --batch-size 7
    [ "$(value run/results.json n.train)" -eq 56 ]
    # all training images inside, or about half
    learns 0.5 --nu 0.001
    between 0.98 "$(value run/results.json accuracy.train)" 1
    learns 0.5 --nu 0.5
    between 0.48 "$(value run/results.json accuracy.train)" 0.52
}

@test "no epochs: the initial network is evaluated" {
    trains --xp-dir run --n-epochs 0 --pretrain 0
    [ ! -s run/history.jsonl ]
    scores_agree run
    trains --xp-dir after --n-epochs 0
    [ "$(grep -c pretrain after/history.jsonl)" -eq 3 ]
    absent '"phase":"train"' after/history.jsonl
}

@test "outliers mixed in and images held out" {
    trains --xp-dir run --out-frac 0.1 --val-frac 0.25
    # ceil(0.1 * 60 / 0.9) = 7 outliers; 15 and 2 are held out; 50 remain, two batches of 20
    [ "$(value run/results.json n.val)" -eq 17 ]
    [ "$(value run/results.json n.train)" -eq 40 ]
    last_epoch_agrees run 6 auc.train auc.val auc.test
    json_lines run/history.jsonl >values
    [ "$(grep -cE '\.auc\.(train|val)=' values)" -ge 6 ]
}

@test "--in-name starts from another run's weights" {
    trains --xp-dir first --ae-n-epochs 10
    trains --xp-dir second --in-name first/autoencoder.safetensors --ae-n-epochs 10
    [ ! -e second/autoencoder.safetensors ]
    absent pretrain second/history.jsonl
    # the same weights after the same pretraining
    cmp first/scores.csv second/scores.csv
    trains --xp-dir third --in-name first/model.safetensors --n-epochs 0
    trains --xp-dir fourth --loss autoencoder --in-name first/autoencoder.safetensors --ae-n-epochs 0
    [ "$(value fourth/results.json auc.test)" = "$(value first/results.json dcae_auc.test)" ]
}

@test "--save-at saves what a shorter run ends with" {
    trains --xp-dir long --save-at 2
    trains --xp-dir short --n-epochs 2
    # the networks, after headers that differ
    cmp <(tail -c 25000 long/model_epoch_2.safetensors) <(tail -c 25000 short/model.safetensors)
    differ <(tail -c 25000 long/model.safetensors) <(tail -c 25000 short/model.safetensors)
}

@test "a collapsed sphere is noticed" {
    for options in "" "--nnet-diagnostics 0"; do
        # Dead units and biases: a constant network.
        # shellcheck disable=SC2086
        trains --xp-dir run --force --pretrain 0 --bias 1 --use-batch-norm 0 --leaky-relu 0 \
            --lr 0.1 --n-epochs 5 $options
        [ "$(value run/results.json collapsed)" = true ]
        grep -q '^deepsvdd: warning: .*collapsed' err
        grep -qi 'collapse' run/log.txt
        grep -q 'test AUC' out
    done
}

@test "a test set without outliers is an error" {
    cp -r "$data" without
    labels=without/t10k-labels-idx1-ubyte
    { head -c 8 "$data/${labels#*/}" && tail -c +9 "$data/${labels#*/}" | tr '\003' '\004'; } >$labels
    fails "no outliers (class 3) in the test split: choose another class" --data-dir without --xp-dir run --outlier 3
}

@test "OpenBLAS's own threads do not change the numbers of the blas kernels" {
    # It divides the work of large matrices only: two batches of 200 of the 540 images.
    for n in 1 2; do
        OPENBLAS_NUM_THREADS=$n trains --xp-dir "run$n" --kernel blas --threads 1 \
            --batch-size 200 --normal -1 --outlier 3
    done
    cmp run1/scores.csv run2/scores.csv
}

@test "a weight file is read by Python, from its description alone" {
    [ -x /usr/bin/python3 ] || skip "no /usr/bin/python3"
    trains --xp-dir run
    /usr/bin/python3 - run/model.safetensors run/config.json <<'PYTHON'
import json
import struct
import sys

with open(sys.argv[1], "rb") as file:
    content = file.read()
(length,) = struct.unpack("<Q", content[:8])
header = json.loads(content[8 : 8 + length].decode("utf-8"))
metadata = header.pop("__metadata__")
data = content[8 + length :]

end = 0
for name, tensor in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    n = 1
    for size in tensor["shape"]:
        n *= size
    assert tensor["dtype"] == "F32", name
    assert tensor["data_offsets"] == [end, end + 4 * n], name
    end += 4 * n
assert end == len(data), (end, len(data))

begin, end = header["conv1.weight"]["data_offsets"]
assert header["conv1.weight"]["shape"] == [8, 1, 5, 5]
weights = struct.unpack("<200f", data[begin:end])
assert all(-10 < w < 10 for w in weights) and len(set(weights)) > 190

assert all(type(value) is str for value in metadata.values())
with open(sys.argv[2], encoding="utf-8") as file:
    assert json.loads(metadata["config"]) == json.load(file)
PYTHON
}

# ---- what goes where

@test "results on standard output, silence on standard error when it is no terminal" {
    trains --xp-dir run --normal 2
    [ ! -s err ]
    grep -qx 'mnist, normal: 2, outlier: all others, one-class, seed 0' out
    grep -qE '^test AUC: [0-9.]+ %$' out
    grep -qx 'run directory: run' out
    trains --xp-dir quiet --normal 2 --quiet
    [ ! -s err ]
    [ "$(cat out)" = "$(grep '^test AUC: ' run/../out)" ]
    [ "$(wc -l <out)" -eq 1 ]
    trains --xp-dir loud --normal 2 --verbose
    [ "$(grep -c '^pretrain  epoch [123]/3  loss ' err)" -eq 3 ]
    [ "$(grep -c '^train  epoch [123]/3  loss ' err)" -eq 3 ]
    absent $'[\033\r]' err
}

@test "a terminal shows one progress line; colours unless NO_COLOR" {
    command -v script >/dev/null || skip "no script(1)"
    unset NO_COLOR
    small_arguments
    printf '%q ' "$deepsvdd" "${arguments[@]}" --xp-dir run --n-epochs 30 >line
    for setting in TERM=xterm NO_COLOR=1 TERM=dumb; do
        rm -rf run
        env TERM=xterm "$setting" script -qec "$(cat line) >out" /dev/null >screen </dev/null
        tr '\r' '\n' <screen | sed $'s/\033\\[[0-9]*m//g' >lines
        grep -qE '^pretrain  epoch 3/3  loss [0-9.]+  AUC [0-9.]+ %  ' lines
        grep -qE '^train  epoch 30/30  loss [0-9.]+  AUC [0-9.]+ %  [0-9]+s left *$' lines
        [ "$(wc -l <screen)" -eq 0 ]
        if [ "$setting" = TERM=xterm ]; then
            grep -q $'\033' screen
        else
            absent $'\033' screen
        fi
        grep -q '^test AUC' out
        absent $'[\033\r]' out
        absent $'[\033\r]' run/log.txt
    done
}

# ---- names of files

@test "a name that leaves no room for those of the weight files is refused, and the longest fits" {
    long=$(printf 'a%.0s' {1..198})
    deep=$(printf 'd%.0s' {1..198})
    deep=$deep/$deep/$deep/$deep/$deep # 994
    small_arguments
    refused_like 2 "--out-name aaa*...: has 199 bytes; more than 198 do not fit before *" \
        "${arguments[@]}" --xp-dir "run/$deep" --out-name "a$long"
    [ ! -e run ]
    trains --xp-dir "r/$deep" --out-name "$long" --ae-n-epochs 1 --n-epochs 1 --save-at 1
    for name in autoencoder model model_epoch_1; do
        [ -s "r/$deep/$long$name.safetensors" ]
    done
    tensors "r/$deep/${long}autoencoder.safetensors" | grep -q '^decoder\.conv1\.weight '
    tensors "r/$deep/${long}model.safetensors" | grep -q '^center '
}

@test "--force with another --out-name leaves nothing of the earlier run" {
    trains --xp-dir run --out-name first_ --save-at 1
    touch run/first_notes.txt run/model.safetensors run/first_model_epoch_x.safetensors
    trains --xp-dir run --out-name second_ --force
    [ "$(files run)" = "config.json first_model_epoch_x.safetensors first_notes.txt history.jsonl log.txt \
model.safetensors results.json scores.csv second_autoencoder.safetensors second_model.safetensors " ]
    rm run/first_* run/model.safetensors
    trains --xp-dir run --force
    [ "$(files run)" = "autoencoder.safetensors config.json history.jsonl log.txt model.safetensors \
results.json scores.csv " ]
    trains --xp-dir run --out-name third_ --force
    [ "$(files run)" = "config.json history.jsonl log.txt results.json scores.csv \
third_autoencoder.safetensors third_model.safetensors " ]
}
