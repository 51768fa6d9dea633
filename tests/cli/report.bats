#!/usr/bin/env bats
# deepsvdd report: what is on the page, what is said of what is not, exit statuses. Its numbers are
# tested in tests/unit/report/test_report.c, how it looks and behaves in report_browser.bats.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own
load helpers

setup_file() {
    make_data
    find_program
    cd "$BATS_FILE_TMPDIR" || return
    local seed
    for seed in 1 2; do
        small --seed "$seed" --normal 1 --xp-dir "runs/hard/$seed" >out 2>err || return
    done
    small --seed 1 --normal 2 --hard-margin 0 --xp-dir runs/soft/1 >out 2>err || return
    export runs=$BATS_FILE_TMPDIR/runs
}

setup() {
    find_program
    [ ! -e "$runs" ] || cp -r "$runs" log
}

# usage: reports STATUS ARGUMENT...: leaves output in the files out and err.
reports() {
    local status=$1 got=0
    shift
    "$deepsvdd" report "$@" >out 2>err || got=$?
    echo "report $*: status $got: $(cat err)"
    [ "$got" -eq "$status" ]
}

# usage: has TEXT...: on the page report.html.
has() {
    local text
    for text; do
        grep -qF -- "$text" report.html || { echo "the page lacks: $text" && return 1; }
    done
}

@test "a page of runs as the program leaves them" {
    reports 0 log
    [ "$(cat out)" = report.html ] && [ ! -s err ]
    has '<!DOCTYPE html>' '<strong>3 runs</strong>' 'id="results"' 'id="seeds"' 'id="classes"' \
        'id="timings"' 'id="configuration"' 'Normal 1' 'Normal 2' '</html>'
    # three mosaics of each shown run of a method of its own
    [ "$(grep -c 'class="mosaic"' report.html)" -eq 6 ]
    [ "$(grep -c 'href="data:image/png;base64,' report.html)" -eq 6 ]
    [ "$(grep -c 'Left out' report.html)" -eq 2 ]
    [ "$(grep -c "Left out: ROC curve, scores and images of DCAE: a run keeps" report.html)" -eq 2 ]
}

@test "the pictures are PNG files" {
    reports 0 log
    grep -o 'base64,[A-Za-z0-9+/=]*' report.html | head -n 1 | cut -d, -f2 | base64 -d >picture.png
    [ "$(head -c 8 picture.png | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ]
    [ "$(tail -c 8 picture.png | head -c 4)" = IEND ]
}

@test "nothing is loaded and nothing runs" {
    reports 0 log
    absent 'https?://|<script|<iframe|<link [^>]*href="[^d]|@import|url\(| on[a-z]+=' report.html
    has "Content-Security-Policy" "default-src 'none'"
}

@test "the same runs, the same bytes, wherever the page goes" {
    reports 0 log
    mv report.html first.html
    mkdir elsewhere
    reports 0 --out elsewhere/page.html log
    [ "$(cat out)" = elsewhere/page.html ]
    cmp first.html elsewhere/page.html
    reports 0 log/soft log/hard --out=again.html
    cmp first.html again.html
}

@test "one run; other options, classes and methods have places of their own" {
    reports 0 log/hard/1
    has '<strong>1 run</strong>'
    trains --normal -1 --outlier 3 --xp-dir log/outlier
    trains --normal 1 --outlier 3 --xp-dir log/pair
    trains --normal 1 --rep-dim 16 --xp-dir log/narrow
    trains --normal 1 --loss autoencoder --xp-dir log/dcae
    reports 0 log
    [ ! -s err ]
    has 'MNIST, one class against all others' 'MNIST, all classes against one' \
        'MNIST, one class against another' 'one-class, rep-dim 16' 'Outlier 3' '1 against 3'
}

@test "what is missing is named, on the page and not as an error" {
    rm log/hard/1/scores.csv log/soft/1/history.jsonl
    rm log/hard/2/results.json
    reports 0 log
    [ "$(cat err)" = "deepsvdd: warning: log/hard/2: not complete: no results.json yet: left out" ]
    has '2 runs</strong> of 3 found' 'id="remarks"' \
        'Left out: ROC curve, scores and images of one-class: log/hard/1 has no scores.csv' \
        'Left out: curves of 1 of 1 runs: log/soft/1 has no history.jsonl'
}

@test "the data set is elsewhere, or another one" {
    mv "$data" "$data.moved"
    reports 0 log
    mv "$data.moved" "$data"
    has 'Left out: images of one-class: '
    absent 'class="mosaic"' report.html
    "$BATS_TEST_DIRNAME/make_idx.sh" other 40 3
    reports 0 log --data-dir other
    has 'Left out: images of one-class: test image '
    cp -r "$data" copy
    reports 0 log --data-dir copy
    has 'class="mosaic"'
}

@test "damaged files of a run" {
    echo 'index,class,label,score' >log/hard/1/scores.csv
    printf '0,1,0,abc\n' >>log/hard/1/scores.csv
    head -c 300 /dev/urandom >log/hard/1/history.jsonl
    truncate -s 40 log/soft/1/history.jsonl
    rm -r log/hard/2
    reports 0 log
    has "log/hard/1/scores.csv: line 2: 'abc' is no score" 'Normal 2' '</html>' \
        'Left out: epochs of 1 of 1 runs, whose histories have damaged lines: log/soft/1/history.jsonl has 1, line 1 is the first' \
        'AUC over the epochs of soft-boundary: lines of the history are damaged'
    absent 'not evaluated while' report.html
}

@test "scores that are not all there, or another run's" {
    sed -i 40q log/hard/1/scores.csv
    cp log/hard/2/scores.csv log/soft/1/scores.csv
    rm -r log/hard/2
    reports 0 log
    has 'Left out: ROC curve, scores and images of one-class: log/hard/1/scores.csv: 39 scores, but 120 test images in results.json' \
        'Left out: ROC curve, scores and images of soft-boundary: log/soft/1/scores.csv: the AUC of the scores is '
    absent 'ROC curves</b>|<b>scores</b>|class="mosaic"' report.html
}

@test "names are text" {
    mkdir 'log/<script>alert(1)<b>'
    mv log/hard/1 'log/<script>alert(1)<b>/"&'
    reports 0 log
    has '&lt;script&gt;alert(1)&lt;b&gt;/&quot;&amp;'
    absent '<script' report.html
}

@test "no run, or a directory that is not there: status 1" {
    mkdir empty
    refused 1 "no complete run (a directory with a results.json) below empty" report empty
    [ ! -e report.html ]
    reports 1 missing log
    has '<strong>3 runs</strong>' 'unreadable'
    [ "$(cat out)" = report.html ]
    cat >expected <<END
deepsvdd: missing: cannot look into the directory: No such file or directory: check the name
deepsvdd: the report is of the other runs: 1 directory could not be looked into
END
    diff err expected
}

@test "a page that cannot be written: status 1, and an older one stays" {
    reports 1 log --out nowhere/page.html
    grep -qE '^deepsvdd: nowhere/page\.html' err && [ ! -s out ]
    mkdir small
    mount -t tmpfs -o size=64k none small 2>/dev/null || skip "not allowed to mount a small disk"
    echo old >small/page.html
    got=0
    "$deepsvdd" report log --out small/page.html >out 2>err || got=$?
    left=$(cat small/page.html) files=$(ls small)
    umount small
    [ "$got" -eq 1 ] && grep -q 'No space left on device' err
    [ "$left" = old ] && [ "$files" = page.html ]
}

@test "mistakes on the command line: status 2" {
    refused_like 2 "which runs? *'deepsvdd report log'" report
    refused_like 2 "--out needs a value*" report log --out
    refused_like 2 "--out needs a value*" report log --out=
    refused_like 2 "unknown option '--format'; this command has --out and --data-dir" report log --format html
    refused_like 2 "a directory without a name" report ""
}

@test "help" {
    "$deepsvdd" help report >page
    "$deepsvdd" report --help | cmp - page
    for option in --out --data-dir; do
        grep -qE -- "^  $option " page
    done
    absent '^.{101,}$' page
}
