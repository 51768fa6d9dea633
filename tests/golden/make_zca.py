#!/usr/bin/python3
"""Writes zca.safetensors: ZCA whitening as NumPy sees it.

Needs Debian's python3-numpy. Of each case: pixels (bytes, (N, channels, height, width)); the first
metadata["<case>.n_train"] images are the training set. All in float64 from float32(pixels) / 255 on;
U and S come from a singular value decomposition of the covariance.
"""

import os

import numpy as np

import safetensors_io


def correlated_pixels(rng, n, d, rank):
    """Bytes whose covariance has `rank` large eigenvalues above noise."""
    hidden = rng.normal(size=(n, rank)) @ rng.normal(size=(rank, d))
    values = 128 + 45 * hidden / np.sqrt(rank) + 6 * rng.normal(size=(n, d))
    return np.clip(np.rint(values), 0, 255)


def contrast_normalised(images):
    """Global contrast normalisation with the standard deviation."""
    centred = images - images.mean(axis=1, keepdims=True)
    return centred / centred.std(axis=1, keepdims=True)


def add_case(arrays, metadata, name, pixels, shape, n_train, gcn=False):
    images = (pixels.astype(np.float32) / np.float32(255)).astype(np.float64)
    if gcn:
        images = contrast_normalised(images)
    train = images[:n_train]
    mean = train.mean(axis=0)
    covariance = (train - mean).T @ (train - mean) / n_train
    u, s, _ = np.linalg.svd(covariance)
    matrix = u @ np.diag(1 / np.sqrt(s + 0.1)) @ u.T
    whitened = (images - mean) @ matrix
    low, high = whitened[:n_train].min(), whitened[:n_train].max()
    arrays[f"{name}.pixels"] = pixels.reshape(-1, *shape)
    arrays[f"{name}.images"] = images
    arrays[f"{name}.mean"] = mean
    arrays[f"{name}.matrix"] = matrix
    arrays[f"{name}.whitened"] = whitened
    arrays[f"{name}.range"] = np.array([low, high])
    arrays[f"{name}.rescaled"] = (whitened - low) / (high - low)
    metadata[f"{name}.n_train"] = n_train
    metadata[f"{name}.gcn"] = int(gcn)


def main():
    rng = np.random.default_rng(20180712)
    arrays, metadata = {}, {}
    # More images than one block, and two pixels that are the same in all of them.
    pixels = correlated_pixels(rng, 340, 12, 4)
    pixels[:, 0] = 0
    pixels[:, 7] = 77
    add_case(arrays, metadata, "many", pixels, (3, 2, 2), 300)
    # Fewer images than values: the covariance is singular. One pixel differs in test images alone.
    pixels = correlated_pixels(rng, 16, 27, 5)
    pixels[:10, 4] = 200
    add_case(arrays, metadata, "few", pixels, (3, 3, 3), 10)
    pixels = correlated_pixels(rng, 90, 27, 6)
    add_case(arrays, metadata, "gcn", pixels, (3, 3, 3), 80, gcn=True)
    here = os.path.dirname(os.path.abspath(__file__))
    safetensors_io.save(os.path.join(here, "zca.safetensors"), arrays, metadata)


if __name__ == "__main__":
    main()
