# shellcheck shell=bash
# What the scripts share; sourced, never run. Works from any current directory.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$(basename "$0")

say() {
    printf '%s: %s\n' "$program" "$*" >&2
}

die() {
    say "$@"
    exit 1
}

# install_packages NAME... - by apt where that is allowed (root, or sudo that asks no password). Where
# it is not, says the line to run and fails.
install_packages() {
    local as_root=() line="apt-get install -y --no-install-recommends $*" output
    if [ "$(id -u)" -ne 0 ]; then
        line="sudo $line"
        as_root=(sudo -n)
    fi
    if ! command -v apt-get >/dev/null; then
        say "no apt-get here; install what these Debian packages hold: $*"
        return 1
    fi
    if [ ${#as_root[@]} -gt 0 ] && ! sudo -n true 2>/dev/null; then
        say "may not install packages; run: $line"
        return 1
    fi
    say "installing: $*"
    output=$(mktemp)
    apt_get() {
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 \
            "$@" </dev/null >"$output" 2>&1
    }
    # The package lists are fetched only when the install fails: they may be missing or too old.
    if ! apt_get install -y --no-install-recommends "$@" &&
        ! { apt_get update && apt_get install -y --no-install-recommends "$@"; }; then
        cat "$output" >&2
        rm -f "$output"
        say "apt-get failed; run: $line"
        return 1
    fi
    rm -f "$output"
}

# result_auc FILE - the test AUC (0..1) of a results.json; fails where there is none.
result_auc() {
    local auc
    auc=$(tr -d ' \t\r\n' <"$1" | sed -n 's/.*"auc":{[^}]*"test":\([0-9][0-9.eE+-]*\).*/\1/p')
    [ -n "$auc" ] && printf '%s\n' "$auc"
}

# deepsvdd_binary - the program: $DEEPSVDD, else the one built here.
deepsvdd_binary() {
    local binary=${DEEPSVDD:-$root/build/deepsvdd}
    [ -x "$binary" ] || die "$binary is not there: run make in $root first"
    printf '%s\n' "$binary"
}

# published_run NAMES OPTIONS ARGUMENT... - one run with the positional arguments of a published
# script. NAMES are theirs, in order; each is also the option it becomes, unless written
# "name:option". xp_dir is taken below log/, as there. OPTIONS are fixed in the script.
# $DEEPSVDD_OPTIONS holds further options, which win.
published_run() {
    local names=() options=() name option binary
    read -ra names <<<"$1"
    read -ra options <<<"$2"
    shift 2
    if [ $# -ne ${#names[@]} ]; then
        if [ "$*" != --help ] && [ "$*" != -h ]; then
            exec >&2
            say "$# arguments given, ${#names[@]} expected"
        fi
        echo "usage: $program ${names[*]%%:*}"
        echo "The run directory is log/XP_DIR. More options: environment variable DEEPSVDD_OPTIONS."
        [ "$*" = --help ] || [ "$*" = -h ] || exit 2
        exit 0
    fi
    options+=(--data_dir "$root/data")
    for name in "${names[@]}"; do
        option=${name#*:}
        if [ "$option" = xp_dir ]; then
            options+=(--xp_dir "$root/log/$1")
        else
            options+=("--$option" "$1")
        fi
        shift
    done
    read -ra names <<<"${DEEPSVDD_OPTIONS:-}"
    binary=$(deepsvdd_binary)
    exec "$binary" "${options[@]}" "${names[@]}"
}
