# What the tests of the shell scripts share. Load it, and call find_project in setup.
# shellcheck shell=bash

# Sets $root and $tmp, goes there, and forgets the scripts' variables.
find_project() {
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    tmp=$BATS_TEST_TMPDIR
    unset DEEPSVDD_OPTIONS DEEPSVDD_MIRROR DIGITS CLASSES SEEDS N_EPOCHS AE_N_EPOCHS JOBS
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

# A deepsvdd that notes its arguments in $tmp/calls and writes the results of a run; one whose run
# directory matches the pattern $FAIL fails.
fake_deepsvdd() {
    fake deepsvdd <<END
echo "\$*" >>"$tmp/calls"
while [ \$# -gt 0 ]; do
    case \$1 in
    --xp[-_]dir) run=\$2 ;;
    esac
    shift
done
[[ \$run != \$FAIL ]] || exit 1
mkdir -p "\$run"
echo '{"dcae_auc": {"test": 0.5}, "auc": {"train": null,' \
    '"test": 0.9876}, "accuracy": {"test": 0.25}}' >"\$run/results.json"
END
    export DEEPSVDD=$tmp/bin/deepsvdd
}
