#!/usr/bin/python3
"""Writes resize.safetensors: images of bytes resized by PyTorch's bilinear interpolation.

Needs Debian's python3-torch. PyTorch works in float64 here; the result is rounded to the nearest
byte, halves up.
"""

import os

import numpy as np
import torch

import safetensors_io

# (height, width) of input and output: the data set's own size from smaller, larger and much larger
# ones, no change, single pixels, and sizes that are no powers of two.
SIZES = [
    ((20, 21), (32, 32)),
    ((43, 40), (32, 32)),
    ((75, 101), (32, 32)),
    ((32, 32), (32, 32)),
    ((64, 16), (32, 32)),
    ((1, 1), (32, 32)),
    ((1, 7), (32, 32)),
    ((31, 33), (1, 1)),
    ((9, 1), (3, 5)),
    ((7, 5), (13, 11)),
    ((30, 29), (7, 9)),
]


def resize(image, size):
    tensor = torch.from_numpy(image.astype(np.float64))[None, None]
    resized = torch.nn.functional.interpolate(
        tensor, size=size, mode="bilinear", align_corners=False, antialias=False
    )[0, 0].numpy()
    # The positions of halves are exact in float64 where the output's sides are powers of two; else
    # a half may come out a little below and must be taken for one.
    return np.floor(resized + 0.5 + 1e-9)


def main():
    rng = np.random.default_rng(43)
    arrays = {}
    for i, (size_in, size_out) in enumerate(SIZES):
        image = rng.integers(0, 256, size=size_in)
        arrays[f"{i}.in"] = image
        arrays[f"{i}.out"] = resize(image, size_out)
    here = os.path.dirname(os.path.abspath(__file__))
    safetensors_io.save(os.path.join(here, "resize.safetensors"), arrays)


if __name__ == "__main__":
    main()
