#!/usr/bin/python3
"""Weight files as a run writes them, made without it, and the scores that PyTorch and NumPy give.

Each of tests/golden/model_*.safetensors is a whole model of MNIST's first network with random
weights, its configuration in the metadata; "expected_scores" are those of N_IMAGES images whose
pixels follow from a formula (`pixels`), which the C test repeats. Preprocessing, network and scores
are computed in float64.

Run from anywhere; needs Debian's python3-torch and python3-numpy.
"""

import json
import os

import numpy as np
import torch
from torch import nn

import safetensors_io

N_IMAGES = 300  # more than are preprocessed together
Z = 16
torch.set_default_dtype(torch.float64)


def pixels():
    i = np.arange(N_IMAGES * 784, dtype=np.uint64)
    values = ((i * i * np.uint64(31) + i * np.uint64(2654435761)) >> np.uint64(9)) % np.uint64(256)
    images = values.astype(np.float64).reshape(N_IMAGES, 784)
    images[7] = 200  # a constant image
    return images


def normalise(images, norm, low, high):
    x = images / 255
    x = x - x.mean(axis=1, keepdims=True)
    sizes = {"l1": np.abs(x).sum(axis=1), "l2": np.sqrt((x * x).sum(axis=1))}[norm]
    varies = images.max(axis=1) > images.min(axis=1)  # a constant image becomes all zeros
    x[varies] /= sizes[varies][:, None]
    x[~varies] = 0
    return (x - low) / (high - low)


class Encoder(nn.Module):
    def __init__(self, bias):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(1, 8, 5, padding=2, bias=bias), nn.BatchNorm2d(8, eps=1e-4)
        self.conv2, self.bn2 = nn.Conv2d(8, 4, 5, padding=2, bias=bias), nn.BatchNorm2d(4, eps=1e-4)
        self.dense1 = nn.Linear(196, Z, bias=bias)

    def forward(self, x):
        for conv, bn in ((self.conv1, self.bn1), (self.conv2, self.bn2)):
            x = nn.functional.max_pool2d(nn.functional.leaky_relu(bn(conv(x)), 0.01), 2)
        return self.dense1(x.flatten(1))


class Decoder(nn.Module):
    def __init__(self, bias):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(1, 4, 5, padding=2, bias=bias), nn.BatchNorm2d(4, eps=1e-4)
        self.conv2, self.bn2 = nn.Conv2d(4, 8, 5, padding=1, bias=bias), nn.BatchNorm2d(8, eps=1e-4)
        self.conv3 = nn.Conv2d(8, 1, 5, padding=2, bias=bias)

    def forward(self, phi):
        x = nn.functional.leaky_relu(phi.reshape(-1, 1, 4, 4), 0.01)
        for conv, bn in ((self.conv1, self.bn1), (self.conv2, self.bn2)):
            x = nn.functional.leaky_relu(bn(conv(nn.functional.interpolate(x, scale_factor=2))), 0.01)
        return torch.sigmoid(self.conv3(nn.functional.interpolate(x, scale_factor=2)))


def randomise(module, rng):
    """Random weights and statistics, all of them exact in float32."""
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            values = rng.normal(0, 0.3, tuple(tensor.shape))
            if name.endswith("running_var") or (name.startswith("bn") and name.endswith("weight")):
                values = rng.uniform(0.5, 1.5, tuple(tensor.shape))
            tensor.copy_(torch.from_numpy(values.astype(np.float32).astype(np.float64)))
    module.eval()


def tensors_of(module, prefix=""):
    return {
        prefix + name: tensor.numpy()
        for name, tensor in module.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


def make(name, method, loss, hard_margin, norm, bias, seed):
    rng = np.random.default_rng(seed)
    low, high = (-0.0078125, 0.015625) if norm == "l1" else (-0.25, 0.125)
    x = torch.from_numpy(normalise(pixels(), norm, low, high).reshape(-1, 1, 28, 28))
    encoder, decoder, head = Encoder(bias), Decoder(bias), nn.Linear(Z, 1, bias=bias)
    for module in (encoder, decoder, head):
        randomise(module, rng)
    arrays = tensors_of(encoder)
    with torch.no_grad():
        phi = encoder(x)
        if method == "dcae":
            arrays.update(tensors_of(decoder, "decoder."))
            scores = ((decoder(phi) - x) ** 2).flatten(1).sum(1)
        elif method == "ce":
            arrays.update(tensors_of(head, "head.dense1."))
            scores = head(phi)[:, 0]
        else:
            center = rng.normal(0, 1, Z).astype(np.float32)
            distances = ((phi - torch.from_numpy(center.astype(np.float64))) ** 2).sum(1)
            radius_squared = np.float32(np.quantile(distances.numpy(), 0.9))
            arrays["center"], arrays["radius_squared"] = center, radius_squared
            scores = distances - float(radius_squared)
    arrays["input_min"], arrays["input_max"] = low, high
    arrays["expected_scores"] = scores.numpy()
    config = {
        "dataset": "/a directory that is not there", "normal": 3, "outlier": -1, "gcn": 1,
        "unit_norm_used": norm, "architecture": 1, "rep_dim": Z, "bias": int(bias),
        "use_batch_norm": 1, "bn_affine": 1, "leaky_relu": 1, "loss": loss,
        "hard_margin": hard_margin, "nu": 0.1, "solver": "adam", "lr": 0.0001, "batch_size": 200,
        "source": {"format": "own-idx"}, "zca_whitening": 0, "dropout": 0, "dropout_arch": 0,
        "reconstruction_penalty": 0,
    }  # fmt: skip
    metadata = {"config": json.dumps(config), "method": method}
    here = os.path.dirname(os.path.abspath(__file__))
    safetensors_io.save(os.path.join(here, f"model_{name}.safetensors"), arrays, metadata)


def main():
    torch.set_num_threads(1)
    make("one_class", "one-class", "svdd", 1, "l1", False, 1)
    make("soft_boundary", "soft-boundary", "svdd", 0, "l2", True, 2)
    make("dcae", "dcae", "autoencoder", 0, "l1", False, 3)
    make("classifier", "ce", "ce", 0, "l1", False, 4)


main()
