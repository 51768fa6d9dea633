#!/usr/bin/python3
"""Writes metrics.safetensors: preprocessing and metrics as NumPy and scikit-learn see them.

Needs Debian's python3-numpy and python3-sklearn. Numbers that float32 cannot hold (areas under ROC
curves, means, standard deviations) stand in the metadata, in decimal.
"""

import math
import os

import numpy as np
from sklearn.metrics import roc_auc_score, roc_curve

import safetensors_io


def gcn(images, norm):
    """Global contrast normalisation of (n, values) images in float64; constant images become 0."""
    centred = images - images.mean(axis=1, keepdims=True)
    norms = {
        "l1": np.abs(centred).sum(axis=1, keepdims=True),
        "l2": np.linalg.norm(centred, axis=1, keepdims=True),
        "std": centred.std(axis=1, keepdims=True),
    }[norm]
    constant = images.max(axis=1, keepdims=True) == images.min(axis=1, keepdims=True)
    return np.where(constant, 0.0, centred / np.where(constant, 1.0, norms))


def preprocessing(rng, arrays):
    """Images of bytes (7, 3, 6, 5), two of them constant; each norm; each rescaled to [0, 1]."""
    pixels = rng.integers(0, 256, size=(7, 90)).astype(np.float64)
    pixels[2] = 77
    pixels[3] = 0
    pixels[4] = rng.integers(0, 2, size=90) * 255
    pixels[5] = 100
    pixels[5, 13] = 101
    arrays["pixels"] = pixels.reshape(7, 3, 6, 5)
    images = (pixels.astype(np.float32) / np.float32(255)).astype(np.float64)
    for norm in ("l1", "l2", "std"):
        normalised = gcn(images, norm)
        train = normalised[:4]  # the others leave [0, 1]
        arrays[f"gcn.{norm}"] = normalised
        arrays[f"range.{norm}"] = np.array([train.min(), train.max()])
        arrays[f"rescaled.{norm}"] = (normalised - train.min()) / (train.max() - train.min())


def auc_cases(rng):
    """Name -> (labels, scores)."""
    no_ties = (rng.integers(0, 2, 200), rng.permutation(200) - 57.25)
    many_ties = (rng.integers(0, 2, 500), rng.integers(0, 6, 500))
    large_labels = (rng.random(4000) < 0.1).astype(int)
    large = (large_labels, rng.normal(size=4000) + 0.7 * large_labels)
    all_tied = (np.arange(50) % 3 == 0, np.full(50, 0.125))
    separated = (np.arange(60) >= 40, np.arange(60))
    reversed_ = (np.arange(60) < 40, np.arange(60))
    return {
        "no_ties": no_ties,
        "many_ties": many_ties,
        "large": large,
        "all_tied": all_tied,
        "separated": separated,
        "reversed": reversed_,
    }


def metrics(rng, arrays, metadata):
    for name, (labels, scores) in auc_cases(rng).items():
        scores = scores.astype(np.float32)
        labels = labels.astype(int)
        arrays[f"auc.{name}.labels"] = labels
        arrays[f"auc.{name}.scores"] = scores
        metadata[f"auc.{name}"] = repr(float(roc_auc_score(labels, scores)))
        rates = roc_curve(labels, scores, drop_intermediate=False)
        arrays[f"roc.{name}"] = np.stack(rates[:2], axis=1)
        metadata[f"accuracy.{name}"] = repr(float(np.mean((scores > 0) == (labels == 1))))
        metadata[f"mean.{name}"] = repr(float(scores.astype(np.float64).mean()))
        metadata[f"std.{name}"] = repr(float(scores.astype(np.float64).std()))
        nus = np.array([0.02, 0.1, 0.25, 0.5, 0.99, 1.0])
        ks = [math.floor(nu * len(scores)) for nu in nus]
        arrays[f"quantile.{name}.k"] = np.array(ks)
        arrays[f"quantile.{name}.value"] = np.sort(scores)[::-1][np.array(ks) - 1]


def main():
    rng = np.random.default_rng(20180710)
    arrays, metadata = {}, {}
    preprocessing(rng, arrays)
    metrics(rng, arrays, metadata)
    here = os.path.dirname(os.path.abspath(__file__))
    safetensors_io.save(os.path.join(here, "metrics.safetensors"), arrays, metadata)


if __name__ == "__main__":
    main()
