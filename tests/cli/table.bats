#!/usr/bin/env bats
# deepsvdd table: options, exit statuses, what goes where. The numbers are tested in
# tests/unit/table/test_table.c.

# shellcheck disable=SC2030,SC2031,SC2154 # what helpers.bash sets
load helpers

setup() {
    find_program
}

# usage: write_run DIRECTORY NORMAL SEED AUC [OPTION]: a complete one-class run on MNIST; OPTION is
# more of its config.json.
write_run() {
    mkdir -p "$1"
    cat >"$1/results.json" <<END
{"format": 1, "dataset": "mnist", "normal": $2, "outlier": -1, "seed": $3, "method": "one-class",
 "auc": {"train": null, "val": null, "test": $4}, "accuracy": {"test": 0.75},
 "seconds": {"total": 50}, "collapsed": false, "config": {"dataset": "mnist"${5:+, $5}}}
END
}

# usage: prints STATUS OPTION...: leaves output in the files out and err.
prints() {
    local status=$1 got=0
    shift
    "$deepsvdd" table "$@" >out 2>err || got=$?
    echo "table $*: status $got: $(cat err)"
    [ "$got" -eq "$status" ]
}

@test "the table on standard output and nothing on standard error" {
    write_run log/3/1 3 1 0.91
    write_run log/3/2 3 2 0.93
    prints 0 log
    [ ! -s err ]
    grep -qE '^3 +92\.0±1\.4 2 91\.9±1\.5 \+0\.1$' out
    prints 0 log/3/1 log/3/2 log
    grep -qE '^3 +92\.0±1\.4 2 ' out
    (cd log/3/1 && "$deepsvdd" table .) | grep -qE '^3 +91\.0 +1 '
}

@test "a run as the program leaves it" {
    make_data
    trains --xp-dir log/hard --normal 1
    trains --xp-dir log/soft --normal 1 --hard-margin 0
    trains --xp-dir log/dcae --normal 1 --loss autoencoder
    prints 0 log --format csv
    [ ! -s err ]
    [ "$(cut -d, -f1,2,3,4,6,7,8,10 out)" = "dataset,normal,outlier,normal_name,method,options,metric,n
mnist,1,-1,1,dcae,,auc,1
mnist,1,-1,1,soft-boundary,,auc,1
mnist,1,-1,1,one-class,,auc,1" ]
    auc=$(value log/hard/results.json auc.test)
    mean=$(sed -n 's/^mnist.*,one-class,,auc,%,1,\([^,]*\),.*/\1/p' out)
    awk -v auc="$auc" -v mean="$mean" \
        'BEGIN { d = 100 * auc - mean; exit !(mean > 0 && d < 1e-9 && d > -1e-9) }'
}

@test "formats and metrics" {
    write_run log/a 3 1 0.91
    for format in text markdown csv latex json; do
        prints 0 log --format "$format"
        [ ! -s err ] && [ -s out ]
        cp out "$format"
        prints 0 --format="$format" log
        cmp out "$format"
    done
    prints 0 log
    cmp out text
    [ "$(value json tables.0.columns.0.classes.0.runs.0.path)" = '"log/a"' ]
    grep -qF '| 3 | 91.0 | 1 | 91.9 ± 1.5 | -0.9 |' markdown
    prints 0 log --metric accuracy
    grep -qE '^3 +75\.0 1$' out
    prints 0 log --metric seconds
    grep -q 'time of the whole run in s' out
}

@test "what is left out is told on standard error, and in the JSON" {
    write_run log/a 3 1 0.91
    write_run log/b 3 1 0.91
    write_run log/c 3 1 0.95 '"nu": 0.01'
    mkdir log/begun log/broken
    echo '{"dataset": "mnist"}' >log/begun/config.json
    echo '{"format"' >log/broken/results.json
    prints 0 log --format json
    cat >expected <<END
deepsvdd: warning: log/begun: not complete: no results.json yet: left out
deepsvdd: warning: log/broken: results.json: line 2: not valid JSON: the text ends early: left out
deepsvdd: warning: log/b: the same experiment and seed as log/a: left out
END
    diff err expected
    json out | grep -qF 'remarks.2.path="log/b"'
    json out | grep -qF 'remarks.2.kind="duplicate"'
    [ "$(json out | grep -c '\.options=')" -eq 2 ]
    json out | grep -qF 'tables.0.columns.0.options="nu 0.01"'
    json out | grep -qF 'tables.0.columns.1.options="nu 0.1"'
}

@test "a run that contradicts its own configuration is left out" {
    write_run log/a 3 1 0.91 '"normal": 3, "outlier": -1, "seed": 1'
    write_run log/b 7 55 0.91 '"normal": 0, "outlier": -1, "seed": 5'
    prints 0 log --format json
    [ "$(cat err)" = 'deepsvdd: warning: log/b: results.json: "normal" is 7, but its "config" has "normal" 0: left out' ]
    [ "$(value out tables.0.kind)" = '"normal"' ]
    [ "$(value out tables.0.columns.0.average.n_classes)" = 1 ]
}

@test "runs with an autoencoder from the cache have no time of pretraining" {
    make_data
    trains --xp-dir log/hard --pretrain-cache cache
    trains --xp-dir log/soft --pretrain-cache cache --hard-margin 0
    prints 0 log --metric seconds
    grep -q '^soft-boundary: 1 of 1 runs took their autoencoder from the cache: ' out
    absent '^one-class: .*cache' out
    prints 0 log --metric seconds-pretrain --format csv
    [ "$(cut -d, -f6 out)" = "method
one-class" ]
    grep -q '^deepsvdd: warning: log/soft: autoencoder taken from the cache, ' err
}

@test "names with control characters do no harm to terminals" {
    write_run $'log/a\033[31m' 3 1 0.91
    write_run $'log/a\033[31mb' 3 1 0.91
    for format in text json; do
        prints 0 log --format "$format"
        absent $'\033' out
        absent $'\033' err
    done
    json out >parsed
}

@test "--out writes the file, whole or not at all" {
    write_run log/a 3 1 0.91
    prints 0 log --format csv
    mv out expected
    prints 0 log --format csv --out table.csv
    [ ! -s out ] && [ ! -s err ]
    cmp table.csv expected
    prints 1 log --out missing/table.csv
    [ "$(cat err)" = "deepsvdd: missing/table.csv: cannot write: its directory does not exist: make it first, or check the name" ]
    [ ! -s out ]
}

@test "the name of --out says the format, unless --format does" {
    write_run log/a 3 1 0.91
    for name in text:table.txt text:table markdown:x.md csv:x.csv csv:y.CSV latex:x.tex json:x.json; do
        prints 0 log --format "${name%%:*}"
        mv out expected
        prints 0 log --out "${name#*:}"
        cmp "${name#*:}" expected
        prints 0 log --out "${name#*:}" --format latex
        prints 0 log --format latex
        cmp "${name#*:}" out
    done
}

@test "nothing to tabulate, or a directory that is not there: status 1" {
    mkdir empty
    refused 1 "no complete run (a directory with a results.json) below empty" table empty
    write_run log/a 3 1 0.91
    prints 1 log --metric auc-val
    [ ! -s out ]
    [ "$(head -n 1 err)" = "deepsvdd: warning: log/a: no validation AUC: left out" ]
    [ "$(tail -n 1 err)" = "deepsvdd: no run has a validation AUC" ]
    prints 1 missing log
    grep -qE '^3 +91\.0 1' out
    cat >expected <<END
deepsvdd: missing: cannot look into the directory: No such file or directory: check the name
deepsvdd: the table is of the other runs: 1 directory could not be looked into
END
    diff err expected
}

@test "mistakes on the command line: status 2" {
    refused_like 2 "which runs? *" table
    refused_like 2 "which runs? *" table --format csv
    refused 2 "--format html: must be one of text, markdown, csv, latex, json" table --format html log
    refused_like 2 "--metric speed: must be one of auc, *" table log --metric speed
    refused 2 "--format needs a value" table log --format
    refused 2 "--metric needs a value" table --metric --out x log
    refused 2 "--out needs a file" table --out= log
    refused 2 "unknown option '--seed'; this command has --format, --metric and --out" table --seed 1
    refused_like 2 "a directory without a name" table ""
    prints 1 -- --format
    head -n 1 err | grep -q '^deepsvdd: --format: cannot look into'
}

@test "help" {
    "$deepsvdd" help table >page
    "$deepsvdd" table --help | cmp - page
    for option in --format --metric --out; do
        grep -qE -- "^  $option " page
    done
    absent '^.{101,}$' page
}

@test "output that cannot be written is an error" {
    [ -w /dev/full ] || skip "no /dev/full"
    write_run log/a 3 1 0.91
    got=0
    "$deepsvdd" table log >/dev/full 2>err || got=$?
    [ "$got" -eq 1 ]
    grep -q 'No space left on device' err
}
