#!/usr/bin/python3
"""The measurements of `bench` (ae, svdd, score) in PyTorch; needs Debian's python3-torch.

The same networks, batches, solver and weight decay; like bench.c it prints one JSON object a line.
Without PyTorch it says "skipped" and exits with status 77.
"""

import argparse
import json
import sys
import time

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as error:
    print(f"torch_bench.py: skipped: {error}", file=sys.stderr)
    sys.exit(77)

BATCH = 200
N_BATCHES = 29  # as many as MNIST's digit 0 has
WARM_UP_STEPS = 3


def stage(n_in, n_out, padding=2):
    """conv BN act; in place where the backward pass does not miss what is overwritten."""
    return [
        nn.Conv2d(n_in, n_out, 5, padding=padding, bias=False),
        nn.BatchNorm2d(n_out, eps=1e-4),
        nn.LeakyReLU(0.01, inplace=True),
    ]


def mnist():
    """Architecture 1: image shape, encoder, decoder."""
    encoder = [
        *stage(1, 8), nn.MaxPool2d(2),
        *stage(8, 4), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(196, 32, bias=False),
    ]
    decoder = [
        nn.Unflatten(1, (2, 4, 4)), nn.LeakyReLU(0.01, inplace=True), nn.Upsample(scale_factor=2),
        *stage(2, 4), nn.Upsample(scale_factor=2),
        *stage(4, 8, padding=1), nn.Upsample(scale_factor=2),
        nn.Conv2d(8, 1, 5, padding=2, bias=False), nn.Sigmoid(),
    ]
    return (1, 28, 28), encoder, decoder


def cifar10():
    """Architecture 3: image shape, encoder, decoder."""
    encoder = [
        *stage(3, 32), nn.MaxPool2d(2),
        *stage(32, 64), nn.MaxPool2d(2),
        *stage(64, 128), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(2048, 128, bias=False),
    ]
    decoder = [
        nn.Unflatten(1, (8, 4, 4)), nn.LeakyReLU(0.01, inplace=True),
        *stage(8, 128), nn.Upsample(scale_factor=2),
        *stage(128, 64), nn.Upsample(scale_factor=2),
        *stage(64, 32), nn.Upsample(scale_factor=2),
        nn.Conv2d(32, 3, 5, padding=2, bias=False), nn.Sigmoid(),
    ]
    return (3, 32, 32), encoder, decoder


NETWORKS = {"mnist": mnist, "cifar10": cifar10}


def solver(model, weight_decay, scales):
    """Adam with (weight_decay / 2) * the sum of squares of weights, and of BatchNorm scales."""
    decayed, rest = [], []
    for name, parameter in model.named_parameters():
        weight = parameter.dim() > 1 or (scales and name.endswith(".weight"))
        (decayed if weight else rest).append(parameter)
    groups = [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": rest, "weight_decay": 0},
    ]
    return torch.optim.Adam(groups, lr=1e-4)


def autoencoder_step(encoder, decoder, _batches):
    model = nn.Sequential(*encoder, *decoder).train()
    adam = solver(model, 1e-3, True)

    def step(batch):
        adam.zero_grad(set_to_none=True)
        loss = functional.mse_loss(model(batch), batch, reduction="sum") / BATCH
        loss.backward()
        adam.step()
        return loss

    return model, step


def center_of(model, batches):
    """The mean representation, every component at least 0.1 from 0."""
    with torch.no_grad():
        center = torch.cat([model.eval()(batch) for batch in batches]).mean(0)
    sign = torch.where(center < 0, -1.0, 1.0)
    return torch.where(center.abs() < 0.1, 0.1 * sign, center)


def svdd_step(encoder, _decoder, batches):
    model = nn.Sequential(*encoder)
    center = center_of(model, batches)
    model.train()
    adam = solver(model, 1e-6, False)

    def step(batch):
        adam.zero_grad(set_to_none=True)
        loss = ((model(batch) - center) ** 2).sum(1).mean()
        loss.backward()
        adam.step()
        return loss

    return model, step


def score_step(encoder, _decoder, batches):
    model = nn.Sequential(*encoder)
    center = center_of(model, batches)
    model.eval()

    def step(batch):
        with torch.no_grad():
            return ((model(batch) - center) ** 2).sum(1)

    return model, step


STEPS = {"ae": autoencoder_step, "svdd": svdd_step, "score": score_step}


def measure(network, what, threads, seconds):
    torch.manual_seed(0)
    shape, encoder, decoder = NETWORKS[network]()
    batches = [torch.rand(BATCH, *shape) for _ in range(N_BATCHES)]
    model, step = STEPS[what](encoder, decoder, batches)
    for batch in batches[:WARM_UP_STEPS]:
        step(batch)
    steps, elapsed, start = 0, 0.0, time.perf_counter()
    while elapsed < seconds:
        result = step(batches[steps % N_BATCHES])
        steps += 1
        elapsed = time.perf_counter() - start
    if not torch.isfinite(result).all():
        sys.exit(f"torch_bench.py: {what}: the result is not finite")
    return {
        "network": network,
        "what": what,
        "kernel": "pytorch " + torch.__version__,
        "threads": threads,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "images": steps * BATCH,
        "seconds": elapsed,
        "us_per_image": elapsed / (steps * BATCH) * 1e6,
    }


def positive(kind):
    """For argparse: a number of that kind above 0."""
    def number(text):
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"must be above 0, not {text}")
        return value

    return number


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--network", choices=NETWORKS, default="mnist",
                        help="that of the paper's experiment on this data set")
    parser.add_argument("--what", choices=STEPS, default=argparse.SUPPRESS,
                        help="what to measure (default: all three)")
    parser.add_argument("--threads", type=positive(int), default=1, metavar="N",
                        help="PyTorch's threads")
    parser.add_argument("--seconds", type=positive(float), default=1, metavar="S",
                        help="how long one measurement takes at least")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for what in [arguments.what] if "what" in arguments else STEPS:
        row = measure(arguments.network, what, arguments.threads, arguments.seconds)
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
