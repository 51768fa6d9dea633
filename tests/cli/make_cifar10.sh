#!/usr/bin/env bash
# Write a small data set in CIFAR-10's binary format: ten classes of 3x32x32 images, class i % 10 for
# image i, noisy bars with a direction and a width for each class, shifted in each channel. The same
# bytes every time and everywhere.
# usage: make_cifar10.sh DIRECTORY [IMAGES_PER_CLASS_OF_A_BATCH [TEST_IMAGES_PER_CLASS]]
set -euo pipefail
export LC_ALL=C

# usage: records SEED N_IMAGES: a byte for the label and 3072 for the pixels, each. Not every awk can
# write the byte 0 or one above 127, so 127 stands for 0.
records() {
    awk -v seed="$1" -v n="$2" '
        function random() { return seed = (seed * 16807) % 2147483647 }
        BEGIN {
            for (v = 1; v < 128; v++) byte[v] = sprintf("%c", v)
            byte[0] = byte[127]
            for (i = 0; i < n; i++) {
                a = i % 5
                period = 24 + 16 * int(i % 10 / 5)
                shift = random() % period
                record = byte[i % 10]
                for (c = 0; c < 3; c++)
                    for (y = 0; y < 32; y++)
                        for (x = 0; x < 32; x++) {
                            bar = (a * x + (4 - a) * y + 5 * c + shift) % period < period / 2
                            record = record byte[(bar ? 80 : 0) + 1 + random() % 40]
                        }
                printf "%s", record
            }
        }' | tr '\177' '\000'
}

directory=$1/cifar-10-batches-bin
mkdir -p "$directory"
for batch in 1 2 3 4 5; do
    records "$batch" $((10 * ${2:-8})) >"$directory/data_batch_$batch.bin"
done
records 6 $((10 * ${3:-6})) >"$directory/test_batch.bin"
