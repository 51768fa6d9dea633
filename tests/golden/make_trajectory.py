#!/usr/bin/python3
"""Writes tests/golden/trajectory.safetensors: trainings of a small network by PyTorch in float64.

Run from anywhere; needs Debian's python3-torch and python3-scipy. The network is MNIST's
architecture 1 in small, the method that of Deep SVDD: an autoencoder is trained, its encoder, the
centre and the radius are taken over, and each objective is trained from there; so is the
classifier. Of the trainings of Deep SVDD SVDD says what is special about each: center_free trains c
with the weights or, in block-coordinate descent, takes it with R2 from the dual, here solved by
SciPy; penalty is 1 / C_rec of the reconstruction penalty, with the decoder kept. Every training is
20 steps on 4 batches in turn, and 4 steps are an epoch. The file has

    images                     (80, 144), in batches of 20
    labels                     (80) of the classifier, 0 or 1
    initial.<layer>.<name>     the parameters of the autoencoder and of the classifier's head at the
                               start
    <training>.losses          (20) before every step, with the weight decay
    <training>.radius          (5) R2 after every epoch
    <training>.scores          (80) of the images at the end: reconstruction errors, distances d_i
                               or the classifier's logits
    <training>.image_losses    (80) their cross-entropies, of autoencoder_ce
    <training>.center          at the end, where c is trained
    <training>.penalty         at the end, of all images
    <training>.mean_loss       at the end, of the classifier on all images, without the weight decay
    <training>.<layer>.running_mean, <training>.<layer>.running_var   at the end
    svdd.center, svdd.radius   what the trainings of Deep SVDD start with
"""

import math
import os

import numpy as np
import torch
from scipy import optimize
from torch.nn import functional

import safetensors_io
from make_solver import adam

N_IMAGES, BATCH, SIZE = 80, 20, 12
STEPS, STEPS_PER_EPOCH = 20, 4
LR, DROP_EPOCH, DECAY = 2e-3, 3, 1e-2
NU = 0.13  # nu n = 10.4
WARM_UP, UPDATE_EPOCHS = 2, 2

# The objective of a training of Deep SVDD with what becomes of R2, and more options.
SVDD = {
    "one_class": {"objective": "one_class"},
    "soft_block": {"objective": "soft_block"},
    "soft_solver": {"objective": "soft_solver"},
    "one_class_free": {"objective": "one_class", "center_free": True},
    "soft_block_free": {"objective": "soft_block", "center_free": True},
    "soft_solver_free": {"objective": "soft_solver", "center_free": True},
    "one_class_penalty": {"objective": "one_class", "penalty": 0.1},
    "soft_block_penalty": {"objective": "soft_block", "penalty": 0.02},
    "soft_solver_all": {"objective": "soft_solver", "center_free": True, "penalty": 0.05},
}

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
HEAD = {"head.dense1.weight": (1, 32), "head.dense1.bias": (1,)}
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

    def __call__(self, x, training, layers=None):
        for layer in layers or self.layers:
            if layer in NORMS:
                x = self.batch_norm(layer, x, training)
            elif "conv" in layer:
                weight = self.parameters[layer + ".weight"]
                x = functional.conv2d(x, weight, padding=PADS.get(layer, 2))
            elif "dense" in layer:
                bias = self.parameters.get(layer + ".bias")
                x = functional.linear(x, self.parameters[layer + ".weight"], bias)
            else:
                x = PLAIN[layer](x)
        return x

    def decay(self, scales):
        weights = [key for key in self.parameters if key.endswith(".weight")]
        keys = [key for key in weights if scales or key[:-7] not in NORMS]
        return DECAY / 2 * sum((self.parameters[key] ** 2).sum() for key in keys)


def own_leaf(values):
    return values.detach().requires_grad_(True)


def step(solver, values, lr):
    """The values after a step against their gradient."""
    return torch.as_tensor(solver(values.detach().numpy(), values.grad.numpy(), lr))


def train(network, data, loss, scales=False, own=None, after_epoch=None):
    """20 steps; what is in the dict `own` is trained with the network. Returns the losses."""
    own = {} if own is None else own
    solvers = {key: adam() for key in [*network.parameters, *own]}
    losses = []
    for t in range(STEPS):
        first = t * BATCH % N_IMAGES
        epoch = t // STEPS_PER_EPOCH
        lr = LR if epoch < DROP_EPOCH else LR / 10
        for values in (network.parameters, own):
            values.update({key: own_leaf(value) for key, value in values.items()})
        value = loss(*[part[first : first + BATCH] for part in data]) + network.decay(scales)
        value.backward()
        losses.append(value.item())
        for values in (network.parameters, own):
            values.update({key: step(solvers[key], value, lr) for key, value in values.items()})
        if (t + 1) % STEPS_PER_EPOCH == 0 and after_epoch:
            after_epoch(epoch + 1)
    return torch.tensor(losses, dtype=torch.float64)


def squared_errors(x_hat, images):
    return ((x_hat - images) ** 2).sum((1, 2, 3))


def cross_entropies(x_hat, images):
    return functional.binary_cross_entropy(x_hat, images, reduction="none").sum((1, 2, 3))


def train_autoencoder(parameters, statistics, images, errors):
    network = Network(ENCODER + DECODER, parameters, statistics)
    losses = train(network, (images,), lambda x: errors(network(x, True), x).mean(), scales=True)
    return network, {"losses": losses, "scores": squared_errors(network(images, False), images)}


def train_classifier(encoder, head, images, labels):
    parameters = {**encoder.parameters, **head}
    network = Network(ENCODER + ["head.dense1"], parameters, encoder.statistics)

    def loss(x, y, training=True):
        logits = network(x, training).squeeze(1)
        return functional.binary_cross_entropy_with_logits(logits, y)

    losses = train(network, (images, labels), loss)
    return network, {
        "losses": losses,
        "scores": network(images, False).squeeze(1),
        "mean_loss": loss(images, labels, training=False),
    }


def kth_largest(values, k):
    return values.sort(descending=True)[0][int(k) - 1].item()


def solve_dual(phi):
    """min over a of a^T K a - diag(K)^T a, 0 <= a_i <= 1 / (nu n), sum a = 1; returns c and R2."""
    mean = phi.mean(0)  # the problem moves with the origin; near it numbers are small
    k = (phi - mean) @ (phi - mean).T
    n, diagonal = len(phi), np.diag(k)
    result = optimize.minimize(
        lambda a: a @ k @ a - diagonal @ a,
        np.full(n, 1 / n),
        jac=lambda a: 2 * k @ a - diagonal,
        bounds=[(0, 1 / (NU * n))] * n,
        constraints={"type": "eq", "fun": lambda a: a.sum() - 1, "jac": np.ones_like},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 10000},
    )
    center = result.x @ phi
    d = ((phi - center) ** 2).sum(1)
    radius = np.sort(d)[-math.ceil(NU * n)]  # the best for this centre: nu n is not whole
    primal = radius + np.maximum(d - radius, 0).sum() / (NU * n)
    assert abs(primal + result.fun) < 1e-9 * primal, f"{primal} is not {-result.fun}"
    return center, radius


def train_svdd(name, autoencoder, images, center, radius, objective, center_free=False, penalty=0):
    network = Network(
        ENCODER + (DECODER if penalty else []), autoencoder.parameters, autoencoder.statistics
    )
    sphere = {"center": center, "radius": torch.tensor(radius, dtype=torch.float64)}
    own = {}  # of the sphere, what the solver trains
    if center_free and objective != "soft_block":
        own["center"] = sphere.pop("center")
    if objective == "soft_solver":
        own["radius"] = sphere.pop("radius")
    radii = []

    def part(key):
        return own[key] if key in own else sphere[key]

    def distances(representations):
        return ((representations - part("center")) ** 2).sum(1)

    def penalty_of(representations, batch, training):
        x_hat = network(representations, training, DECODER)
        return penalty / 2 * squared_errors(x_hat, batch).mean()

    def loss(batch):
        representations = network(batch, True, ENCODER)
        d = distances(representations)
        more = penalty_of(representations, batch, True) if penalty else 0
        if objective == "one_class":
            return d.mean() + more
        radius = part("radius")
        margin = (d - radius).abs().min() / radius
        assert margin > 1e-4, f"{name}: a distance is too near R2 for float32: {margin:.1e}"
        return radius + torch.clamp(d - radius, min=0).sum() / (NU * len(d)) + more

    def after_epoch(epoch):
        quantile = objective == "one_class" or epoch <= WARM_UP
        due = "radius" in sphere and (quantile or epoch % UPDATE_EPOCHS == 0)
        if due and center_free and not quantile:
            found = solve_dual(network(images, False, ENCODER).detach().numpy())
            sphere.update(zip(("center", "radius"), map(torch.as_tensor, found)))
        elif due:
            k = math.floor(NU * N_IMAGES) if quantile else math.ceil(NU * N_IMAGES)
            d = distances(network(images, False, ENCODER))
            sphere["radius"] = torch.tensor(kth_largest(d, k), dtype=torch.float64)
        radii.append(part("radius").item())

    results = {"losses": train(network, (images,), loss, own=own, after_epoch=after_epoch)}
    representations = network(images, False, ENCODER)
    results["radius"], results["scores"] = torch.tensor(radii), distances(representations)
    if center_free:
        results["center"] = part("center")
    if penalty:
        results["penalty"] = penalty_of(representations, images, False)
    return network, results


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


def initial_head():
    weight = 0.5 * (2 * torch.rand(HEAD["head.dense1.weight"]) - 1)
    bias = torch.rand(HEAD["head.dense1.bias"])
    return {"head.dense1.weight": weight.float().double(), "head.dense1.bias": bias.double()}


def start_of_svdd(encoder, images):
    """The centre and R2."""
    center = encoder(images, False).mean(0).detach()
    small = center.abs() < 0.1
    assert 0 < small.sum() < len(center)
    center[small] = torch.where(center[small] < 0, -0.1, 0.1).double()
    distances = ((encoder(images, False) - center) ** 2).sum(1)
    return center, kth_largest(distances, math.floor(NU * N_IMAGES))


def main():
    torch.manual_seed(2)
    images = blobs()
    parameters, statistics = initial()
    head = initial_head()
    labels = torch.tensor([i * i % 7 < 3 for i in range(N_IMAGES)]).double()
    arrays = {"images": images.flatten(1)}
    arrays.update({f"initial.{key}": value for key, value in parameters.items()})

    trainings = {"autoencoder": train_autoencoder(parameters, statistics, images, squared_errors)}
    autoencoder = trainings["autoencoder"][0]
    encoder = Network(ENCODER, autoencoder.parameters, autoencoder.statistics)
    center, radius = start_of_svdd(encoder, images)
    arrays["svdd.center"], arrays["svdd.radius"] = center, torch.tensor(radius)
    for name, options in SVDD.items():
        trainings[name] = train_svdd(name, autoencoder, images, center, radius, **options)
    network, results = train_autoencoder(parameters, statistics, images, cross_entropies)
    results["image_losses"] = cross_entropies(network(images, False), images)
    trainings["autoencoder_ce"] = network, results
    trainings["classifier"] = train_classifier(encoder, head, images, labels)
    arrays["labels"] = labels
    arrays.update({f"initial.{key}": value for key, value in head.items()})

    for name, (network, results) in trainings.items():
        for key, value in results.items():
            arrays[f"{name}.{key}"] = value
        for key, value in network.statistics.items():
            arrays[f"{name}.{key}"] = value
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trajectory.safetensors")
    safetensors_io.save(path, {key: value.detach().numpy() for key, value in arrays.items()})


if __name__ == "__main__":
    main()
