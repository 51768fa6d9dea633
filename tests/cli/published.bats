#!/usr/bin/env bats
# The published scripts and the experiments: how their arguments become options, in what order the
# runs of an experiment start, and what happens when one fails or all are interrupted. The program is
# a fake that notes its arguments, but for the last tests.
# shellcheck disable=SC2030,SC2031,SC2154

setup() {
    load scripts
    find_project
    unset XP_ROOT
}

published="mnist_svdd mnist_cae cifar10_svdd cifar10_cae gtsrb_svdd gtsrb_cae"

# ---- usage

# usage: wrong_count N_ARGUMENTS N_EXPECTED SCRIPT
wrong_count() {
    # shellcheck disable=SC2046
    run "$root/scripts/$3.sh" $(seq "$1")
    echo "$3: $output"
    [ "$status" -eq 2 ]
    [[ $output == *"$1 arguments given, $2 expected"* ]]
    [[ $output == *"usage: $3.sh device xp_dir seed solver lr n_epochs"* ]]
}

@test "a wrong number of arguments prints the usage and exits 2" {
    for script in $published; do
        run "$root/scripts/$script.sh"
        [ "$status" -eq 2 ]
    done
    wrong_count 10 11 mnist_svdd
    wrong_count 9 8 mnist_cae
    wrong_count 13 14 cifar10_svdd
    wrong_count 10 9 cifar10_cae
    wrong_count 10 11 gtsrb_svdd
    wrong_count 7 6 gtsrb_cae
}

@test "the experiments take no arguments, and a sensible number of jobs" {
    for experiment in mnist cifar10 gtsrb; do
        run "$root/experiments/${experiment}_svdd_exp.sh" extra
        [ "$status" -eq 2 ]
        [[ $output == *"1 arguments given, none expected"*"usage: ${experiment}_svdd_exp.sh"* ]]
        for jobs in 0 -1 two 1.5 1234567; do
            JOBS=$jobs run "$root/experiments/${experiment}_svdd_exp.sh"
            [ "$status" -eq 2 ]
            [ "$output" = "${experiment}_svdd_exp.sh: JOBS=$jobs: must be an integer in 1..999999" ]
        done
    done
}

@test "--help goes to standard output and exits 0" {
    for script in $published; do
        "$root/scripts/$script.sh" --help >help 2>/dev/null
        grep -q "^usage: $script.sh device xp_dir" help
    done
    for experiment in mnist cifar10 gtsrb; do
        "$root/experiments/${experiment}_svdd_exp.sh" --help >help 2>/dev/null
        grep -q "^usage: ${experiment}_svdd_exp.sh$" help
        grep -q "^  JOBS " help
        grep -q "^  XP_ROOT " help
    done
}

# ---- published scripts

# usage: gives "OPTION..." SCRIPT ARGUMENT...: the script calls the program, in any directory, with
# these options and no others.
gives() {
    local expected=$1 script=$2
    shift 2
    DEEPSVDD=/bin/echo run "$root/scripts/$script" "$@"
    echo "$script: $output"
    echo "expected: $expected"
    [ "$status" -eq 0 ]
    [ "$output" = "$expected" ]
}

@test "mnist_svdd.sh turns its arguments into options" {
    gives "--dataset mnist --loss svdd --data_dir $root/data --device cpu \
--xp_dir $root/log/mnist/deepSVDD/3vsall/seed_7 --seed 7 --solver sgd --lr 0.001 --n_epochs 20 \
--hard_margin 1 --block_coordinate 0 --pretrain 0 --mnist_normal 3 --mnist_outlier -1" \
        mnist_svdd.sh cpu mnist/deepSVDD/3vsall/seed_7 7 sgd 0.001 20 1 0 0 3 -1
}

@test "mnist_cae.sh trains the autoencoder with its arguments; DEEPSVDD_OPTIONS come last" {
    export DEEPSVDD_OPTIONS="--quiet --threads 2"
    gives "--dataset mnist --loss autoencoder --ae_lr_drop 1 --ae_lr_drop_in_epoch 150 \
--ae_lr_drop_factor 10 --ae_weight_decay 1 --ae_C 1e3 --mnist_rep_dim 32 --data_dir $root/data \
--device cpu --xp_dir $root/log/mnist/cae/3vsall/seed_7 --seed 7 --ae_solver adam --ae_lr 0.0001 \
--ae_n_epochs 250 --mnist_normal 3 --mnist_outlier -1 --quiet --threads 2" \
        mnist_cae.sh cpu mnist/cae/3vsall/seed_7 7 adam 0.0001 250 3 -1
}

@test "cifar10_svdd.sh turns its arguments into options" {
    gives "--dataset cifar10 --loss svdd --pretrain 0 --data_dir $root/data --device cpu \
--xp_dir $root/log/a/b --seed 7 --solver sgd --lr 0.001 --n_epochs 20 --nu 0.2 --hard_margin 0 \
--center_fixed 0 --block_coordinate 1 --in_name $root/log/a/weights.safetensors \
--cifar10_architecture 2 --cifar10_normal 8 --cifar10_outlier 3" \
        cifar10_svdd.sh cpu a/b 7 sgd 0.001 20 0.2 0 0 1 a/weights.safetensors 2 8 3
}

@test "cifar10_cae.sh trains the autoencoder with its arguments" {
    gives "--dataset cifar10 --loss autoencoder --ae_lr_drop 1 --ae_lr_drop_in_epoch 250 \
--ae_lr_drop_factor 10 --ae_weight_decay 1 --ae_C 1e6 --data_dir $root/data --device cpu \
--xp_dir $root/log/a/b --seed 7 --ae_solver adam --ae_lr 0.0001 --ae_n_epochs 350 \
--cifar10_architecture 3 --cifar10_normal 8 --cifar10_outlier -1" \
        cifar10_cae.sh cpu a/b 7 adam 0.0001 350 3 8 -1
}

@test "gtsrb_svdd.sh and gtsrb_cae.sh have neither architecture nor classes" {
    gives "--dataset gtsrb --loss svdd --pretrain 0 --data_dir $root/data --device cpu \
--xp_dir $root/log/a/b --seed 7 --solver adam --lr 0.0001 --n_epochs 150 --nu 0.1 --hard_margin 1 \
--center_fixed 1 --block_coordinate 0 --in_name $root/log/a/weights.safetensors" \
        gtsrb_svdd.sh cpu a/b 7 adam 0.0001 150 0.1 1 1 0 a/weights.safetensors
    gives "--dataset gtsrb --loss autoencoder --ae_lr_drop 1 --ae_lr_drop_in_epoch 250 \
--ae_lr_drop_factor 10 --ae_weight_decay 1 --ae_C 1e6 --data_dir $root/data --device cpu \
--xp_dir $root/log/a/b --seed 7 --ae_solver adam --ae_lr 0.0001 --ae_n_epochs 350" \
        gtsrb_cae.sh cpu a/b 7 adam 0.0001 350
}

@test "in_name names a weight file, a run directory with an autoencoder, or nothing" {
    copy_project
    fake deepsvdd <<'END'
while [ "$1" != --in_name ]; do shift; done
printf '<%s><%s><%s>' "$1" "$2" "$3"
END
    mkdir -p "project/log/cae/run 1"
    for case in "run 1=/run 1/autoencoder.safetensors" "run 1/=/run 1/autoencoder.safetensors" \
        "missing=/missing" "="; do
        expected=${case#*=}
        in_name=${case%%=*}
        DEEPSVDD=$tmp/bin/deepsvdd run project/scripts/cifar10_svdd.sh \
            cpu a/b 7 adam 0.0001 20 0.1 1 1 0 "${in_name:+cae/}$in_name" 3 8 -1
        [ "$output" = "<--in_name><${expected:+$tmp/project/log/cae}$expected><--cifar10_architecture>" ]
    done
}

@test "XP_ROOT is where runs and in_name are instead of log/" {
    export XP_ROOT=trial
    mkdir -p trial/cae/run
    gives "--dataset cifar10 --loss svdd --pretrain 0 --data_dir $root/data --device cpu \
--xp_dir trial/a/b --seed 7 --solver adam --lr 0.001 --n_epochs 20 --nu 0.2 --hard_margin 1 \
--center_fixed 1 --block_coordinate 0 --in_name trial/cae/run/autoencoder.safetensors \
--cifar10_architecture 3 --cifar10_normal 8 --cifar10_outlier -1" \
        cifar10_svdd.sh cpu a/b 7 adam 0.001 20 0.2 1 1 0 cae/run 3 8 -1
}

@test "the scripts say so when the program is not built" {
    DEEPSVDD=$tmp/nothing run "$root/scripts/mnist_cae.sh" cpu a/b 7 adam 0.0001 250 3 -1
    [ "$status" -eq 1 ]
    [[ $output == *"run make"* ]]
    DEEPSVDD=$tmp/nothing run "$root/experiments/gtsrb_svdd_exp.sh"
    [ "$status" -eq 1 ]
    [[ $output == *"run make"* ]]
}

# ---- experiments

@test "mnist_svdd_exp.sh runs each digit's seeds in order" {
    copy_project
    fake_deepsvdd
    DIGITS="4 7" SEEDS="1 2 3" N_EPOCHS=5 run project/experiments/mnist_svdd_exp.sh
    [ "$status" -eq 0 ]
    [ "$(wc -l <calls)" -eq 6 ]
    [[ $output == *"digit 7, seed 3: test AUC 98.76 %"* ]]
    [ -e project/log/mnist/deepSVDD/4vsall/seed_2/results.json ]
    [ "$(grep 'mnist_normal 4' calls | grep -o -- '--seed .')" = $'--seed 1\n--seed 2\n--seed 3' ]
    grep -q -- "--solver adam --lr 0.0001 --n_epochs 5 --hard_margin 1 --block_coordinate 0 --pretrain 1" calls
}

@test "cifar10_svdd_exp.sh trains the autoencoder of each class and seed, and Deep SVDD from it" {
    copy_project
    fake_deepsvdd
    CLASSES="4 7" SEEDS="1 2" N_EPOCHS=5 AE_N_EPOCHS=6 run project/experiments/cifar10_svdd_exp.sh
    [ "$status" -eq 0 ]
    [ "$(wc -l <calls)" -eq 8 ]
    [[ $output == *"class 7, seed 2, DCAE: test AUC 98.76 %"*"class 7, seed 2: test AUC 98.76 %"* ]]
    log=$tmp/project/log/cifar10
    [ "$(grep 'cifar10_normal 4' calls | grep -o -- '--xp_dir [^ ]*')" = "--xp_dir $log/cae/4vsall/seed_1
--xp_dir $log/deepSVDD/4vsall/seed_1
--xp_dir $log/cae/4vsall/seed_2
--xp_dir $log/deepSVDD/4vsall/seed_2" ]
    [ "$(grep -c -- "--loss autoencoder .*--ae_solver adam --ae_lr 0.0001 --ae_n_epochs 6 \
--cifar10_architecture 3 --cifar10_normal [47] --cifar10_outlier -1 " calls)" -eq 4 ]
    [ "$(grep -c -- "--loss svdd .*--n_epochs 5 --nu 0.1 --hard_margin 1 --center_fixed 1 \
--block_coordinate 0 " calls)" -eq 4 ]
    grep -q -- "--seed 2 .*--in_name $log/cae/7vsall/seed_2/autoencoder.safetensors" calls
}

@test "gtsrb_svdd_exp.sh trains the autoencoder of each seed, and Deep SVDD from it, in one chain" {
    copy_project
    fake_deepsvdd
    SEEDS="1 2" run project/experiments/gtsrb_svdd_exp.sh
    [ "$status" -eq 0 ]
    [[ $output == *"seed 2, DCAE: test AUC 98.76 %"*"seed 2: test AUC 98.76 %"* ]]
    log=$tmp/project/log/gtsrb
    [ "$(grep -o -- '--xp_dir [^ ]*' calls)" = "--xp_dir $log/cae/seed_1
--xp_dir $log/deepSVDD/seed_1
--xp_dir $log/cae/seed_2
--xp_dir $log/deepSVDD/seed_2" ]
    [ "$(grep -c -- '--ae_n_epochs 350 ' calls)" -eq 2 ]
    grep -q -- "--n_epochs 150 .*--in_name $log/cae/seed_2/autoencoder.safetensors" calls
}

@test "an experiment goes on after a failed run, lists it at the end and exits 1" {
    copy_project
    fake_deepsvdd
    FAIL="*/1vsall/seed_1" DIGITS="1 2" SEEDS="1 2" run project/experiments/mnist_svdd_exp.sh
    [ "$status" -eq 1 ]
    [ "$(wc -l <calls)" -eq 4 ]
    [[ $output == *"digit 1, seed 1 failed"* ]]
    [ "${lines[-1]}" = "digit 1, seed 1: log/mnist/deepSVDD/1vsall/seed_1" ]
}

@test "an experiment with another XP_ROOT leaves log/ alone" {
    copy_project
    fake_deepsvdd
    export XP_ROOT=$tmp/trial CLASSES=3 SEEDS=1
    run project/experiments/cifar10_svdd_exp.sh
    [ "$status" -eq 0 ]
    [[ $output == *"class 3, seed 1: test AUC 98.76 %"* ]]
    [ -e trial/cifar10/deepSVDD/3vsall/seed_1/results.json ]
    [ ! -e project/log ]
    grep -q -- "--in_name $tmp/trial/cifar10/cae/3vsall/seed_1/autoencoder.safetensors" calls
    FAIL="*/cae/*" run project/experiments/cifar10_svdd_exp.sh
    [ "${lines[-1]}" = "class 3, seed 1, DCAE: $tmp/trial/cifar10/cae/3vsall/seed_1" ]
}

@test "an experiment says when a run left no results.json" {
    copy_project
    fake deepsvdd <<<true
    export DEEPSVDD=$tmp/bin/deepsvdd DIGITS=1 SEEDS=1
    run project/experiments/mnist_svdd_exp.sh
    [[ $output == *"/log/mnist/deepSVDD/1vsall/seed_1/results.json is not there: the run is not complete"* ]]
    [ "${lines[-1]}" = "digit 1, seed 1: no test AUC" ]
}

@test "no Deep SVDD run without its autoencoder" {
    copy_project
    fake_deepsvdd
    FAIL="*/cae/*vsall/seed_1" CLASSES="3 1" SEEDS="1 2" run project/experiments/cifar10_svdd_exp.sh
    [ "$status" -eq 1 ]
    [ "$(wc -l <calls)" -eq 6 ]
    [ ! -e project/log/cifar10/deepSVDD/1vsall/seed_1 ]
    [ -e project/log/cifar10/deepSVDD/1vsall/seed_2 ]
    [ "${lines[-2]}" = "class 1, seed 1, DCAE: log/cifar10/cae/1vsall/seed_1" ]
    [ "${lines[-1]}" = "class 3, seed 1, DCAE: log/cifar10/cae/3vsall/seed_1" ]
}

@test "JOBS chains run at a time, and all of them in the end" {
    copy_project
    fake deepsvdd <<END
touch "$tmp/running/\$\$"
ls "$tmp/running" | wc -l >>"$tmp/counts"
sleep 0.2
rm "$tmp/running/\$\$"
END
    export DEEPSVDD=$tmp/bin/deepsvdd SEEDS="1 2"
    mkdir running
    for jobs in 1 3; do
        rm -f counts
        JOBS=$jobs DIGITS="0 1 2 3 4" run project/experiments/mnist_svdd_exp.sh
        [ "$status" -eq 0 ]
        [[ $output == *"chains: 5, $jobs at a time"* ]]
        [ "$(wc -l <counts)" -eq 10 ]
        [ "$(sort -n counts | tail -n 1)" -eq "$jobs" ]
    done
    JOBS=500 DIGITS="1 2" run project/experiments/mnist_svdd_exp.sh
    [[ $output == *"chains: 2, 2 at a time"* ]]
}

# usage: ends PID: within five seconds (a busy machine takes a moment to bury a process).
ends() {
    for _ in {1..50}; do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    return 1
}

# usage: interrupted SIGNAL N EXPERIMENT: sent that signal when N runs are at work, it stops them all,
# starts no other and leaves no file behind.
interrupted() {
    rm -f pids
    # Ctrl-C reaches the whole process group, which a shell with job control gives each job.
    cat >interrupt <<END
set -m
TMPDIR=$tmp/scratch project/experiments/$3 &
for _ in {1..100}; do
    [ ! -e pids ] || [ "\$(wc -l <pids)" -lt $2 ] || break
    sleep 0.1
done
[ $1 = INT ] && kill -INT -- -\$! || kill -$1 \$!
wait \$!
END
    mkdir scratch
    run bash interrupt 3>&-
    [ "$status" -eq 130 ]
    [[ $output == *interrupted* ]]
    [ "$(wc -l <pids)" -eq "$2" ]
    while read -r pid; do
        ends "$pid"
    done <pids
    rmdir scratch
}

@test "an interrupted experiment stops every run and starts no other" {
    copy_project
    fake deepsvdd <<END
echo \$\$ >>$tmp/pids
exec sleep 60
END
    export DEEPSVDD=$tmp/bin/deepsvdd
    for signal in TERM INT HUP; do
        DIGITS="0 1 2" JOBS=3 interrupted $signal 3 mnist_svdd_exp.sh
    done
    JOBS=2 interrupted INT 2 cifar10_svdd_exp.sh
    interrupted INT 1 gtsrb_svdd_exp.sh
}

# ---- the program itself, on small data sets

# The program instead of a fake, and project/data/ by make_NAME.sh.
real_program() {
    DEEPSVDD=$(realpath "${DEEPSVDD:-$root/build/deepsvdd}")
    export DEEPSVDD
    copy_project
    "$BATS_TEST_DIRNAME/make_$1.sh" project/data
}

# usage: trains_from_autoencoder DATASET CAE_RUN SVDD_RUN OPTION...: an experiment made the two runs,
# below project/log/; the second is what one run with pretraining and these options gives.
trains_from_autoencoder() {
    local dataset=$1 cae=project/log/$2 svdd=project/log/$3
    shift 3
    [ -e "$cae/autoencoder.safetensors" ]
    grep -q '"method":[[:space:]]*"dcae"' "$cae/results.json"
    grep -q '"pretrain":[[:space:]]*0' "$svdd/config.json"
    "$DEEPSVDD" --dataset "$dataset" --data-dir project/data --hard-margin 1 --weight-dict-init 1 \
        --xp-dir whole "$@"
    cmp whole/scores.csv "$svdd/scores.csv"
}

@test "cifar10_svdd_exp.sh trains, and repeats no complete run" {
    real_program cifar10
    export CLASSES="3 8" SEEDS=1 AE_N_EPOCHS=2 N_EPOCHS=1 DEEPSVDD_OPTIONS="--batch-size 20"
    run project/experiments/cifar10_svdd_exp.sh
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"class 8, seed 1, DCAE: test AUC "*"class 8, seed 1: test AUC "* ]]
    trains_from_autoencoder cifar10 cifar10/{cae,deepSVDD}/3vsall/seed_1 --normal 3 --seed 1 \
        --ae-n-epochs 2 --n-epochs 1 --batch-size 20
    find project/log -name log.txt -exec cat {} + >before
    run project/experiments/cifar10_svdd_exp.sh
    [ "$status" -eq 0 ]
    [[ $output == *"class 8, seed 1: test AUC "* ]]
    find project/log -name log.txt -exec cat {} + | cmp - before
}

@test "gtsrb_svdd_exp.sh trains" {
    real_program gtsrb
    export SEEDS="1 2" AE_N_EPOCHS=2 N_EPOCHS=1 DEEPSVDD_OPTIONS="--batch-size 10"
    run project/experiments/gtsrb_svdd_exp.sh
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"seed 2, DCAE: test AUC "*"seed 2: test AUC "* ]]
    trains_from_autoencoder gtsrb gtsrb/{cae,deepSVDD}/seed_2 --seed 2 --ae-n-epochs 2 \
        --n-epochs 1 --batch-size 10
}

@test "the program refuses what a published script must not be given, in one line" {
    real_program cifar10
    export DEEPSVDD_OPTIONS="--batch-size 20"
    run project/scripts/cifar10_svdd.sh cpu a/b 1 adam 0.0001 1 0.1 1 1 1 "" 3 0 -1
    [ "$status" -eq 2 ]
    [[ $output == "deepsvdd: --block-coordinate 1 with --hard-margin 1: "*"give --block-coordinate 0"* ]]
    run project/scripts/cifar10_svdd.sh cpu a/b 1 adam 0.0001 1 0.1 1 1 0 cae/none 3 0 -1
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == "deepsvdd: $tmp/project/log/cae/none: cannot open the file: "*": check the name" ]]
}
