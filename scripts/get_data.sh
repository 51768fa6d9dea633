#!/usr/bin/env bash
# Get a data set's original files, checked against the checksums below.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
    cat <<END
usage: $program mnist|fashion-mnist|cifar10|gtsrb [DIR]
Lays the data set's files into DIR (default: data/ of the project). Files that are there and right are left alone.
  mnist          DIR/*-ubyte.gz, downloaded
  fashion-mnist  DIR/fashion-mnist/*-ubyte.gz, from Debian's package dataset-fashion-mnist
  cifar10        DIR/cifar-10-binary.tar.gz, downloaded (162 MiB); the program reads it as it is, packed. Not when one
                 of the other forms it reads is in DIR: unpacked, or the Python distribution
  gtsrb          by hand: data/README.md says what goes where
DEEPSVDD_MIRROR holds the addresses of directories to download from instead of the usual ones.
END
}

# SHA-256 of the uncompressed IDX files.
mnist_sums="
train-images-idx3-ubyte ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
train-labels-idx1-ubyte 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5
t10k-images-idx3-ubyte 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7
t10k-labels-idx1-ubyte ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
fashion_sums="
train-images-idx3-ubyte c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888
train-labels-idx1-ubyte bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9
t10k-images-idx3-ubyte 5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b
t10k-labels-idx1-ubyte 0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
cifar_md5=c32a1d4ab5d03f1284b67883e8d87530
cifar_python_md5=c58f30108f718f92721af3b95e74349a

mnist_mirrors="https://ossci-datasets.s3.amazonaws.com/mnist
https://storage.googleapis.com/cvdf-datasets/mnist"
cifar_mirrors="https://www.cs.toronto.edu/~kriz"
fashion_dir=/usr/share/datasets/fashion-mnist

# is_right FILE CHECK SUM - CHECK: "idx" for the SHA-256 of the uncompressed bytes, "md5" for the
# file's own.
is_right() {
    case $2 in
    md5) [ "$(md5sum <"$1")" = "$3  -" ] ;;
    idx)
        if [[ $1 == *.gz* ]]; then
            [ "$(gzip -dc <"$1" 2>/dev/null | sha256sum)" = "$3  -" ]
        else
            [ "$(sha256sum <"$1")" = "$3  -" ]
        fi
        ;;
    esac
}

# fetch URL FILE
fetch() {
    case $1 in
    file://*) cp "${1#file://}" "$2" 2>/dev/null ;;
    *)
        if command -v curl >/dev/null; then
            curl --fail --location --silent --show-error --connect-timeout 10 --speed-limit 1000 \
                --speed-time 30 --output "$2" "$1"
        elif command -v wget >/dev/null; then
            wget --no-verbose --tries=1 --connect-timeout=10 --read-timeout=30 -O "$2" "$1"
        else
            die "neither curl nor wget is there: run scripts/setup.sh --data"
        fi
        ;;
    esac
}

# get DIR NAME CHECK SUM MIRRORS - one file, from the first mirror that has the right one. It gets its
# name only when it is complete and right.
partial=
trap '[ -z "$partial" ] || rm -f "$partial"' EXIT
trap 'exit 130' INT TERM
get() {
    local dir=$1 name=$2 check=$3 sum=$4 mirror
    if [ -e "$dir/$name" ]; then
        if is_right "$dir/$name" "$check" "$sum"; then
            return
        fi
        say "$dir/$name is damaged or another file (wrong checksum): getting it again"
    elif [ -e "$dir/${name%.gz}" ] && is_right "$dir/${name%.gz}" "$check" "$sum"; then
        return
    fi
    mkdir -p "$dir"
    partial=$(mktemp "$dir/.$name.XXXXXX")
    for mirror in $5; do
        say "getting $mirror/$name"
        if ! fetch "$mirror/$name" "$partial"; then
            say "no $name from $mirror"
        elif ! is_right "$partial" "$check" "$sum"; then
            say "the $name of $mirror is damaged or another file (wrong checksum): refused"
        else
            chmod 644 "$partial"
            mv "$partial" "$dir/$name"
            partial=
            return
        fi
    done
    die "could not get $name; put it into $dir by hand or try again later"
}

# has_batches DIR SUFFIX - the six files of CIFAR-10, unpacked.
has_batches() {
    local name
    for name in data_batch_{1..5} test_batch; do
        [ -e "$1/$name$2" ] || return 1
    done
}

# check_batches DIR - the binary files have their 10000 images each. The program prefers them to an
# archive beside them, so getting that would not help.
check_batches() {
    local name size
    for name in data_batch_{1..5} test_batch; do
        size=$(wc -c <"$1/$name.bin")
        [ "$size" -eq 30730000 ] ||
            die "$1/$name.bin is damaged or not the original ($size bytes instead of 30730000):" \
                "take these files away, then run this again"
    done
}

# holds_batches FILE - a tar archive of the six files.
holds_batches() {
    [ -e "$1" ] &&
        [ "$(tar -tf "$1" 2>/dev/null | grep -cE '/(data_batch_[1-5]|test_batch)(\.bin)?$')" -eq 6 ]
}

# find_cifar10 DIR - prints what there is of CIFAR-10, in the order in which the program looks; nothing
# when there is none, or the archive that is downloaded, which is looked at then.
find_cifar10() {
    local dir=$1
    if has_batches "$dir/cifar-10-batches-bin" .bin; then
        check_batches "$dir/cifar-10-batches-bin"
        echo "$dir/cifar-10-batches-bin (its files have the right sizes)"
    elif [ -e "$dir/cifar-10-binary.tar.gz" ]; then
        return
    elif holds_batches "$dir/cifar-10-binary.tar"; then
        echo "$dir/cifar-10-binary.tar (not verified)"
    elif has_batches "$dir/cifar-10-batches-py" ""; then
        echo "$dir/cifar-10-batches-py (not verified)"
    elif [ -e "$dir/cifar-10-python.tar.gz" ] &&
        is_right "$dir/cifar-10-python.tar.gz" md5 "$cifar_python_md5"; then
        echo "$dir/cifar-10-python.tar.gz"
    elif holds_batches "$dir/cifar-10-python.tar"; then
        echo "$dir/cifar-10-python.tar (not verified)"
    elif has_batches "$dir" .bin; then
        check_batches "$dir"
        echo "the binary files in $dir (they have the right sizes)"
    elif has_batches "$dir" ""; then
        echo "the Python files in $dir (not verified)"
    fi
}

# get_cifar10 DIR
get_cifar10() {
    local found
    found=$(find_cifar10 "$1") || exit 1
    if [ -z "$found" ]; then
        get "$1" cifar-10-binary.tar.gz md5 "$cifar_md5" "${DEEPSVDD_MIRROR:-$cifar_mirrors}"
        found=$1/cifar-10-binary.tar.gz
    fi
    say "complete: $found"
}

# get_idx DIR SUMS MIRRORS
get_idx() {
    local name sum
    while read -r name sum; do
        [ -z "$name" ] || get "$1" "$name.gz" idx "$sum" "$3"
    done <<<"$2"
    say "complete: $1"
}

case "$#:${1:-}" in
1:-h | 1:--help)
    usage
    exit 0
    ;;
[12]:gtsrb) die "gtsrb has to be got by hand: data/README.md says what goes where, and in what form" ;;
[12]:mnist | [12]:fashion-mnist | [12]:cifar10) ;;
*)
    usage >&2
    exit 2
    ;;
esac
dir=${2:-$root/data}

case $1 in
mnist) get_idx "$dir" "$mnist_sums" "${DEEPSVDD_MIRROR:-$mnist_mirrors}" ;;
cifar10) get_cifar10 "$dir" ;;
fashion-mnist)
    if [ -z "${DEEPSVDD_MIRROR:-}" ] && [ ! -e "$fashion_dir/train-images-idx3-ubyte.gz" ]; then
        install_packages dataset-fashion-mnist
    fi
    get_idx "$dir/fashion-mnist" "$fashion_sums" "${DEEPSVDD_MIRROR:-file://$fashion_dir}"
    ;;
esac
