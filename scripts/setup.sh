#!/usr/bin/env bash
# Install the Debian packages that are missing for building, running, testing or checking deepsvdd.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# One line a package: group, name, how to see that it is there (cmd: one of these programs; pc: a
# module that pkg-config finds; file: this file; fuzzer: clang's libFuzzer; dpkg: by the package
# manager alone), reason.
packages() {
    cat <<'END'
build make            cmd:make          runs the Makefile
build gcc             cmd:gcc,cc        compiles; also brings the sanitizers' runtime
build libc6-dev       dpkg              headers of the C library, which gcc only recommends
build pkg-config      cmd:pkg-config    finds the libraries below
build libopenblas-dev pc:openblas       matrix products (BLAS) and the ZCA eigenvalues (LAPACK)
build libcjson-dev    pc:libcjson       reads and writes config.json, history.jsonl, results.json
build zlib1g-dev      pc:zlib           reads the gzipped data files
build libpng-dev      pc:libpng         writes the mosaics of deepsvdd plot
data  curl            cmd:curl,wget     downloads the data sets
data  ca-certificates file:/etc/ssl/certs/ca-certificates.crt  verifies the servers they come from
tests gnuplot-nox     cmd:gnuplot       draws the curves of deepsvdd plot, which works without it but for them
tests libcmocka-dev   pc:cmocka         unit tests
tests bats            cmd:bats          tests of the command line and the scripts
ci    clang           cmd:clang         the second compiler that must not warn
ci    libclang-rt-dev fuzzer            libFuzzer, for make fuzz; clang only recommends it
ci    python3         cmd:python3       makes the seeds of the fuzz targets, drives the browser
ci    clang-format    cmd:clang-format  checks the layout of the C files
ci    clang-tidy      cmd:clang-tidy    static checks
ci    cppcheck        cmd:cppcheck      static checks
ci    shellcheck      cmd:shellcheck    static checks of the scripts
browser chromium      cmd:chromium      shows the page of deepsvdd report, for its test
browser chromium-driver cmd:chromedriver  drives it
cluster slurm-wlm     cmd:slurmctld     the Slurm that the scripts of experiments/slurm are tested with
cluster munge         cmd:munge         without which Slurm does not start
END
}

usage() {
    cat <<END
usage: $program [--data] [--tests] [--browser] [--cluster] [--ci] [--dry-run]
Installs what is missing to build and run deepsvdd; where it may not, prints the line to run.
  --data     also what downloads the data sets
  --tests    also what the tests need
  --browser  also Chromium, which one of the tests needs
  --cluster  also Slurm, which one of the tests needs; it does nothing until it is configured
  --ci       also what continuous integration needs (all of the above; it goes on without Slurm)
  --dry-run  only list what is missing
END
}

# is_there PROBE PACKAGE
is_there() {
    local name
    case $1 in
    cmd:*)
        for name in $(tr , ' ' <<<"${1#cmd:}"); do
            command -v "$name" >/dev/null && return
        done
        return 1
        ;;
    pc:*) command -v pkg-config >/dev/null && pkg-config --exists "${1#pc:}" ;;
    file:*) [ -e "${1#file:}" ] ;;
    fuzzer) compgen -G "$(clang -print-runtime-dir 2>/dev/null)/libclang_rt.fuzzer*.a" >/dev/null ;;
    dpkg)
        ! command -v dpkg-query >/dev/null ||
            [ "$(dpkg-query -W -f '${db:Status-Status}' "$2" 2>/dev/null)" = installed ]
        ;;
    esac
}

groups=" build " optional=''
dry_run=0
for argument; do
    case $argument in
    --data) groups+="data " ;;
    --tests) groups+="tests " ;;
    --browser) groups+="browser " ;;
    --cluster) groups+="cluster " ;;
    --ci) groups+="data tests ci " optional="browser cluster " ;;
    --dry-run) dry_run=1 ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
done

missing=() wanted=() wanted_groups=''
declare -A wanted_of=()
while read -r group package probe reason; do
    if [[ $groups$optional == *" $group "* ]] && ! is_there "$probe" "$package"; then
        say "missing: $package ($reason)"
        if [[ $groups == *" $group "* ]]; then
            missing+=("$package")
        else
            wanted+=("$package")
            [[ " $wanted_groups" == *" $group "* ]] || wanted_groups+="$group "
            wanted_of[$group]+="$package "
        fi
    fi
done < <(packages)

if [ "$dry_run" -eq 1 ]; then
    missing+=("${wanted[@]}")
    [ ${#missing[@]} -gt 0 ] || missing=("nothing is missing")
    printf '%s\n' "${missing[@]}"
    exit 0
fi
[ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
for group in $wanted_groups; do
    read -ra packages <<<"${wanted_of[$group]}"
    install_packages "${packages[@]}" || say "going on without: ${packages[*]}"
done
