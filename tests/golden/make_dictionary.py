#!/usr/bin/python3
"""Writes tests/golden/dictionary.safetensors: sparse codes and dictionaries as scikit-learn makes them.

Run from anywhere; needs Debian's python3-numpy and python3-sklearn (1.2; the mini-batch learner's
n_iter, which the published code used, is gone in later versions).
"""

import os
import warnings

import numpy as np
from sklearn.decomposition import MiniBatchDictionaryLearning, sparse_encode
from sklearn.linear_model import Lasso

import safetensors_io


def unit_rows(matrix):
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def lasso(patches, atoms, penalty):
    """Codes by scikit-learn's Lasso, which divides the squared error by the number of values."""
    model = Lasso(alpha=penalty / atoms.shape[1], fit_intercept=False, tol=1e-13, max_iter=1000000)
    return np.array([model.fit(atoms.T, patch).coef_ for patch in patches])


def all_patches(images, size):
    """(patches, channels * size^2) of (n, channels, height, width), by image, row and column."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(2, 3))
    windows = windows.transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, images.shape[1] * size * size).astype(np.float64)


def published_patches(images, size):
    """The same number of patches as the published code cut them: the memory of (channels, height,
    width) taken for (height, width, channels)."""
    n, channels, height, width = images.shape
    as_read = np.ascontiguousarray(images).reshape(n, height, width, channels)
    rows = range(height - size + 1)
    columns = range(width - size + 1)
    return np.array(
        [a[y : y + size, x : x + size].ravel() for a in as_read for y in rows for x in columns]
    )


def learn(patches, n_atoms, seed):
    """The published settings; coordinate descent for the codes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        model = MiniBatchDictionaryLearning(
            n_atoms, alpha=1, n_iter=1000, batch_size=10, fit_algorithm="cd", random_state=seed
        )
        return model.fit(patches).components_


def codes(rng, arrays):
    """More and fewer atoms than dimensions; correlated atoms; two penalties."""
    for name, n_atoms, penalty in (("few", 8, 1.0), ("many", 40, 1.0), ("light", 16, 0.25)):
        atoms = unit_rows(rng.normal(size=(n_atoms, 25)) + 0.5).astype(np.float32)
        patches = (1.5 * rng.normal(size=(20, 25))).astype(np.float32)
        arrays[f"{name}.atoms"] = atoms
        arrays[f"{name}.patches"] = patches
        arrays[f"{name}.penalty"] = penalty
        wide = atoms.astype(np.float64), patches.astype(np.float64)
        arrays[f"{name}.codes"] = lasso(wide[1], wide[0], penalty)


def bars(rng, n):
    """Blurred bars of random direction and place, with noise: (n, 1, 12, 12)."""
    y, x = np.mgrid[0:12, 0:12] - 5.5
    images = []
    for _ in range(n):
        angle = rng.uniform(0, np.pi)
        distance = np.abs(x * np.cos(angle) + y * np.sin(angle) - rng.uniform(-4, 4))
        images.append(np.clip(1.5 - distance, 0, 1) + rng.normal(0, 0.05, size=(12, 12)))
    return np.array(images)[:, None].astype(np.float32)


def objective(patches, atoms):
    """The mean over the patches of what the codes minimise."""
    found = sparse_encode(patches, atoms, algorithm="lasso_cd", alpha=1, max_iter=10000)
    error = 0.5 * ((patches - found @ atoms) ** 2).sum() + np.abs(found).sum()
    return error / len(patches)


def learned(rng, arrays):
    """Images to learn from, held-out patches standardised with their statistics, the objectives."""
    images = bars(rng, 60)
    patches = all_patches(images, 5)
    mean, std = patches.mean(axis=0), patches.std(axis=0)
    held = (all_patches(bars(rng, 20), 5) - mean) / std
    held = held[rng.permutation(len(held))[:300]].astype(np.float32)
    standardised = (patches - mean) / std
    arrays["bars.images"] = images
    arrays["bars.held"] = held
    arrays["bars.objectives"] = [
        objective(held.astype(np.float64), learn(standardised, 8, seed)) for seed in range(5)
    ]


def same_batch(rng, arrays):
    """Ten patches, one an image: every batch is all of them, so nothing is left to chance and the
    atoms themselves can be compared, but for their signs."""
    images = rng.normal(size=(10, 3)) @ rng.normal(size=(3, 32)) + 0.3 * rng.normal(size=(10, 32))
    images = images.reshape(10, 2, 4, 4).astype(np.float32)
    patches = all_patches(images, 4)
    atoms = learn((patches - patches.mean(axis=0)) / patches.std(axis=0), 3, 0)
    assert np.allclose(np.linalg.norm(atoms, axis=1), 1)  # scikit-learn allows shorter ones
    arrays["same_batch.images"] = images
    arrays["same_batch.atoms"] = atoms.reshape(3, 2, 4, 4)


def layouts(rng, arrays):
    """Every patch of small colour images, standardised, cut in both ways."""
    images = rng.uniform(size=(3, 3, 8, 9)).astype(np.float32)
    arrays["layouts.images"] = images
    for name, patches in (
        ("image", all_patches(images, 5)),
        ("published", published_patches(images.astype(np.float64), 5)),
    ):
        arrays[f"layouts.{name}"] = (patches - patches.mean(axis=0)) / patches.std(axis=0)


def main():
    rng = np.random.default_rng(7)
    arrays = {}
    codes(rng, arrays)
    learned(rng, arrays)
    same_batch(rng, arrays)
    layouts(rng, arrays)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dictionary.safetensors")
    safetensors_io.save(path, arrays)


if __name__ == "__main__":
    main()
