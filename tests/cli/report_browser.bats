#!/usr/bin/env bats
# The page of deepsvdd report in headless Chromium: tests/browser/check_report.py.
# shellcheck disable=SC2154 # what helpers.bash sets
load helpers

setup() {
    local program
    for program in chromium chromedriver python3; do
        command -v "$program" >/dev/null || skip "$program is not installed (scripts/setup.sh --ci)"
    done
    find_program
}

@test "renders, readable in both themes and on a phone, usable with the keyboard, without network" {
    make_data
    trains --normal 1 --xp-dir 'log/<b>hard&'
    trains --normal 2 --xp-dir log/hard
    trains --normal 1 --rep-dim 16 --xp-dir log/narrow
    trains --normal 1 --hard-margin 0 --xp-dir log/soft
    "$deepsvdd" report log
    mkdir browser
    PYTHONDONTWRITEBYTECODE=1 python3 "$BATS_TEST_DIRNAME/../browser/check_report.py" report.html browser
}
