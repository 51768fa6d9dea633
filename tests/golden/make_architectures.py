#!/usr/bin/python3
"""Every network of the published experiments in PyTorch, float64: outputs and gradients.

The networks are written down here from their description a second time, independently of the C
tables. Weights, images and output gradients follow from a formula (`wave`), which the C test
repeats; of each parameter's gradient only its norm and two projections are stored, because the
largest networks have millions of weights.

Usage: make_architectures.py OUTPUT.safetensors
"""

import sys

import numpy as np
import torch
from torch import nn

import safetensors_io

N_IMAGES = 20
torch.set_default_dtype(torch.float64)


def seed_of(name):
    return sum((i + 1) * ord(c) for i, c in enumerate(name)) % 1009


def wave(name, n):
    """n numbers in [-1, 1) that look random."""
    x = np.sin(12.9898 * np.arange(1, n + 1) + 78.233 * (seed_of(name) + 1)) * 4375.85453
    return 2 * (x - np.floor(x)) - 1


class Reshape(nn.Module):
    def __init__(self, side):
        super().__init__()
        self.side = side

    def forward(self, x):
        return x.reshape(x.shape[0], -1, self.side, self.side)


class Builder:
    """Collects layers under the names they have in weight files."""

    def __init__(self, options, prefix=""):
        self.options = options
        self.prefix = prefix
        self.layers = []
        self.counts = {}

    def name(self, kind, prefix=None):
        prefix = self.prefix if prefix is None else prefix
        self.counts[prefix + kind] = self.counts.get(prefix + kind, 0) + 1
        return f"{prefix}{kind}{self.counts[prefix + kind]}"

    def add(self, layer, name=None):
        self.layers.append((name, layer))

    def conv(self, n_in, n_out, pad=2):
        self.add(nn.Conv2d(n_in, n_out, 5, padding=pad, bias=self.options["bias"]), self.name("conv"))

    def bn(self, n, dense=False, prefix=None):
        if self.options["batch_norm"]:
            kind = nn.BatchNorm1d if dense else nn.BatchNorm2d
            layer = kind(n, eps=1e-4, momentum=0.1, affine=self.options["affine"])
            self.add(layer, self.name("bn", prefix))

    def act(self):
        self.add(nn.LeakyReLU(0.01) if self.options["leaky"] else nn.ReLU())

    def pool(self):
        self.add(nn.MaxPool2d(2))

    def up(self):
        self.add(nn.Upsample(scale_factor=2, mode="nearest"))

    def dense(self, n_in, n_out):
        self.add(nn.Linear(n_in, n_out, bias=self.options["bias"]), self.name("dense"))

    def module(self, n_in, n_out, pool=False, up=False, pad=2):
        """conv, BatchNorm, activation, and pooling or upscaling after it."""
        self.conv(n_in, n_out, pad)
        self.bn(n_out)
        self.act()
        if pool:
            self.pool()
        if up:
            self.up()

    def image(self, n_in, channels):
        """The last convolution; of colour images with BatchNorm between it and the sigmoid."""
        self.conv(n_in, channels)
        if channels == 3:
            self.bn(channels)
        self.add(nn.Sigmoid())


def encoder(family, number, z, b, autoencoder):
    f = 2 if b.options["wide"] else 1
    if (family, number) == ("mnist", 1):
        b.module(1, 8 * f, pool=True)
        b.module(8 * f, 4 * f, pool=True)
        b.add(nn.Flatten())
        b.dense(196 * f, z)
    elif (family, number) == ("mnist", 2):
        b.module(1, 256 * f, pool=True)
        b.module(256 * f, 256 * f, pool=True)
        b.module(256 * f, 128 * f, pool=True)
        b.add(nn.Flatten())
        b.dense(1152 * f, 320 * f)
        if autoencoder:
            b.bn(320 * f, dense=True, prefix="autoencoder.")
        b.dense(320 * f, z)
    elif (family, number) == ("cifar10", 1):
        n_in = 3
        for n in (16, 32, 64):
            b.module(n_in, n * f)
            b.module(n * f, n * f, pool=True)
            n_in = n * f
        b.add(nn.Flatten())
        b.dense(1024 * f, z)
    elif family == "cifar10":
        n_in = 3
        for n in (16, 32, 64) if number == 2 else (32, 64, 128):
            b.module(n_in, n * f, pool=True)
            n_in = n * f
        b.add(nn.Flatten())
        b.dense(16 * n_in, z)
    elif family == "gtsrb":
        b.module(3, 16 * f, pool=True)
        b.module(16 * f, 32 * f, pool=True)
        b.add(nn.Flatten())
        b.dense(2048 * f, 64 * f)
        b.act()
        b.dense(64 * f, z)


def decoder(family, number, z, b):
    if (family, number) == ("mnist", 1):
        b.add(Reshape(4))
        b.act()
        b.up()
        b.module(z // 16, 4, up=True)
        b.module(4, 8, up=True, pad=1)
        b.image(8, 1)
    elif (family, number) == ("mnist", 2):
        b.dense(z, 320)
        b.bn(320, dense=True)
        b.add(Reshape(4))
        b.act()
        b.module(20, 128, up=True)
        b.module(128, 256, up=True)
        b.module(256, 256, up=True, pad=1)
        b.image(256, 1)
    elif (family, number) == ("cifar10", 1):
        b.add(Reshape(2))
        b.act()
        b.up()
        n_in = z // 4
        for n in (64, 32, 16):
            b.module(n_in, n)
            b.module(n, n, up=True)
            n_in = n
        b.image(16, 3)
    elif family == "cifar10":
        b.add(Reshape(4))
        b.act()
        n_in = z // 16
        for n in (64, 32, 16) if number == 2 else (128, 64, 32):
            b.module(n_in, n, up=True)
            n_in = n
        b.image(n_in, 3)
    elif family == "gtsrb":
        b.dense(z, 64)
        b.add(Reshape(8))
        b.act()
        b.module(1, 32, up=True)
        b.module(32, 16, up=True)
        b.image(16, 3)


PLAIN = {"bias": False, "batch_norm": True, "affine": True, "leaky": True, "wide": False}

# name, family, number, z, options, encoder alone or with a decoder or with a classifier's head
CASES = [
    ("mnist_1", "mnist", 1, 32, {}, "autoencoder"),
    ("mnist_1_bias", "mnist", 1, 48, {"bias": True, "affine": False}, "autoencoder"),
    ("mnist_1_no_bn", "mnist", 1, 16, {"bias": True, "batch_norm": False}, "autoencoder"),
    ("mnist_1_wide", "mnist", 1, 32, {"wide": True, "leaky": False}, "autoencoder"),
    ("mnist_1_penalised", "mnist", 1, 32, {}, "penalised"),
    ("mnist_1_classifier", "mnist", 1, 10, {"bias": True}, "classifier"),
    ("mnist_2", "mnist", 2, 30, {}, "autoencoder"),
    ("mnist_2_encoder", "mnist", 2, 30, {"bias": True}, "encoder"),
    ("mnist_2_penalised", "mnist", 2, 30, {"affine": False}, "penalised"),
    ("cifar10_1", "cifar10", 1, 12, {}, "autoencoder"),
    ("cifar10_1_no_bn", "cifar10", 1, 128, {"bias": True, "batch_norm": False}, "autoencoder"),
    ("cifar10_2", "cifar10", 2, 128, {"leaky": False}, "autoencoder"),
    ("cifar10_2_wide", "cifar10", 2, 32, {"wide": True, "bias": True}, "encoder"),
    ("cifar10_3", "cifar10", 3, 128, {"affine": False}, "autoencoder"),
    ("cifar10_3_bias", "cifar10", 3, 32, {"bias": True}, "autoencoder"),
    ("gtsrb", "gtsrb", 1, 32, {}, "autoencoder"),
    ("gtsrb_wide", "gtsrb", 1, 7, {"bias": True, "wide": True}, "autoencoder"),
]


def set_values(layers):
    """Weights like He's, everything else near its usual value."""
    with torch.no_grad():
        for name, layer in layers:
            if name is None:
                continue
            for key, tensor in layer.state_dict().items():
                if key == "num_batches_tracked":
                    continue
                full = f"{name}.{key}"
                values = wave(full, tensor.numel()).reshape(tuple(tensor.shape))
                if key == "running_var" or (key == "weight" and tensor.dim() == 1):
                    values = 1 + 0.2 * values
                elif tensor.dim() == 1:
                    values = 0.1 * values
                else:
                    values = values * np.sqrt(6 / np.prod(tensor.shape[1:]))
                tensor.copy_(torch.from_numpy(values))


def run(layers, x):
    for _, layer in layers:
        x = layer(x)
    return x


def keep_biased_variance(layers):
    """PyTorch averages the unbiased variance into running_var; the networks here the biased one."""

    def correct(layer, inputs, _):
        if not layer.training:
            return
        n = inputs[0].numel() / inputs[0].shape[1]
        old = layer.before
        batch = (layer.running_var - 0.9 * old) / 0.1 * (n - 1) / n
        layer.running_var.data.copy_(0.9 * old + 0.1 * batch)

    for _, layer in layers:
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            layer.before = layer.running_var.clone()
            layer.register_forward_hook(correct)


def projections(gradient):
    g = gradient.detach().numpy().ravel()
    return [np.linalg.norm(g), g @ wave("a", g.size), g @ wave("b", g.size)]


def make_case(arrays, name, family, number, z, options, use):
    options = {**PLAIN, **options}
    b = Builder(options)
    encoder(family, number, z, b, use == "autoencoder")
    first, b.layers = b.layers, []
    second = []
    if use == "classifier":
        head = Builder(options, "head.")
        head.dense(z, 1)
        second = head.layers
    elif use != "encoder":
        back = Builder(options, "decoder.")
        decoder(family, number, z, back)
        second = back.layers
    set_values(first + second)
    shape = (1, 28, 28) if family == "mnist" else (3, 32, 32)
    n_values = int(np.prod(shape))
    images = torch.from_numpy((wave("images", N_IMAGES * n_values) + 1).reshape(N_IMAGES, *shape) / 2)
    for _, layer in first + second:
        layer.eval()
    phi = run(first, images)
    out = run(second, phi).reshape(N_IMAGES, -1)
    arrays[f"{name}.evaluated.representation"] = phi.detach().numpy()
    arrays[f"{name}.evaluated.output"] = projections(out)
    keep_biased_variance(first + second)
    for _, layer in first + second:
        layer.train()
    phi = run(first, images)
    out = run(second, phi).reshape(N_IMAGES, -1)
    arrays[f"{name}.trained.output"] = projections(out)
    objective = (out * torch.from_numpy(wave("d_output", out.numel()).reshape(out.shape))).sum()
    if use in ("autoencoder", "penalised"):
        d_phi = torch.from_numpy(wave("d_representation", phi.numel()).reshape(phi.shape))
        objective = objective + (phi * d_phi).sum()
    objective.backward()
    for layer_name, layer in first + second:
        if layer_name is None:
            continue
        for key, parameter in layer.named_parameters():
            arrays[f"{name}.{layer_name}.{key}"] = projections(parameter.grad)
        for key, buffer in layer.named_buffers():
            if key != "num_batches_tracked":
                arrays[f"{name}.{layer_name}.{key}"] = projections(buffer)


def main():
    torch.set_num_threads(1)
    arrays = {}
    for case in CASES:
        make_case(arrays, *case)
    safetensors_io.save(sys.argv[1], arrays)


main()
