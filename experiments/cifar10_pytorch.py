#!/usr/bin/python3
"""One-class Deep SVDD on CIFAR-10 in PyTorch, without pretraining: an independent look at the AUC.

Compare with `deepsvdd --dataset cifar10 --normal CLASS --hard-margin 1 --pretrain 0 --val-frac 0`: not to the last
digit, since initial weights and the order of batches are others. Needs Debian's python3-torch and
python3-sklearn, and the binary version of CIFAR-10, unpacked: scripts/get_data.sh cifar10, then
tar xzf data/cifar-10-binary.tar.gz -C data

usage: experiments/cifar10_pytorch.py CLASS [N_EPOCHS [SEED]]     [20 epochs, seed 0]
"""

import math
import os
import sys

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DIRECTORY = os.path.join(ROOT, "data", "cifar-10-batches-bin")
RECORD = 1 + 3 * 32 * 32  # a label and an image
BATCH = 200


def read(files):
    """Labels (n) and images (n, 3072) in [0, 1]."""
    records = np.concatenate([np.fromfile(os.path.join(DIRECTORY, name), np.uint8) for name in files])
    records = records.reshape(-1, RECORD)
    return records[:, 0], records[:, 1:].astype(np.float32) / 255


def normalise_contrast(images):
    """Each image: mean 0, sum of absolute values 1."""
    images = images - images.mean(axis=1, keepdims=True)
    return images / np.abs(images).sum(axis=1, keepdims=True)


def make_network():
    """The encoder of architecture 3: no biases, Glorot uniform weights."""
    layers, channels = [], 3
    for filters in (32, 64, 128):
        layers += [nn.Conv2d(channels, filters, 5, padding=2, bias=False),
                   nn.BatchNorm2d(filters, eps=1e-4, momentum=0.1), nn.LeakyReLU(0.01), nn.MaxPool2d(2)]
        channels = filters
        nn.init.xavier_uniform_(layers[-4].weight, math.sqrt(2 / (1 + 0.01**2)))
    layers += [nn.Flatten(), nn.Linear(128 * 4 * 4, 128, bias=False)]
    nn.init.xavier_uniform_(layers[-1].weight)
    return nn.Sequential(*layers)


def represent(network, images):
    network.eval()
    with torch.no_grad():
        return torch.cat([network(batch) for batch in images.split(500)])


def find_centre(network, images):
    centre = represent(network, images).mean(dim=0)
    moved = torch.where(centre < 0, torch.tensor(-0.1), torch.tensor(0.1))
    return torch.where(centre.abs() < 0.1, moved, centre)


def main():
    if not 2 <= len(sys.argv) <= 4 or not all(text.isdecimal() for text in sys.argv[1:]):
        sys.exit(__doc__.strip())
    if not os.path.isdir(DIRECTORY):
        sys.exit(f"{DIRECTORY} is not there: scripts/get_data.sh cifar10, then "
                 "tar xzf data/cifar-10-binary.tar.gz -C data")
    normal, n_epochs, seed = [int(text) for text in sys.argv[1:]] + [20, 0][len(sys.argv) - 2:]
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)

    labels, train = read([f"data_batch_{i}.bin" for i in range(1, 6)])
    test_labels, test = read(["test_batch.bin"])
    train, test = normalise_contrast(train[labels == normal]), normalise_contrast(test)
    low, high = train.min(), train.max()
    train, test = (torch.tensor((x - low) / (high - low)).view(-1, 3, 32, 32) for x in (train, test))
    train = train[torch.tensor(rng.permutation(len(train)))]

    network = make_network()
    centre = find_centre(network, train)
    weights = [layer.weight for layer in network if isinstance(layer, (nn.Conv2d, nn.Linear))]
    adam = torch.optim.Adam(network.parameters(), lr=1e-4)
    for epoch in range(1, n_epochs + 1):
        network.train()
        objectives = []
        for i in rng.permutation(len(train) // BATCH):
            distances = (network(train[i * BATCH:(i + 1) * BATCH]) - centre).square().sum(dim=1)
            objective = distances.mean() + 0.5 / 1e6 * sum(w.square().sum() for w in weights)
            adam.zero_grad()
            objective.backward()
            adam.step()
            objectives.append(objective.item())
        scores = (represent(network, test) - centre).square().sum(dim=1)
        auc = roc_auc_score(test_labels != normal, scores)
        print(f"epoch {epoch}  objective {np.mean(objectives):.3f}  test AUC {100 * auc:.2f}", flush=True)


main()
