#!/usr/bin/env bats
# deepsvdd plot: which pictures there are, of what size, and what is said of those that are not.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own
load helpers

curves="accuracy auc center_radius objective objective_pretrain parameter_norms \
parameter_norms_pretrain representation_norms score_quantiles score_quantiles_pretrain "
mosaics="filters_final filters_initial filters_pretrained most_anomalous most_anomalous_in_class \
most_normal most_normal_in_class reconstructions "

setup_file() {
    make_data
    find_program
    cd "$BATS_FILE_TMPDIR" || return
    small --xp-dir complete >out 2>err || return
    export complete=$BATS_FILE_TMPDIR/complete
}

setup() {
    find_program
    [ ! -e "$complete" ] || cp -r "$complete" run
}

needs_gnuplot() {
    command -v gnuplot >/dev/null || skip "gnuplot is not installed (scripts/setup.sh --tests)"
}

# usage: plots ARGUMENT...: succeeds; leaves its output in the files out and err.
plots() {
    local got=0
    "$deepsvdd" plot "$@" >out 2>err || got=$?
    echo "plot $*: status $got: $(cat err)"
    [ "$got" -eq 0 ]
}

# usage: plots_without_gnuplot ARGUMENT...: fails for want of it; the same.
plots_without_gnuplot() {
    local got=0
    PATH=/nowhere "$deepsvdd" plot "$@" >out 2>err || got=$?
    echo "plot $*: status $got: $(cat err)"
    [ "$got" -eq 1 ]
    [[ $(tail -n 1 err) == "deepsvdd: gnuplot, which draws the curves, is not there: install it"* ]]
}

# usage: names NAMES EXTENSION: a line for each.
names() {
    local name
    for name in $1; do
        echo "$name.$2"
    done
}

# usage: there_are NAME.EXTENSION...: these and no others in run/plots, and they were printed.
there_are() {
    diff <(printf '%s\n' "$@" | LC_ALL=C sort) <(cd run/plots && find . -type f -printf '%f\n' | LC_ALL=C sort) &&
        diff <(printf 'run/plots/%s\n' "$@" | LC_ALL=C sort) <(LC_ALL=C sort out)
}

# usage: png_size FILE: "width height colour-type" as its header has them; fails for what is no PNG.
png_size() {
    [ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] || return
    [ "$(tail -c 8 "$1" | head -c 4)" = IEND ] || return
    local bytes
    read -r -a bytes < <(head -c 26 "$1" | tail -c 10 | od -An -tu1)
    echo "$((bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]))" \
        "$((bytes[4] << 24 | bytes[5] << 16 | bytes[6] << 8 | bytes[7])) ${bytes[9]}"
}

@test "all pictures of a complete run" {
    needs_gnuplot
    plots run
    [ ! -s err ]
    # shellcheck disable=SC2046
    there_are $(names "$curves$mosaics" png)
    local name
    for name in $curves; do
        echo "$name: $(png_size "run/plots/$name.png")"
        [[ $(png_size "run/plots/$name.png") == "1200 800 "* ]]
        [ "$(wc -c <"run/plots/$name.png")" -gt 8000 ]
    done
    # the run is as it was
    same_run run "$complete"
}

@test "mosaics: 32 images, 8 filters, 20 pairs, scaled up, without gnuplot too" {
    plots_without_gnuplot run
    # shellcheck disable=SC2046
    there_are $(names "$mosaics" png)
    # 8 x 4 images of 28 x 28 three times as large, 4 white pixels between and around
    for name in most_anomalous most_normal; do
        [ "$(png_size run/plots/$name.png)" = "$((8 * 88 + 4)) $((4 * 88 + 4)) 0" ]
    done
    for name in filters_final filters_initial filters_pretrained; do
        [ "$(png_size run/plots/$name.png)" = "$((8 * 84 + 4)) 88 0" ]
    done
    [ "$(png_size run/plots/reconstructions.png)" = "$((10 * 88 + 4)) $((2 * (2 * 84 + 4) + 4)) 0" ]
    differ run/plots/most_normal.png run/plots/most_anomalous.png
    differ run/plots/filters_initial.png run/plots/filters_final.png
    mv run/plots first
    plots_without_gnuplot run
    diff -r first run/plots
}

@test "SVG and PDF, another directory" {
    needs_gnuplot
    plots run --format svg --out pictures/svg
    [ ! -e run/plots ]
    [ "$(grep -c '</svg>' pictures/svg/objective.svg)" -eq 1 ]
    grep -q 'mnist, normal: 0, outlier: all others, one-class, seed 0' pictures/svg/auc.svg
    [ -s pictures/svg/most_normal.png ]
    plots --format=pdf run// --out=pictures/pdf
    [ "$(head -c 5 pictures/pdf/score_quantiles.pdf)" = "%PDF-" ]
    # 8 by 5.33 inches of 72 points
    LC_ALL=C grep -qaE '/MediaBox \[ *0 0 576 38[34]' pictures/pdf/objective.pdf
    [ "$(wc -l <out)" -eq 18 ]
    rm run/scores.csv
    plots run/ --out again
    grep -q '^deepsvdd: run/scores.csv is not there; ' err
}

@test "names with quotes, commands and markup do no harm" {
    needs_gnuplot
    # shellcheck disable=SC2016
    local name='it'\''s "a" <b> & `touch harm` $(touch harm) {_2} @x'
    cp -r "$data" "$name"
    trains --dataset "$name" --xp-dir own
    plots own --format svg
    [ ! -s err ]
    [ ! -e harm ]
    grep -q '&lt;b.* &amp; .*touch harm' own/plots/auc.svg
}

@test "initial filters are those that the run began with" {
    # steps too small to be seen; the preset begins with a dictionary of training images
    trains --xp-dir still --ae-lr 1e-9 --lr 1e-9 --ae-n-epochs 1 --n-epochs 1
    plots_without_gnuplot still
    cmp still/plots/filters_initial.png still/plots/filters_final.png
    cmp still/plots/filters_initial.png still/plots/filters_pretrained.png
    trains --xp-dir random --ae-lr 1e-9 --lr 1e-9 --ae-n-epochs 1 --n-epochs 1 --weight-dict-init 0
    plots_without_gnuplot random
    cmp random/plots/filters_initial.png random/plots/filters_final.png
    differ random/plots/filters_initial.png still/plots/filters_initial.png
}

@test "a DCAE, a classifier, a run without pretraining, colour" {
    needs_gnuplot
    trains --xp-dir dcae --loss autoencoder
    plots dcae
    [ ! -s err ]
    [ "$(files dcae/plots)" = "auc.png filters_final.png filters_initial.png most_anomalous.png \
most_anomalous_in_class.png most_normal.png most_normal_in_class.png objective_pretrain.png \
parameter_norms_pretrain.png reconstructions.png score_quantiles_pretrain.png " ]
    trains --xp-dir ce --loss ce --out-frac 0.1 --pretrain 0
    plots ce
    [ -s ce/plots/score_quantiles.png ]
    # of what such a network has not nothing is said
    [ "$(cat err)" = "deepsvdd: ce/autoencoder.safetensors is not there; left out: reconstructions" ]
    "$BATS_TEST_DIRNAME/make_cifar10.sh" colours
    trains --dataset cifar10 --data-dir colours --xp-dir colour --nnet-diagnostics 1 --hard-margin 0
    plots colour
    [[ $(png_size colour/plots/most_normal.png) == *" 2" ]]
    [[ $(png_size colour/plots/filters_final.png) == *" 2" ]]
    [[ $(png_size colour/plots/reconstructions.png) == *" 2" ]]
}

@test "no picture is left of a run that was replaced" {
    needs_gnuplot
    plots run
    echo mine >run/plots/notes.png
    trains --xp-dir run --pretrain 0 --hard-margin 0 --force
    rm run/scores.csv
    plots run
    echo run/plots/notes.png >>out
    # shellcheck disable=SC2046
    there_are $(names "$curves$mosaics" png | grep -v -e pretrain -e most_ -e reconstructions) notes.png
}

@test "a long name of a data set is cut in titles" {
    needs_gnuplot
    local long=images_of_my_experiment_images_of_my_experiment
    cp -r "$data" "$long"
    trains --dataset "$long" --xp-dir own --hard-margin 1
    plots own --format svg
    grep -q 'images_of_my_experiment_images_o\.\.\., normal: ' own/plots/objective.svg
}

@test "without diagnostics there is one curve, and the rest is named" {
    needs_gnuplot
    trains --xp-dir bare --nnet-diagnostics 0 --ae-diagnostics 0
    plots bare
    [ "$(files bare/plots | tr ' ' '\n' | grep -cE '^(objective|center|score|acc|auc|param)')" -eq 3 ] # both phases' objectives, R2
    [ "$(cat err)" = "deepsvdd: not in history.jsonl, which has it with --nnet-diagnostics 1 and \
--ae-diagnostics 1; left out: auc, score_quantiles_pretrain, parameter_norms_pretrain, accuracy, \
score_quantiles, representation_norms, parameter_norms" ]
}

@test "an incomplete run: its curves, and what is missing" {
    needs_gnuplot
    rm run/results.json run/scores.csv run/model.safetensors
    head -n 4 run/history.jsonl >shorter
    printf '{"phase":"tr' >>shorter
    mv shorter run/history.jsonl
    plots run
    [ -s run/plots/objective.png ]
    [ -s run/plots/reconstructions.png ]
    grep -q '^deepsvdd: run/history.jsonl: line 5 is damaged; left out: 1 damaged line$' err
    grep -q '^deepsvdd: run: the run is not complete; drawn is what is there$' err
    grep -q '^deepsvdd: run/scores.csv is not there; left out: most normal and ' err
    grep -q '^deepsvdd: run: no weights of the end; left out: filters_final$' err
    [ "$(wc -l <err)" -eq 4 ]
}

@test "without its data or its configuration a run still has curves" {
    needs_gnuplot
    plots run --data-dir elsewhere
    [ -s run/plots/objective.png ]
    [ -s run/plots/filters_final.png ]
    [ ! -e run/plots/most_normal.png ]
    [ ! -e run/plots/reconstructions.png ]
    grep -qE '^deepsvdd: .*elsewhere.*; left out: most normal and most anomalous images$' err
    grep -qE '^deepsvdd: .*elsewhere.*; left out: reconstructions, filters_initial$' err
    [ "$(wc -l <err)" -eq 2 ]
    rm -r run/plots run/config.json
    plots run
    [ "$(files run/plots)" = "$(names "$curves" png | tr '\n' ' ')" ]
    [[ $(cat err) == "deepsvdd: run/config.json: "*"; left out: test images, filters, reconstructions" ]]
}

@test "images are not taken for others" {
    sed -i '2s/,[0-9],/,9,/' run/scores.csv
    plots_without_gnuplot run
    [ ! -e run/plots/most_normal.png ]
    grep -qE '^deepsvdd: test image [0-9]+ is of class 9 in scores.csv, but not in .*--data-dir' err
    for damage in 's/^index/place/' '2s/[^,]*$/nan/' '2s/[^,]*$/x/' '3s/^[0-9]*/99999999999999/' '2s/,/;/g'; do
        cp "$complete/scores.csv" run
        sed -i "$damage" run/scores.csv
        plots_without_gnuplot run
        [ ! -e run/plots/most_normal.png ]
        grep -qE '^deepsvdd: .*left out: most normal and most anomalous images$' err
    done
    head -c 100 run/model.safetensors >half
    mv half run/model.safetensors
    plots_without_gnuplot run
    grep -qE '^deepsvdd: run/model.safetensors: .*; left out: filters_final$' err
}

@test "what gnuplot says is told" {
    mkdir bin
    printf '#!/bin/sh\necho >&2\necho "line 3: no terminal" >&2\nexit 1\n' >bin/gnuplot
    chmod +x bin/gnuplot
    got=0
    PATH=$PWD/bin:$PATH "$deepsvdd" plot run >out 2>err || got=$?
    [ "$got" -eq 1 ]
    # of each picture, in the order of drawing
    sort <err | diff - <(for name in $curves; do
        echo "deepsvdd: run/plots/$name.png: gnuplot failed: line 3: no terminal"
    done | sort)
    head -n 1 err | grep -q auc.png
    # and the mosaics are there
    [ "$(wc -l <out)" -eq 8 ]
}

@test "when one curve fails, the others are drawn, and the status is 1" {
    needs_gnuplot
    mkdir bin
    cat >bin/gnuplot <<END
#!/bin/sh
script=\$(cat)
case \$script in *Accuracy*) echo "line 5: no" >&2 && exit 1 ;; esac
echo "\$script" | $(command -v gnuplot) -d -
END
    chmod +x bin/gnuplot
    got=0
    PATH=$PWD/bin:$PATH "$deepsvdd" plot run >out 2>err || got=$?
    [ "$got" -eq 1 ]
    [ "$(cat err)" = "deepsvdd: run/plots/accuracy.png: gnuplot failed: line 5: no" ]
    # shellcheck disable=SC2046
    there_are $(names "${curves/accuracy /}$mosaics" png)
}

@test "numbers at the end of what there is are drawn" {
    needs_gnuplot
    sed -i 's/"objective":{"train":[^,}]*/"objective":{"train":1.7e308/' run/history.jsonl
    sed -i '0,/"radius_squared":[^,]*/s//"radius_squared":1e-320/' run/history.jsonl
    grep -q 1.7e308 run/history.jsonl
    grep -q 1e-320 run/history.jsonl
    plots run
    [ ! -s err ]
}

@test "outliers' reconstructions begin a row of their own" {
    "$BATS_TEST_DIRNAME/make_idx.sh" few 60 4
    # 4 normal test images, 4 of the other class
    trains --data-dir few --xp-dir few_normal --outlier 1
    plots_without_gnuplot few_normal
    [ "$(png_size few_normal/plots/reconstructions.png)" = "$((10 * 88 + 4)) $((2 * (2 * 84 + 4) + 4)) 0" ]
}

@test "a directory that cannot be written to" {
    needs_gnuplot
    : >file
    refused_like 1 "file: *" plot run --out file/x
}

@test "wrong command lines" {
    refused 2 "plot needs the directory of a run" plot
    refused 2 "unexpected argument 'b'; plot takes one RUN_DIR" plot a b
    refused 2 "--format gif: must be one of png, svg, pdf" plot run --format gif
    refused 2 "--format needs a value" plot run --format
    refused 2 "--out needs a value" plot run --out --format png
    refused 2 "--data-dir needs a value" plot --data-dir= run
    local hint="there are several pictures, so --out names a directory; for curves as"
    refused 2 "--out a.b/x.svg: $hint svg: --out a.b/x --format svg" plot run --out a.b/x.svg
    refused 2 "--out x.PNG: $hint png: --out x --format png" plot run --out x.PNG
    [ ! -e a.b ] && [ ! -e x.PNG ]
    refused_like 2 "unknown option '--seed'; plot has *" plot run --seed 1
    refused 1 "nowhere: No such file or directory: check the name" plot nowhere
    mkdir empty
    refused_like 1 "empty: holds no run: *" plot empty
    "$deepsvdd" plot --help >out
    grep -q '^usage: deepsvdd plot RUN_DIR' out
    "$deepsvdd" help plot | cmp - out
    [ "$(wc -L <out)" -le 100 ]
}
