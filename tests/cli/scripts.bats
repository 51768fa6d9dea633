#!/usr/bin/env bats
# The shell scripts: usage, data, set-up, quickstart, the test runner. Nothing here needs the network,
# and the program is a fake. published.bats has the published scripts and the experiments.
# shellcheck disable=SC2030,SC2031,SC2154

setup() {
    load scripts
    find_project
}

have_mnist() {
    local file
    for file in t10k-images-idx3-ubyte.gz train-images-idx3-ubyte.gz; do
        [ -e "$root/data/$file" ] || skip "MNIST is not in data/"
    done
}

# ---- usage

@test "wrong argument counts print the usage and exit 2" {
    run "$root/scripts/get_data.sh"
    [ "$status" -eq 2 ]
    [[ $output == *"usage: get_data.sh "* ]]
    run "$root/scripts/quickstart.sh" --seed 1
    [ "$status" -eq 2 ]
    [[ $output == "usage: quickstart.sh"* ]]
    run "$root/scripts/get_data.sh" mnist a b
    [ "$status" -eq 2 ]
    run "$root/scripts/setup.sh" --nonsense
    [ "$status" -eq 2 ]
    [[ $output == *"usage: setup.sh"* ]]
}

@test "an unknown data set prints the usage and exits 2" {
    run "$root/scripts/get_data.sh" imagenet
    [ "$status" -eq 2 ]
    [[ $output == *"mnist|fashion-mnist|cifar10|gtsrb"* ]]
}

@test "--help goes to standard output and exits 0" {
    for script in get_data.sh setup.sh quickstart.sh; do
        "$root/scripts/$script" --help >help 2>/dev/null
        grep -q "^usage: $script" help
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

# usage: cifar10_files DIRECTORY SUFFIX: six files of the original sizes (they take no room on a disk).
cifar10_files() {
    mkdir -p "$1"
    for name in data_batch_{1..5} test_batch; do
        truncate -s 30730000 "$1/$name$2"
    done
}

# usage: leaves_alone TEXT: get_data.sh cifar10 finds what is in out/, says TEXT and downloads nothing.
leaves_alone() {
    DEEPSVDD_MIRROR=file://$tmp/none run "$root/scripts/get_data.sh" cifar10 out
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$output" = "get_data.sh: complete: $1" ]
}

@test "get_data.sh leaves CIFAR-10 alone in the other forms that the program reads" {
    cifar10_files out/cifar-10-batches-bin .bin
    leaves_alone "out/cifar-10-batches-bin (its files have the right sizes)"
    mv out/cifar-10-batches-bin/* out
    leaves_alone "the binary files in out (they have the right sizes)"
    rm out/*.bin
    cifar10_files out ""
    leaves_alone "the Python files in out (not verified)"
    truncate -s 10 out/{data,test}_batch*
    mv out/{data,test}_batch* out/cifar-10-batches-bin
    tar -cf out/cifar-10-python.tar -C out cifar-10-batches-bin
    mv out/cifar-10-batches-bin out/cifar-10-batches-py
    leaves_alone "out/cifar-10-batches-py (not verified)"
    rm -r out/cifar-10-batches-py
    leaves_alone "out/cifar-10-python.tar (not verified)"
}

@test "get_data.sh gets CIFAR-10 where a file lacks, and names one that is cut off" {
    cifar10_files out/cifar-10-batches-bin .bin
    truncate -s 1000 out/cifar-10-batches-bin/data_batch_3.bin
    DEEPSVDD_MIRROR=file://$tmp/none run "$root/scripts/get_data.sh" cifar10 out
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == *"out/cifar-10-batches-bin/data_batch_3.bin is damaged"*"1000 bytes"* ]]
    rm out/cifar-10-batches-bin/data_batch_3.bin
    echo damaged >out/cifar-10-python.tar.gz
    echo damaged >out/cifar-10-python.tar
    DEEPSVDD_MIRROR=file://$tmp/none run "$root/scripts/get_data.sh" cifar10 out
    [ "$status" -eq 1 ]
    [[ $output == *"no cifar-10-binary.tar.gz from file://$tmp/none"* ]]
}

@test "get_data.sh looks at a packed CIFAR-10 before what the program reads after it" {
    cifar10_files out/cifar-10-batches-py ""
    echo damaged >out/cifar-10-binary.tar.gz
    DEEPSVDD_MIRROR=file://$tmp/none run "$root/scripts/get_data.sh" cifar10 out
    [ "$status" -eq 1 ]
    [[ $output == *"out/cifar-10-binary.tar.gz is damaged"* ]]
}

@test "get_data.sh says where GTSRB is explained" {
    run "$root/scripts/get_data.sh" gtsrb
    [ "$status" -eq 1 ]
    [[ $output == "get_data.sh: gtsrb has to be got by hand: data/README.md "* ]]
    [ "${#lines[@]}" -eq 1 ]
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

@test "setup.sh --ci goes on without Chromium and Slurm, --browser and --cluster do not" {
    bare_path 0
    fake apt-get <<END
echo "\$*" >>$tmp/called
case "\$*" in
*update*) ;;
*slurm-wlm* | *chromium*) exit 1 ;;
esac
END
    PATH=$tmp/bin run "$root/scripts/setup.sh" --ci
    [ "$status" -eq 0 ]
    [[ $(head -n 1 called) == *" shellcheck" ]]
    [[ $(head -n 1 called) != *chromium* ]]
    grep -q -- "--no-install-recommends chromium chromium-driver$" called
    grep -q -- "--no-install-recommends slurm-wlm munge$" called
    [[ $output == *"setup.sh: going on without: chromium chromium-driver"* ]]
    [[ $output == *"setup.sh: going on without: slurm-wlm munge" ]]
    for option in --browser --cluster; do
        PATH=$tmp/bin run "$root/scripts/setup.sh" "$option"
        [ "$status" -eq 1 ]
    done
    PATH=$tmp/bin run "$root/scripts/setup.sh" --dry-run --tests
    [[ $output != *slurm* ]]
    PATH=$tmp/bin run "$root/scripts/setup.sh" --dry-run --ci
    [ "${lines[-1]}" = munge ]
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

@test "the revision changes with the sources that compute, the flags, and with nothing else" {
    mkdir project
    cp -r "$BATS_TEST_DIRNAME"/../../{Makefile,src,include} project/
    cd project
    revision=$(make -s print-revision)
    [[ $revision =~ ^[0-9a-f]{16}$ ]]
    [ "$(make -s print-revision)" = "$revision" ]
    echo "/* nothing */" >>src/report/html.c
    echo "/* nothing */" >>src/cli/main.c
    [ "$(make -s print-revision)" = "$revision" ]
    for flags in CFLAGS=-O1 KERNEL_CFLAGS=-O1 FLAGS_avx2=-mavx2 CPPFLAGS=-DX SIMD=; do
        [ "$(make -s print-revision "$flags")" != "$revision" ]
    done
    for file in src/nn/pass.c src/nn/kernels/lanes/pointwise.c src/svdd/fit.h src/data/split.c; do
        cp "$file" saved
        echo "/* something */" >>"$file"
        [ "$(make -s print-revision)" != "$revision" ]
        cp saved "$file"
    done
    [ "$(make -s print-revision)" = "$revision" ]
}
