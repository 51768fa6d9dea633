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

# result_auc FILE - the test AUC (0..1) of a results.json; fails where there is none, and says so when
# there is no such file.
result_auc() {
    local auc
    if [ ! -e "$1" ]; then
        say "$1 is not there: the run is not complete"
        return 1
    fi
    auc=$(tr -d ' \t\r\n' <"$1" | sed -n 's/.*"auc":{[^}]*"test":\([0-9][0-9.eE+-]*\).*/\1/p')
    [ -n "$auc" ] && printf '%s\n' "$auc"
}

# deepsvdd_binary - the program: $DEEPSVDD, else the one built here.
deepsvdd_binary() {
    local binary=${DEEPSVDD:-$root/build/deepsvdd}
    [ -x "$binary" ] || die "$binary is not there: run make in $root first"
    printf '%s\n' "$binary"
}

# Where xp_dir and in_name are: $XP_ROOT, else log/ of the project.
runs_root() {
    printf '%s\n' "${XP_ROOT:-$root/log}"
}

# weight_file IN_NAME - the weight file that in_name names below runs_root: itself, or the autoencoder
# of a run directory. Nothing for "".
weight_file() {
    local path
    path=$(runs_root)/$1
    if [ -n "$1" ] && [ -d "$path" ]; then
        path=${path%/}/autoencoder.safetensors
    fi
    [ -z "$1" ] || printf '%s\n' "$path"
}

# published_usage NAME... - of a published script, whose positional arguments have these names.
published_usage() {
    echo "usage: $program $*"
    echo "DEVICE is always cpu. The run directory is log/XP_DIR of the project; the environment variable XP_ROOT names"
    echo "another place than log. More options: environment variable DEEPSVDD_OPTIONS."
    if [[ " $* " == *" in_name "* ]]; then
        echo "IN_NAME, in the same place, is what to start from: the run directory of an autoencoder or a weight file;"
        echo "\"\" for fresh weights."
    fi
}

# published_run NAMES OPTIONS ARGUMENT... - one run with the positional arguments of a published
# script. NAMES are theirs, in order; each is also the option it becomes, unless written
# "name:option". xp_dir and in_name are taken below runs_root. OPTIONS are fixed in the script.
# $DEEPSVDD_OPTIONS holds further options, which win.
published_run() {
    local names=() options=() name option value binary
    read -ra names <<<"$1"
    read -ra options <<<"$2"
    shift 2
    if [ "$*" = --help ] || [ "$*" = -h ]; then
        published_usage "${names[@]%%:*}"
        exit 0
    elif [ $# -ne ${#names[@]} ]; then
        exec >&2
        say "$# arguments given, ${#names[@]} expected"
        published_usage "${names[@]%%:*}"
        exit 2
    fi
    options+=(--data_dir "$root/data")
    for name in "${names[@]}"; do
        option=${name#*:}
        case $option in
        xp_dir) value=$(runs_root)/$1 ;;
        in_name) value=$(weight_file "$1") ;;
        *) value=$1 ;;
        esac
        options+=("--$option" "$value")
        shift
    done
    read -ra names <<<"${DEEPSVDD_OPTIONS:-}"
    binary=$(deepsvdd_binary)
    exec "$binary" "${options[@]}" "${names[@]}"
}

# ---- experiments: many published runs

# takes_no_arguments ARGUMENT... - ends a script that takes none with its usage() when there are some.
takes_no_arguments() {
    case "$*" in
    '') ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        say "$# arguments given, none expected"
        usage >&2
        exit 2
        ;;
    esac
}

# experiment_variables - the lines of an experiment's usage that are the same for all.
experiment_variables() {
    cat <<'END'
  N_EPOCHS          epochs of training (default: 150)
  SEEDS             seeds of a chain, in order (default: 1 to 10)
  JOBS              how many chains run at a time (default: as many as there are cores)
  DEEPSVDD_OPTIONS  further options for every run, such as "--ae-n-epochs 10"
  XP_ROOT           directory of the run directories (default: log of the project)
Complete runs are not repeated, and interrupted ones resumed: the same command goes on where it was stopped. Shortened
runs have the directories of full ones, which are then refused: give them another XP_ROOT, such as XP_ROOT=log/trial.
END
}

# experiment_run LABEL SCRIPT XP_DIR ARGUMENT... - one run of a chain: a published script with the
# device cpu and the other arguments. Prints its test AUC; notes and returns a failure.
experiment_run() {
    local label=$1 script=$2 run=$3 status=0 auc
    shift 3
    local shown=${XP_ROOT:-log}/$run
    DEEPSVDD_OPTIONS="--quiet ${DEEPSVDD_OPTIONS:-}" "$root/scripts/$script" \
        cpu "$run" "$@" >/dev/null &
    wait $! || status=$?
    if [ "$status" -ne 0 ]; then
        say "$label failed with exit status $status: $shown"
        echo "$label: $shown" >>"$scratch/failed"
        return 1
    fi
    auc=$(result_auc "$(runs_root)/$run/results.json") || auc=nan
    awk -v auc="$auc" -v run="$label" 'BEGIN {
        if (auc == "nan") print run ": no test AUC"
        else printf "%s: test AUC %.2f %%\n", run, 100 * auc
    }'
}

# Ends what this shell has started, and waits for it.
stop_children() {
    trap '' HUP INT TERM
    # shellcheck disable=SC2046
    kill $(jobs -pr) 2>/dev/null || true
    wait
}

# Runs the chains that no other worker has begun, one after the other.
chain_worker() {
    local i seed
    trap 'stop_children; exit 130' HUP INT TERM
    for i in "${!chains[@]}"; do
        mkdir "$scratch/$i" 2>/dev/null || continue
        for seed in "${seeds[@]}"; do
            one_seed "${chains[i]}" "$seed" || true
        done
    done
}

# run_chains NAMES - ends the script with an experiment: a chain for every name, which is the
# experiment's function `one_seed NAME SEED` for the seeds of $SEEDS in order, and $JOBS chains at a
# time. A failed run stops no other seed; all that failed are listed at the end, with exit status 1.
run_chains() {
    local chains seeds jobs=${JOBS:-$(nproc 2>/dev/null || echo 1)} workers=() worker status=0
    read -ra chains <<<"$1"
    read -ra seeds <<<"${SEEDS:-1 2 3 4 5 6 7 8 9 10}"
    if ! [[ $jobs =~ ^[1-9][0-9]{0,5}$ ]]; then
        say "JOBS=$jobs: must be an integer in 1..999999"
        exit 2
    fi
    [ "$jobs" -le ${#chains[@]} ] || jobs=${#chains[@]}
    deepsvdd_binary >/dev/null
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    # A shell leaves Ctrl-C unheard in what runs in the background: pass it on as a termination.
    trap 'stop_children; say interrupted; exit 130' HUP INT TERM
    say "chains: ${#chains[@]}, $jobs at a time; seeds of each, one after the other: ${seeds[*]}"
    while [ ${#workers[@]} -lt "$jobs" ]; do
        chain_worker &
        workers+=($!)
    done
    for worker in "${workers[@]}"; do
        wait "$worker" || status=1
    done
    if [ -e "$scratch/failed" ]; then
        say "failed runs, which the same command tries again:"
        sort -V "$scratch/failed" >&2
        status=1
    fi
    exit "$status"
}
