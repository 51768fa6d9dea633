#!/usr/bin/env bash
# Write a small data set in the format of GTSRB's stop signs: images of several sizes with a margin
# around the sign, their table, and the arrays of adversarial images. A sign is noisy bars, an
# adversarial one is bars of another direction. The same bytes every time and everywhere.
# usage: make_gtsrb.sh DIRECTORY [SIGNS [ADVERSARIAL_SIGNS]]
set -euo pipefail
export LC_ALL=C

signs=${2:-60}
adversarial=${3:-12}
directory=$1/GTSRB
images=$directory/Final_Training/Images/00014
mkdir -p "$images"

# Not every awk can write a byte above 127.
functions='
    function random() { return seed = (seed * 16807) % 2147483647 }
    function pixel(x, y, slope) {
        return sprintf("%c", ((4 * x + slope * y) % 40 < 20 ? 80 : 0) + 1 + random() % 40)
    }'

awk -v OFS=';' -v seed=1 -v n="$signs" -v directory="$images" "$functions"'
    BEGIN {
        table = directory "/GT-00014.csv"
        print "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId" >table
        for (i = 0; i < n; i++) {
            name = sprintf("%05d_%05d.ppm", int(i / 30), i % 30)
            width = 40 + i % 4
            height = 38 + i % 5
            print name, width, height, 4, 3, width - 5, height - 4, 14 >table
            image = "P6\n" width " " height "\n255\n"
            for (y = 0; y < height; y++)
                for (x = 0; x < width; x++)
                    for (c = 0; c < 3; c++)
                        image = image pixel(x + c, y, 0)
            printf "%s", image >(directory "/" name)
            close(directory "/" name)
        }
    }'

# usage: npy_header SHAPE: of an array of unsigned bytes
npy_header() {
    printf '\223NUMPY\001\000\166\000%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': ($1), }"
}

{
    npy_header "$adversarial, 3, 32, 32"
    awk -v seed=2 -v n="$adversarial" "$functions"'
        BEGIN {
            for (i = 0; i < n; i++) {
                image = ""
                for (c = 0; c < 3; c++)
                    for (y = 0; y < 32; y++)
                        for (x = 0; x < 32; x++)
                            image = image pixel(x + c, y, 4)
                printf "%s", image
            }
        }'
} >"$directory/Images_150.npy"
{
    npy_header "$adversarial,"
    printf '%*s' "$adversarial" '' | tr ' ' '\001'
} >"$directory/Labels_150.npy"
