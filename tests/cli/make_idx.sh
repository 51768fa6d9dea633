#!/usr/bin/env bash
# Write a small data set in MNIST's format: ten classes of 28x28 images, class i % 10 for image i,
# noisy bars with a direction and a width for each class. The same bytes every time and everywhere:
# integers only, and nothing but awk and bash.
# usage: make_idx.sh DIRECTORY [TRAIN_IMAGES_PER_CLASS [TEST_IMAGES_PER_CLASS]]
set -euo pipefail
export LC_ALL=C

# Lines of decimal numbers on stdin to bytes: awk writes escapes, since not every awk can write the
# byte 0, and printf reads them.
to_bytes() {
    local line
    awk 'BEGIN { for (v = 0; v < 256; v++) byte[v] = sprintf("\\0%03o", v) }
        { line = ""; for (i = 1; i <= NF; i++) line = line byte[$i]; print line }' |
        while read -r line; do printf '%b' "$line"; done
}

# usage: header NUMBER...: in 4 bytes each, the highest first
header() {
    local n
    for n; do
        echo $((n >> 24)) $((n >> 16 & 255)) $((n >> 8 & 255)) $((n & 255))
    done
}

# usage: pixels SEED N_IMAGES
pixels() {
    awk -v seed="$1" -v n="$2" '
        function random() { return seed = (seed * 16807) % 2147483647 }
        BEGIN {
            for (i = 0; i < n; i++) {
                a = i % 5
                period = 24 + 16 * int(i % 10 / 5)
                shift = random() % period
                line = ""
                for (y = 0; y < 28; y++)
                    for (x = 0; x < 28; x++) {
                        bar = (a * x + (4 - a) * y + shift) % period < period / 2
                        line = line (bar ? 160 : 0) + random() % 80 " "
                    }
                print line
            }
        }'
}

# usage: labels N_IMAGES
labels() {
    awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print i % 10 }'
}

# usage: write_split NAME SEED N_IMAGES
write_split() {
    { header 2051 "$3" 28 28 && pixels "$2" "$3"; } | to_bytes >"$1-images-idx3-ubyte"
    { header 2049 "$3" && labels "$3"; } | to_bytes >"$1-labels-idx1-ubyte"
}

mkdir -p "$1"
cd "$1"
write_split train 1 $((10 * ${2:-60}))
write_split t10k 2 $((10 * ${3:-12}))
