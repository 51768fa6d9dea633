#!/usr/bin/env bats
# The command line: help, version, options and their messages, exit statuses. Nothing here trains.

# shellcheck disable=SC2154 # what helpers.bash sets
load helpers

setup() {
    find_program
}

@test "without arguments: a short usage on standard error, status 2" {
    got=0
    "$deepsvdd" >out 2>err || got=$?
    [ "$got" -eq 2 ]
    [ ! -s out ]
    grep -q '^usage: deepsvdd' err
    [ "$(wc -l <err)" -le 5 ]
}

@test "--version" {
    run "$deepsvdd" --version
    [ "$status" -eq 0 ]
    [ "$output" = "deepsvdd 0.2.0" ]
}

@test "help in its four spellings, on standard output" {
    "$deepsvdd" --help >program 2>err
    [ ! -s err ]
    "$deepsvdd" help | cmp - program
    "$deepsvdd" help train >of_train
    "$deepsvdd" train --help | cmp - of_train
    "$deepsvdd" --dataset mnist --help | cmp - of_train
    "$deepsvdd" help datasets | grep -q 'data-dir'
}

@test "help fits 100 columns and names every option, with range and presets" {
    "$deepsvdd" --help >help
    absent '^.{101,}$' help
    absent ' $' help
    for option in dataset data-dir normal outlier out-frac val-frac seed gcn unit-norm-used \
        zca-whitening pca architecture rep-dim bias use-batch-norm bn-affine leaky-relu dropout \
        dropout-arch weight-dict-init weight-dict-patches loss hard-margin nu c-mean-init c-mean-init-n-batches \
        center-fixed block-coordinate k-update-epochs warm-up-n-epochs R-update-solver \
        R-update-scalar-method R-update-lp-obj solver lr lr-drop lr-drop-in-epoch lr-drop-factor \
        lr-decay lr-decay-after-epoch momentum rho n-epochs batch-size shuffle weight-decay C \
        reconstruction-penalty C-rec pretrain ae-n-epochs ae-lr ae-solver ae-loss ae-lr-drop \
        ae-lr-drop-in-epoch ae-lr-drop-factor ae-weight-decay ae-C in-name save-at xp-dir out-name \
        nnet-diagnostics e1-diagnostics ae-diagnostics device kernel threads force quiet verbose \
        config; do
        grep -qE -- "^  --$option( |\$)" help || { echo "no --$option" && return 1; }
    done
    tr -s '\n ' ' ' <help >line
    grep -qF -- '(0, 1] [0.1]' line
    grep -qF -- '[32; cifar10: 128]' line
}

@test "unknown options: a suggestion where one is near" {
    refused 2 "unknown option '--hard-magin'; did you mean '--hard-margin'?" --hard-magin 1
    refused 2 "unknown option '--mnist_norml'; did you mean '--mnist-normal'?" --mnist_norml=1
    refused 2 "unknown option '--r-update-solver'; did you mean '--R-update-solver'?" \
        --dataset mnist --r-update-solver lp
    refused 2 "unknown option '--ferbose'; did you mean '--verbose'?" train --ferbose
    refused_like 2 "unknown option '--zzzzzz'; *--help*" --zzzzzz
    refused_like 2 "unknown option '-x'*" -x
    refused_like 2 "unexpected argument 'foo'*" train foo
}

@test "unknown commands, and those not there yet" {
    refused 2 "unknown command 'trian'; did you mean 'train'?" trian
    refused 2 "unknown command 'dataset'; did you mean 'datasets'?" dataset
    refused_like 2 "unknown command 'xyzzy'; *" xyzzy
    refused 2 "unknown command 'trian'; did you mean 'train'?" help trian
    for command in ocsvm kde iforest score; do
        refused 2 "'$command': not implemented yet" "$command" --dataset mnist
        refused 2 "'$command': not implemented yet" help "$command"
    done
}

@test "spellings of an option are the same" {
    for spelling in "--hard-margin 2" "--hard_margin 2" "--hard-margin=2" "--hard_margin=2"; do
        # shellcheck disable=SC2086
        refused 2 "--hard-margin 2: must be 0 or 1" --dataset mnist $spelling
    done
}

@test "ranges: the message names option, value and range" {
    refused 2 "--nu 0: must be a number in (0, 1]" --dataset mnist --nu 0
    refused 2 "--nu nan: must be a number in (0, 1]" --dataset mnist --nu nan
    refused 2 "--nu 0.1x: must be a number in (0, 1]" --dataset mnist --nu 0.1x
    refused 2 "--lr -1e-4: must be a number > 0" --dataset mnist --lr -1e-4
    refused 2 "--normal 10: must be an integer in -1..9" --dataset mnist --normal 10
    refused 2 "--seed -1: must be an integer >= 0" --dataset mnist --seed -1
    refused 2 "--n-epochs 1.5: must be an integer >= 0" --dataset mnist --n-epochs 1.5
    refused 2 "--batch-size 0: must be an integer >= 1" --dataset mnist --batch-size 0
    refused 2 "--device gpu: must be cpu" --dataset mnist --device gpu
    refused 2 "--unit-norm-used l3: must be one of l1, l2, std" --dataset mnist --unit-norm-used l3
}

@test "a number is read the same in any locale" {
    LC_ALL=de_DE.UTF-8 refused 2 "--nu 0,5: must be a number in (0, 1]" --dataset mnist --nu 0,5
    LC_ALL=de_DE.UTF-8 refused 2 "--nu 1.5: must be a number in (0, 1]" --dataset mnist --nu 1.5
}

@test "values that are missing, too many, or too long" {
    refused 2 "--hard-margin needs a value: 0 or 1" --dataset mnist --hard-margin
    refused 2 "--xp-dir needs a value" --dataset mnist --xp-dir --seed 3
    refused 2 "--force takes no value" --dataset mnist --force=1
    refused_like 2 "unexpected argument '1'*" --dataset mnist --force 1
    refused_like 2 "--xp-dir aaa*: longer than 1023 bytes" \
        --dataset mnist --xp-dir "$(printf 'a%.0s' {1..1024})"
}

@test "data sets: required, known, there already" {
    refused_like 2 "--dataset is required: mnist, *" --seed 1
    refused_like 2 "--dataset minst: must be one of mnist, *" --dataset minst
    mkdir images
    refused_like 2 "--dataset images: must be one of mnist, *, or a directory *" --dataset images
    refused_like 2 "--dataset ./elsewhere: must be one of mnist, *; this one does not exist" \
        --dataset ./elsewhere
    touch images/train-images-idx3-ubyte
    refused_like 2 "--dataset images: no own images in IDX files there: *[(]lacks train-labels-idx1-ubyte)" \
        --dataset images
}

@test "checks across options" {
    refused_like 2 "--normal -1 --outlier -1: *" --dataset mnist --normal -1
    refused_like 2 "--normal 3 --outlier 3: *" --dataset mnist --normal 3 --outlier 3
    refused_like 2 "--rep-dim 33: must be a multiple of 16*" --dataset mnist --rep-dim 33
    refused_like 2 "--block-coordinate 1 with --hard-margin 1: *" \
        --dataset mnist --hard-margin 1 --block-coordinate 1
    refused_like 2 "--quiet and --verbose *" --dataset mnist --quiet --verbose
}

@test "names with the prefix of a data set" {
    refused 2 "--normal 12: must be an integer in -1..9" --dataset mnist --mnist_normal 12
    refused 2 "--cifar10-normal 2: not an option of dataset mnist" \
        --cifar10_normal 2 --dataset mnist
    refused_like 2 "unknown option '--mnist_seed'*" --dataset mnist --mnist_seed 2
}

@test "--config: values in their place, later options win, mistakes name the file" {
    echo '{"dataset": "mnist", "normal": 3, "outlier": 3}' >run.json
    refused_like 2 "--normal 3 --outlier 3: *" --config run.json
    refused_like 2 "--normal 4 --outlier 4: *" --config run.json --normal 4 --outlier 4
    refused_like 2 "--normal 3 --outlier 3: *" --normal 4 --outlier 4 --config=run.json
    echo '{"dataset": "mnist", "nu": 7}' >bad.json
    refused 2 "bad.json: --nu 7: must be a number in (0, 1]" --config bad.json
    echo '{"dataset": "mnist", "nuu": 7}' >bad.json
    refused 2 "bad.json: unknown option 'nuu'" --config bad.json
    echo '{"dataset": ' >bad.json
    refused_like 1 "bad.json: *" --config bad.json
    refused_like 1 "missing.json: *" --config missing.json
}

@test "datasets: every data set, present or missing, and how to get it" {
    mkdir empty
    run "$deepsvdd" datasets --data-dir empty
    [ "$status" -eq 0 ]
    for name in mnist fashion-mnist cifar10 gtsrb; do
        grep -qE "^$name +[^ ]" <<<"$output"
    done
    grep -qE '^mnist +(present +/|missing +.*MNIST)' <<<"$output"
    absent '^.{101,}$' - <<<"$output"
    [ "$("$deepsvdd" datasets --data_dir=empty)" = "$output" ]
    refused 2 "unknown option '--seed'; this command has --data-dir" datasets --seed 1
    refused_like 2 "unexpected argument 'mnist'*" datasets mnist
}

@test "no colours in messages, with NO_COLOR or without, nor with TERM=dumb" {
    for setting in NO_COLOR=1 NO_COLOR= TERM=dumb; do
        env "$setting" "$deepsvdd" --help >out
        absent $'\033' out
        env "$setting" "$deepsvdd" --nonsense 2>err || true
        absent $'\033' err
    done
}

@test "output that cannot be written is an error" {
    [ -w /dev/full ] || skip "no /dev/full"
    got=0
    "$deepsvdd" --help >/dev/full 2>err || got=$?
    [ "$got" -eq 1 ]
    [ "$(cat err)" = "deepsvdd: cannot write to standard output: No space left on device" ]
    got=0
    "$deepsvdd" datasets >&- 2>err || got=$?
    [ "$got" -eq 1 ]
}

@test "a reader that leaves early ends the help in silence" {
    "$deepsvdd" --help 2>err | head -n 1
    [ ! -s err ]
}
