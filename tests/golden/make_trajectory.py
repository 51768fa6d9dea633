#!/usr/bin/python3
"""Writes tests/golden/trajectory.safetensors: whole trainings of a small network by PyTorch in float64.

Run from anywhere; needs Debian's python3-torch. The network is MNIST's architecture 1 in small, the
method that of Deep SVDD: an autoencoder is trained, its encoder, the centre and the radius are taken
over, and each objective is trained from there. Every training is 20 steps on 4 batches in turn, and
4 steps are an epoch. The file has

    images                     (80, 144), in batches of 20
    initial.<layer>.<name>     the parameters of the autoencoder at the start
    <training>.losses          (20) before every step, with the weight decay
    <training>.radius          (5) R2 after every epoch
    <training>.scores          (80) of the images at the end: reconstruction errors or distances d_i
    <training>.<layer>.running_mean, <training>.<layer>.running_var   at the end
    svdd.center, svdd.radius   what the trainings of Deep SVDD start with
"""

import math
import os

import torch
from torch.nn import functional

import safetensors_io
from make_solver import Adam

N_IMAGES, BATCH, SIZE = 80, 20, 12
STEPS, STEPS_PER_EPOCH = 20, 4
LR, DROP_EPOCH, DECAY = 2e-3, 3, 1e-2
NU = 0.13  # nu n = 10.4
WARM_UP, UPDATE_EPOCHS = 2, 2

ENCODER = ["conv1", "bn1", "act", "pool", "conv2", "bn2", "act", "pool", "flatten", "dense1"]
DECODER = (
    ["reshape", "act", "up", "decoder.conv1", "decoder.bn1", "act", "up"]
    + ["decoder.conv2", "decoder.bn2", "act", "decoder.conv3", "sigmoid"]
)
SHAPES = {
    "conv1.weight": (8, 1, 5, 5),
    "conv2.weight": (4, 8, 5, 5),
    "dense1.weight": (32, 36),
    "decoder.conv1.weight": (4, 2, 5, 5),
    "decoder.conv2.weight": (8, 4, 5, 5),
    "decoder.conv3.weight": (1, 8, 5, 5),
}
NORMS = {"bn1": 8, "bn2": 4, "decoder.bn1": 4, "decoder.bn2": 8}
PADS = {"decoder.conv1": 1}
PLAIN = {
    "act": lambda x: functional.leaky_relu(x, 0.01),
    "pool": lambda x: functional.max_pool2d(x, 2),
    "up": lambda x: functional.interpolate(x, scale_factor=2),
    "flatten": lambda x: x.flatten(1),
    "reshape": lambda x: x.reshape(-1, 2, 4, 4),
    "sigmoid": torch.sigmoid,
}


class Network:
    def __init__(self, layers, parameters, statistics):
        self.layers = layers
        self.parameters = self.own(parameters)
        self.statistics = self.own(statistics)

    def own(self, values):
        """Those of the values <layer>.<name> whose layer is here."""
        own = [key for key in values if key.rsplit(".", 1)[0] in self.layers]
        return {key: values[key].clone() for key in own}

    def batch_norm(self, name, x, training):
        weight, bias = self.parameters[name + ".weight"], self.parameters[name + ".bias"]
        if training:
            mean, var = x.mean((0, 2, 3)).detach(), x.var((0, 2, 3), unbiased=False).detach()
            for key, value in ((".running_mean", mean), (".running_var", var)):
                self.statistics[name + key] = 0.9 * self.statistics[name + key] + 0.1 * value
            return functional.batch_norm(x, None, None, weight, bias, training=True, eps=1e-4)
        mean = self.statistics[name + ".running_mean"]
        var = self.statistics[name + ".running_var"]
        return functional.batch_norm(x, mean, var, weight, bias, eps=1e-4)

    def __call__(self, x, training):
        for layer in self.layers:
            if layer in NORMS:
                x = self.batch_norm(layer, x, training)
            elif "conv" in layer:
                weight = self.parameters[layer + ".weight"]
                x = functional.conv2d(x, weight, padding=PADS.get(layer, 2))
            elif "dense" in layer:
                x = functional.linear(x, self.parameters[layer + ".weight"])
            else:
                x = PLAIN[layer](x)
        return x

    def decay(self, scales):
        weights = [key for key in self.parameters if key.endswith(".weight")]
        keys = [key for key in weights if scales or key[:-7] not in NORMS]
        return DECAY / 2 * sum((self.parameters[key] ** 2).sum() for key in keys)


def train(network, images, loss, scales, radius=None, after_epoch=None):
    """20 steps; `radius` (a tensor) is trained with the network. Returns the losses and all R2."""
    solvers = {key: Adam() for key in network.parameters}
    radius_solver = Adam()
    losses, radii = [], []
    for step in range(STEPS):
        first = step * BATCH % N_IMAGES
        epoch = step // STEPS_PER_EPOCH
        lr = LR if epoch < DROP_EPOCH else LR / 10
        for key in network.parameters:
            network.parameters[key] = network.parameters[key].detach().requires_grad_(True)
        value = loss(network, images[first : first + BATCH]) + network.decay(scales)
        value.backward()
        losses.append(value.item())
        for key, parameter in network.parameters.items():
            network.parameters[key] = solvers[key].step(parameter.detach(), parameter.grad, lr)
        if radius is not None and radius.grad is not None:
            radius.data = radius_solver.step(radius.data, radius.grad, lr)
            radius.grad = None
        if (step + 1) % STEPS_PER_EPOCH == 0:
            if after_epoch:
                after_epoch(epoch + 1)
            radii.append(radius.item() if radius is not None else 0)
    return torch.tensor(losses), torch.tensor(radii)


def reconstruction_errors(network, images, training):
    return ((network(images, training) - images) ** 2).sum((1, 2, 3))


def kth_largest(values, k):
    return values.sort(descending=True)[0][int(k) - 1].item()


def train_svdd(name, encoder, images, center, start_radius):
    radius = torch.tensor(start_radius, dtype=torch.float64, requires_grad=name == "soft_solver")
    network = Network(ENCODER, encoder.parameters, encoder.statistics)

    def distances(batch, training):
        return ((network(batch, training) - center) ** 2).sum(1)

    def loss(_, batch):
        d = distances(batch, True)
        if name == "one_class":
            return d.mean()
        margin = (d - radius).abs().min() / radius
        assert margin > 1e-4, f"{name}: a distance is too near R2 for float32: {margin:.1e}"
        return radius + torch.clamp(d - radius, min=0).sum() / (NU * len(d))

    def after_epoch(epoch):
        if name == "soft_solver":
            return
        quantile = name == "one_class" or epoch <= WARM_UP
        if quantile or epoch % UPDATE_EPOCHS == 0:
            k = math.floor(NU * N_IMAGES) if quantile else math.ceil(NU * N_IMAGES)
            radius.data.fill_(kth_largest(distances(images, False), k))

    losses, radii = train(network, images, loss, False, radius, after_epoch)
    return network, {"losses": losses, "radius": radii, "scores": distances(images, False)}


def blobs():
    """Images of one or two Gaussian spots on a dark ground, in [0, 1]."""
    y, x = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    images = torch.zeros(N_IMAGES, 1, SIZE, SIZE)
    for image in images:
        for _ in range(1 + int(torch.rand(1) < 0.5)):
            cy, cx, width = 2 + 8 * torch.rand(1), 2 + 8 * torch.rand(1), 1 + 2 * torch.rand(1)
            image[0] += torch.exp(-((y - cy) ** 2 + (x - cx) ** 2) / width**2)
    return images.clamp(max=1).float().double()


def initial():
    parameters, statistics = {}, {}
    for key, shape in SHAPES.items():
        limit = math.sqrt(6 / (sum(shape[:2]) * (25 if len(shape) == 4 else 1)))
        parameters[key] = (limit * (2 * torch.rand(shape) - 1)).float().double()
    for name, channels in NORMS.items():
        parameters[name + ".weight"] = (0.8 + 0.4 * torch.rand(channels)).float().double()
        parameters[name + ".bias"] = (0.2 * torch.randn(channels)).float().double()
        statistics[name + ".running_mean"] = torch.zeros(channels, dtype=torch.float64)
        statistics[name + ".running_var"] = torch.ones(channels, dtype=torch.float64)
    return parameters, statistics


def main():
    torch.manual_seed(2)
    images = blobs()
    parameters, statistics = initial()
    arrays = {"images": images.flatten(1)}
    arrays.update({f"initial.{key}": value for key, value in parameters.items()})
    autoencoder = Network(ENCODER + DECODER, parameters, statistics)
    losses, _ = train(
        autoencoder, images, lambda network, x: reconstruction_errors(network, x, True).mean(), True
    )
    scores = reconstruction_errors(autoencoder, images, False)
    trainings = {"autoencoder": (autoencoder, {"losses": losses, "scores": scores})}

    encoder = Network(ENCODER, autoencoder.parameters, autoencoder.statistics)
    center = encoder(images, False).mean(0)
    small = center.abs() < 0.1
    assert 0 < small.sum() < len(center)
    center[small] = torch.where(center[small] < 0, -0.1, 0.1).double()
    distances = ((encoder(images, False) - center) ** 2).sum(1)
    radius = kth_largest(distances, math.floor(NU * N_IMAGES))
    arrays["svdd.center"], arrays["svdd.radius"] = center, torch.tensor(radius)
    for name in ("one_class", "soft_block", "soft_solver"):
        trainings[name] = train_svdd(name, encoder, images, center, radius)

    for name, (network, results) in trainings.items():
        for key, value in results.items():
            arrays[f"{name}.{key}"] = value
        for key, value in network.statistics.items():
            arrays[f"{name}.{key}"] = value
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trajectory.safetensors")
    safetensors_io.save(path, {key: value.detach().numpy() for key, value in arrays.items()})


if __name__ == "__main__":
    main()
