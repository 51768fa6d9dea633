#!/usr/bin/env bats
# The shell scripts: usage, data, set-up, and how published arguments become options. Nothing here
# needs the network, and the program is a fake.

setup() {
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    tmp=$BATS_TEST_TMPDIR
    unset DEEPSVDD_OPTIONS DEEPSVDD_MIRROR DIGITS SEEDS N_EPOCHS
    cd "$tmp" || return
}

# A program in $tmp/bin with the body on stdin.
fake() {
    mkdir -p "$tmp/bin"
    { echo '#!/bin/bash' && cat; } >"$tmp/bin/$1"
    chmod +x "$tmp/bin/$1"
}

# A copy of the scripts in $tmp/project, so that nothing is written to the real log/.
copy_project() {
    mkdir -p "$tmp/project"
    cp -r "$root/scripts" "$root/experiments" "$tmp/project"
}

# A deepsvdd that notes its arguments in $tmp/calls and writes the results of a run.
fake_deepsvdd() {
    fake deepsvdd <<END
echo "\$*" >>"$tmp/calls"
while [ \$# -gt 0 ]; do
    case \$1 in
    --xp[-_]dir) run=\$2 ;;
    esac
    shift
done
case \$run in *1vsall/seed_1) [ -z "\$FAIL" ] || exit 1 ;; esac
mkdir -p "\$run"
echo '{"dcae_auc": {"test": 0.5}, "auc": {"train": null,' \
    '"test": 0.9876}, "accuracy": {"test": 0.25}}' >"\$run/results.json"
END
    export DEEPSVDD=$tmp/bin/deepsvdd
}

have_mnist() {
    local file
    for file in t10k-images-idx3-ubyte.gz train-images-idx3-ubyte.gz; do
        [ -e "$root/data/$file" ] || skip "MNIST is not in data/"
    done
}

# ---- usage

@test "wrong argument counts print the usage and exit 2" {
    for script in scripts/mnist_svdd.sh scripts/mnist_cae.sh scripts/get_data.sh; do
        run "$root/$script"
        [ "$status" -eq 2 ]
        [[ $output == *"usage: ${script#*/} "* ]]
    done
    run "$root/scripts/mnist_svdd.sh" cpu a/b 1 adam 0.0001 150 1 0 1 3
    [ "$status" -eq 2 ]
    [[ $output == *"10 arguments given, 11 expected"* ]]
    run "$root/scripts/mnist_cae.sh" cpu a/b 1 adam 0.0001 150 3 -1 extra
    [ "$status" -eq 2 ]
    [[ $output == *"9 arguments given, 8 expected"* ]]
    run "$root/scripts/quickstart.sh" --seed 1
    [ "$status" -eq 2 ]
    [[ $output == "usage: quickstart.sh"* ]]
    run "$root/scripts/get_data.sh" mnist a b
    [ "$status" -eq 2 ]
    run "$root/experiments/mnist_svdd_exp.sh" extra
    [ "$status" -eq 2 ]
    run "$root/scripts/setup.sh" --nonsense
    [ "$status" -eq 2 ]
    [[ $output == *"usage: setup.sh"* ]]
}

@test "an unknown data set prints the usage and exits 2" {
    run "$root/scripts/get_data.sh" imagenet
    [ "$status" -eq 2 ]
    [[ $output == *"mnist|fashion-mnist|cifar10"* ]]
}

@test "--help goes to standard output and exits 0" {
    for script in scripts/mnist_svdd.sh scripts/mnist_cae.sh scripts/get_data.sh scripts/setup.sh \
        scripts/quickstart.sh experiments/mnist_svdd_exp.sh; do
        "$root/$script" --help >help 2>/dev/null
        grep -q "^usage: ${script#*/}" help
    done
}

# ---- get_data.sh

@test "get_data.sh: a wrong file from the mirror is refused and nothing is left behind" {
    mkdir mirror
    echo "not the data" | gzip >mirror/train-images-idx3-ubyte.gz
    echo "not the data" >mirror/cifar-10-binary.tar.gz
    for dataset in mnist cifar10; do
        DEEPSVDD_MIRROR=file://$tmp/mirror run "$root/scripts/get_data.sh" "$dataset" out
        [ "$status" -eq 1 ]
        [[ $output == *"wrong checksum"*refused* ]]
        [[ $output == *"could not get"* ]]
        [ -z "$(ls -A out)" ]
    done
    DEEPSVDD_MIRROR=file://$tmp/mirror run "$root/scripts/get_data.sh" fashion-mnist out
    [ "$status" -eq 1 ]
    [ -z "$(ls -A out/fashion-mnist)" ]
}

@test "get_data.sh: every mirror is tried before it gives up" {
    DEEPSVDD_MIRROR="file://$tmp/none file://$tmp/neither" run "$root/scripts/get_data.sh" mnist out
    [ "$status" -eq 1 ]
    [[ $output == *"from file://$tmp/none"*"from file://$tmp/neither"* ]]
    [ -z "$(ls -A out)" ]
}

@test "get_data.sh: fetches, leaves right files alone, replaces a damaged one" {
    have_mnist
    export DEEPSVDD_MIRROR="file://$tmp/none file://$root/data"
    run "$root/scripts/get_data.sh" mnist out
    [ "$status" -eq 0 ]
    [ "$(find out -type f | wc -l)" -eq 4 ]
    [[ $output == *"no train-images-idx3-ubyte.gz from file://$tmp/none"* ]]

    DEEPSVDD_MIRROR=file://$tmp/none run "$root/scripts/get_data.sh" mnist out
    [ "$status" -eq 0 ]

    gzip -d out/t10k-labels-idx1-ubyte.gz
    DEEPSVDD_MIRROR=file://$tmp/none run "$root/scripts/get_data.sh" mnist out
    [ "$status" -eq 0 ]

    truncate -s 1000 out/train-labels-idx1-ubyte.gz
    DEEPSVDD_MIRROR=file://$tmp/none run "$root/scripts/get_data.sh" mnist out
    [ "$status" -eq 1 ]
    [[ $output == *"out/train-labels-idx1-ubyte.gz is damaged"* ]]
    run "$root/scripts/get_data.sh" mnist out
    [ "$status" -eq 0 ]
    cmp out/train-labels-idx1-ubyte.gz "$root/data/train-labels-idx1-ubyte.gz"
}

# ---- setup.sh

# A PATH with what the script itself runs and nothing else. `id` says $1.
bare_path() {
    mkdir -p "$tmp/bin"
    for name in bash env basename dirname tr sed cat mktemp rm; do
        ln -s "$(command -v "$name")" "$tmp/bin/$name"
    done
    fake id <<<"echo $1"
}

@test "setup.sh --dry-run lists what is missing and installs nothing" {
    bare_path 0
    fake apt-get <<<"touch $tmp/called"
    PATH=$tmp/bin run "$root/scripts/setup.sh" --dry-run --tests
    [ "$status" -eq 0 ]
    [[ $output == *"missing: libopenblas-dev ("* ]]
    [[ $output == *$'\nbats'* ]]
    [[ $output != *shellcheck* ]]
    [ ! -e called ]
}

@test "setup.sh installs as root, fetching the package lists when it must" {
    bare_path 0
    fake apt-get <<END
echo "\$*" >>$tmp/called
case "\$*" in
*update*) : >$tmp/lists ;;
*) [ -e $tmp/lists ] ;;
esac
END
    PATH=$tmp/bin run "$root/scripts/setup.sh"
    [ "$status" -eq 0 ]
    [ "$(wc -l <called)" -eq 3 ]
    [[ $(sed -n 3p called) == *"install -y --no-install-recommends make gcc "* ]]
}

@test "setup.sh without the right to install prints the line to run and exits 1" {
    bare_path 1000
    fake apt-get <<<"touch $tmp/called"
    PATH=$tmp/bin run "$root/scripts/setup.sh"
    [ "$status" -eq 1 ]
    [[ $output == *"run: sudo apt-get install -y --no-install-recommends make gcc "* ]]
    [ ! -e called ]
}

# ---- published scripts

@test "mnist_svdd.sh turns its arguments into options, in any directory" {
    DEEPSVDD=/bin/echo run "$root/scripts/mnist_svdd.sh" \
        cpu mnist/deepSVDD/3vsall/seed_7 7 sgd 0.001 20 1 0 0 3 -1
    [ "$status" -eq 0 ]
    [[ $output == "--dataset mnist "* ]]
    for option in "--loss svdd" "--device cpu" "--xp_dir $root/log/mnist/deepSVDD/3vsall/seed_7" \
        "--seed 7" "--solver sgd" "--lr 0.001" "--n_epochs 20" "--hard_margin 1" \
        "--block_coordinate 0" "--pretrain 0" "--mnist_normal 3" "--mnist_outlier -1" \
        "--data_dir $root/data"; do
        [[ " $output " == *" $option "* ]]
    done
}

@test "mnist_cae.sh trains the autoencoder with its arguments" {
    DEEPSVDD=/bin/echo DEEPSVDD_OPTIONS="--quiet --threads 2" run "$root/scripts/mnist_cae.sh" \
        cpu mnist/cae/3vsall/seed_7 7 adam 0.0001 250 3 -1
    [ "$status" -eq 0 ]
    for option in "--loss autoencoder" "--ae_solver adam" "--ae_lr 0.0001" "--ae_n_epochs 250" \
        "--ae_lr_drop 1" "--ae_lr_drop_in_epoch 150" "--ae_lr_drop_factor 10" "--ae_C 1e3" \
        "--mnist_rep_dim 32" "--xp_dir $root/log/mnist/cae/3vsall/seed_7" "--seed 7" \
        "--quiet --threads 2"; do
        [[ " $output " == *" $option "* ]]
    done
    [[ $output != *"--lr "* ]]
}

@test "the scripts say so when the program is not built" {
    DEEPSVDD=$tmp/nothing run "$root/scripts/mnist_cae.sh" cpu a/b 7 adam 0.0001 250 3 -1
    [ "$status" -eq 1 ]
    [[ $output == *"run make"* ]]
}

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

@test "mnist_svdd_exp.sh goes on after a failed run and exits non-zero" {
    copy_project
    fake_deepsvdd
    FAIL=1 DIGITS="1 2" SEEDS="1 2" run project/experiments/mnist_svdd_exp.sh
    [ "$status" -eq 1 ]
    [ "$(wc -l <calls)" -eq 4 ]
    [[ $output == *"digit 1, seed 1 failed"* ]]
}

# usage: ends PID: within five seconds (a busy machine takes a moment to bury a process).
ends() {
    for _ in {1..50}; do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    return 1
}

@test "mnist_svdd_exp.sh stops every chain when it is interrupted" {
    copy_project
    fake deepsvdd <<END
echo \$\$ >>$tmp/pids
exec sleep 60
END
    export DEEPSVDD=$tmp/bin/deepsvdd DIGITS="0 1 2"
    # Ctrl-C reaches the whole process group, which a shell with job control gives each job.
    for signal in TERM INT; do
        rm -f pids
        cat >interrupt <<END
set -m
project/experiments/mnist_svdd_exp.sh &
for _ in {1..100}; do
    [ ! -e pids ] || [ "\$(wc -l <pids)" -lt 3 ] || break
    sleep 0.1
done
[ $signal = INT ] && kill -INT -- -\$! || kill -TERM \$!
wait \$!
END
        run bash interrupt 3>&-
        [ "$status" -eq 130 ]
        [ "$(wc -l <pids)" -eq 3 ]
        while read -r pid; do
            ends "$pid"
        done <pids
    done
}

# ---- quickstart.sh

@test "quickstart.sh takes the MNIST of data/ and ends with the AUC" {
    have_mnist
    copy_project
    ln -s "$root/data" project/data
    fake_deepsvdd
    run project/scripts/quickstart.sh
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} == "mnist, digit 0 against the rest: test AUC 98.8 %"* ]]
    [[ $(cat calls) == "--dataset mnist --normal 0 --outlier -1 --hard-margin 1 "* ]]
}

@test "quickstart.sh falls back to Fashion-MNIST and says so" {
    copy_project
    fake_deepsvdd
    # The real script without its data: MNIST cannot be had, Fashion-MNIST can.
    # shellcheck disable=SC2016
    printf '#!/bin/sh\necho "curl: $1" >&2\n[ "$1" = fashion-mnist ]\n' >project/scripts/get_data.sh
    run project/scripts/quickstart.sh
    [ "$status" -eq 0 ]
    [[ $output == *"could not be downloaded"*"using Fashion-MNIST"*"training: 150 + 150 epochs"* ]]
    [[ $output != *"curl: mnist"* ]]
    [[ ${lines[-1]} == "fashion-mnist, class 0 (T-shirt/top) against the rest: test AUC 98.8 %" ]]
    [[ $(cat calls) == "--dataset fashion-mnist "* ]]
}

@test "quickstart.sh without any data says why" {
    copy_project
    fake_deepsvdd
    # shellcheck disable=SC2016
    printf '#!/bin/sh\necho "no $1" >&2\nexit 1\n' >project/scripts/get_data.sh
    run project/scripts/quickstart.sh
    [ "$status" -eq 1 ]
    [[ $output == *"no fashion-mnist"*"no mnist"* ]]
    [[ ${lines[-1]} == *"put the four MNIST files into data/"* ]]
    [ ! -e calls ]
}

# ---- the test runner

@test "tests/run.sh counts, reports every failure and a program that leaves early" {
    fake good <<<'printf "1..2\nok 1 - a\nnot ok 2 # SKIP b\n"'
    fake bad <<<'printf "1..2\nok 1 - a\nnot ok 2 - b\n"; exit 1'
    fake early <<<'printf "1..3\nok 1 - a\n"'
    run "$root/tests/run.sh" "$tmp/bin/good" "$tmp/bin/bad" "$tmp/bin/early"
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = "3 passed, 2 failed, 1 skipped" ]
    [[ $output == *"failed: $tmp/bin/bad"* ]]
    [[ $output == *"failed: $tmp/bin/early"* ]]
    run "$root/tests/run.sh" "$tmp/bin/good"
    [ "$status" -eq 0 ]
    run "$root/tests/run.sh"
    [ "$status" -eq 1 ]
}
