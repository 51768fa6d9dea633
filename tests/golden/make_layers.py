#!/usr/bin/python3
"""Writes tests/golden/layers.safetensors: every layer forward and backward as PyTorch computes it.

Run from anywhere; needs Debian's python3-torch. Inputs are float32 numbers; what follows from them is
computed in float64. The cases of a kind of layer are named conv.0, conv.1, ...; each has

    in, out, d_out, d_in    (images, channels, height, width), or (images, values)
    weight, bias            where the layer has them, and their gradients d_weight, d_bias

with d_out the gradient of the loss with respect to out, and so on. A BatchNorm also has its running
averages before (start_mean, start_var) and after the training pass (running_mean, running_var) and
what it makes of the same input in evaluation mode after that (eval_out).
"""

import os

import torch
from torch import nn
from torch.nn import functional

import safetensors_io

ARRAYS = {}
COUNTS = {}


def random(*shape):
    return torch.randn(*shape).to(torch.float32).to(torch.float64)


def add(kind, layer, inputs):
    """One case: a layer (a module or a function) on an input."""
    name = f"{kind}.{COUNTS.setdefault(kind, 0)}"
    COUNTS[kind] += 1
    inputs.requires_grad_(True)
    out = layer(inputs)
    d_out = random(*out.shape)
    out.backward(d_out)
    arrays = {"in": inputs, "out": out, "d_out": d_out, "d_in": inputs.grad}
    if isinstance(layer, nn.Module):
        for key, parameter in layer.named_parameters():
            key = key.split(".")[-1]
            arrays[key] = parameter
            arrays["d_" + key] = parameter.grad
    for key, value in arrays.items():
        ARRAYS[f"{name}.{key}"] = value.detach().numpy()
    return name


def randomised(module):
    """The module in float64 with random float32 parameters."""
    module = module.double()
    for parameter in module.parameters():
        parameter.data = random(*parameter.shape)
    return module


def convolutions():
    """All widths of the output from 1 to 17, with all paddings, and channels of many remainders."""
    channels = [(1, 8), (3, 4), (4, 5), (5, 3), (8, 1), (1, 1), (2, 9), (9, 2), (6, 6), (4, 4)]
    pads = [2, 0, 1, 4]
    images = [5, 2, 1, 3, 2]
    for width in range(1, 18):
        n_in, n_out = channels[width % len(channels)]
        pad = pads[width % 4] if width >= 5 or pads[width % 4] != 4 else 0
        height = 5 if pad == 4 else 2 + width % 3
        shape = (height + 4 - 2 * pad, width + 4 - 2 * pad)
        conv = nn.Conv2d(n_in, n_out, 5, padding=pad, bias=width % 2 == 0)
        add("conv", randomised(conv), random(images[width % 5], n_in, *shape))
    # more images than a group holds
    for n_in, n_out, pad, bias in [(3, 5, 2, True), (4, 2, 1, False)]:
        conv = nn.Conv2d(n_in, n_out, 5, padding=pad, bias=bias)
        add("conv", randomised(conv), random(19, n_in, 4, 6))


def upscaled_convolutions():
    """A convolution of an image upscaled by 2."""
    channels = [(2, 4), (1, 8), (4, 1), (3, 5), (8, 3), (5, 6)]
    for width in range(3, 13):
        n_in, n_out = channels[width % len(channels)]
        pad = width % 3
        conv = nn.Conv2d(n_in, n_out, 5, padding=pad, bias=width % 2 == 0)
        layers = nn.Sequential(nn.Upsample(scale_factor=2), randomised(conv))
        height = 3 if pad == 0 else 2
        add("upscale_conv", layers, random(17 if width == 3 else 2, n_in, height, width))
    for pad, size in [(2, (1, 1)), (1, (2, 2)), (2, (2, 1)), (2, (1, 6))]:
        layers = nn.Sequential(nn.Upsample(scale_factor=2), randomised(nn.Conv2d(3, 5, 5, padding=pad)))
        add("upscale_conv", layers, random(3, 3, *size))


class FlatLinear(nn.Linear):
    """A dense layer on images."""

    def forward(self, inputs):
        return super().forward(inputs.flatten(1))


def dense():
    sizes = [(5, 7, 3, True), (19, 18, 32, False), (16, 1, 1, True), (33, 12, 9, True)]
    for n, n_in, n_out, bias in sizes:
        add("dense", randomised(nn.Linear(n_in, n_out, bias=bias)), random(n, n_in))
    add("dense", randomised(FlatLinear(2 * 3 * 4, 5, bias=False)), random(6, 2, 3, 4))


def add_batch_norm(kind, shape, affine=True, followed_by=(), rounded=False):
    """PyTorch averages unbiased variances; here what the batch adds to running_var is the biased one."""
    module = nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d
    norm = randomised(module(shape[1], eps=1e-4, momentum=0.1, affine=affine))
    norm.running_mean = start_mean = random(shape[1])
    norm.running_var = start_var = (random(shape[1]) ** 2 + 0.5).float().double()
    start_mean, start_var = start_mean.clone(), start_var.clone()
    inputs = 3 * random(*shape) + 5 * random(1, shape[1], *[1] * (len(shape) - 2))
    inputs = (inputs / 3).round() if rounded else inputs.float().double()
    layers = nn.Sequential(norm, *followed_by)
    name = add(kind, layers, inputs)
    count = inputs.numel() / shape[1]
    added = (norm.running_var - 0.9 * start_var) * (count - 1) / count
    norm.running_var = 0.9 * start_var + added
    norm.eval()
    more = {
        "start_mean": start_mean,
        "start_var": start_var,
        "running_mean": norm.running_mean,
        "running_var": norm.running_var,
        "eval_out": layers(inputs),
    }
    ARRAYS.update({f"{name}.{key}": value.detach().numpy() for key, value in more.items()})


def batch_norms():
    """Alone, and with the activation and the pooling that the networks have after it."""
    for affine in (True, False):
        for shape in [(5, 3, 4, 5), (19, 4, 3, 3), (32, 2, 2, 2), (19, 6), (3, 5), (16, 1, 1, 1)]:
            add_batch_norm("bn" if affine else "bn_plain", shape, affine)
    leaky_relu, relu, pool = nn.LeakyReLU(0.01), nn.ReLU(), nn.MaxPool2d(2)
    for shape in [(5, 3, 4, 5), (19, 2, 3, 3), (19, 6)]:
        add_batch_norm("bn_leaky_relu", shape, followed_by=[leaky_relu])
        add_batch_norm("bn_relu", shape, followed_by=[relu])
    for shape in [(5, 3, 4, 6), (19, 2, 5, 3), (3, 4, 3, 2), (2, 2, 4, 7)]:
        for rounded in (False, True):  # few values: ties in the windows
            add_batch_norm("bn_pool", shape, followed_by=[pool], rounded=rounded)
            add_batch_norm("bn_leaky_relu_pool", shape, True, [leaky_relu, pool], rounded)
            add_batch_norm("bn_relu_pool", shape, True, [relu, pool], rounded)


def activations():
    for n, shape in [(5, (3, 4, 5)), (19, (7,))]:
        add("leaky_relu", lambda x: functional.leaky_relu(x, 0.01), random(n, *shape))
        add("relu", functional.relu, random(n, *shape))
        add("sigmoid", torch.sigmoid, 4 * random(n, *shape))
    extreme = [-1e30, -1000, -100, -88, -87, -30, -1e-30, 0, 1e-30, 17, 30, 87, 88, 100, 1000, 1e30]
    extreme = torch.tensor([extreme], dtype=torch.float32).double()
    add("sigmoid", torch.sigmoid, extreme.clone())
    add("leaky_relu", lambda x: functional.leaky_relu(x, 0.01), extreme.clone())


def resizing():
    """Pooling of even and odd sizes and, from few values, with ties: the first in row order wins."""
    for n, shape in [(5, (3, 4, 6)), (19, (2, 5, 4)), (3, (1, 4, 7)), (2, (2, 3, 3)), (1, (1, 2, 2))]:
        add("max_pool", lambda x: functional.max_pool2d(x, 2), random(n, *shape))
        ties = torch.randint(-1, 1, (n, *shape)).double()
        add("max_pool", lambda x: functional.max_pool2d(x, 2), ties)
    for n, shape in [(5, (3, 4, 5)), (19, (2, 1, 1)), (2, (1, 3, 7))]:
        add("upscale", lambda x: functional.interpolate(x, scale_factor=2), random(n, *shape))


def main():
    torch.manual_seed(1)
    convolutions()
    dense()
    batch_norms()
    activations()
    resizing()
    upscaled_convolutions()
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers.safetensors")
    safetensors_io.save(path, ARRAYS, {f"n.{kind}": count for kind, count in COUNTS.items()})


if __name__ == "__main__":
    main()
