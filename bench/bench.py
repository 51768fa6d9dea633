#!/usr/bin/python3
"""Runs the measurements, ours and PyTorch's in turn, and prints what they come to.

Called by bench.sh, under whose name it speaks. Standard library only; README.md explains every figure. A "sample" below is one
measurement in one round; a figure is the median of its samples, with the least and the greatest.
"""

import argparse
import collections
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NETWORKS = ["mnist", "cifar10"]
STEPS = {"ae": "autoencoder step", "svdd": "SVDD step", "score": "scoring"}
KERNELS = ["forward", "backward_input", "backward_weight"]
SKIPPED = 77
SHORT = 0.5  # of --seconds: how long what is not compared with PyTorch at one thread takes


class Runner:
    """Starts the measuring programs and keeps their samples."""

    def __init__(self, arguments):
        self.program = os.path.join(arguments.build, "bench", "bench")
        self.seconds = arguments.seconds
        self.kernel = ["--kernel", arguments.kernel]
        self.torch = [sys.executable, os.path.join(HERE, "torch_bench.py")]
        self.torch_environment = dict(os.environ)
        self.has_torch = not arguments.no_torch
        self.torch_version = None
        self.parameters = {}
        self.samples = collections.defaultdict(list)  # (series, network, what): us an image

    def start(self, command, environment=None):
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    def finish(self, process):
        """What the process has printed, one object a line."""
        output, _ = process.communicate()
        if process.returncode == SKIPPED:
            return []
        if process.returncode != 0:
            sys.exit(f"bench.sh: {' '.join(process.args)}: exit status {process.returncode}")
        return [json.loads(line) for line in output.splitlines()]

    def ours(self, *options):
        return [self.program, *self.kernel, *options]

    def machine(self):
        machine = self.finish(self.start(self.ours("--what", "machine")))[0]
        machine["openblas_core_from"] = (
            "environment" if os.environ.get("OPENBLAS_CORETYPE") else "processor")
        # PyTorch's OpenBLAS gets the core that ours corrects itself to.
        self.torch_environment["OPENBLAS_CORETYPE"] = machine["openblas_core"]
        return machine

    def convolutions(self, network, seconds):
        options = ["--what", "convolutions", "--network", network, "--seconds", str(seconds)]
        return self.finish(self.start(self.ours(*options)))

    def add(self, series, row, us_per_image):
        """Keeps a sample; whoever measures a network must measure the same one."""
        key = (row["network"], row["what"])
        if self.parameters.setdefault(key, row["parameters"]) != row["parameters"]:
            sys.exit(f"bench.sh: {series}: {key} has another number of parameters than elsewhere")
        self.samples[(series, *key)].append(us_per_image)

    def measure(self, series, network, threads, seconds):
        options = ["--network", network, "--threads", str(threads), "--seconds", str(seconds)]
        torch = series.startswith("pytorch")
        if torch and not self.has_torch:
            return
        command = [*self.torch, *options] if torch else self.ours(*options)
        rows = self.finish(self.start(command, self.torch_environment if torch else None))
        if torch:
            self.has_torch = bool(rows)
            self.torch_version = rows[0]["kernel"] if rows else None
        for row in rows:
            self.add(series, row, row["us_per_image"])

    def measure_processes(self, network, seconds):
        """Two processes side by side; the sample is microseconds over images of both."""
        for what in STEPS:
            options = ["--network", network, "--what", what, "--seconds", str(seconds)]
            pair = [self.start(self.ours(*options)) for _ in range(2)]
            rows = [self.finish(process)[0] for process in pair]
            self.add("processes", rows[0], 1 / sum(1 / row["us_per_image"] for row in rows))

    def round(self, cores):
        for network in NETWORKS:
            self.measure("ours", network, 1, self.seconds)
            self.measure("pytorch", network, 1, self.seconds)
            if cores > 1:
                self.measure("threads", network, 2, SHORT * self.seconds)
                self.measure("pytorch_threads", network, 2, SHORT * self.seconds)
                self.measure_processes(network, SHORT * self.seconds)


def figure(samples):
    return {"median": statistics.median(samples), "min": min(samples), "max": max(samples)}


def step_figures(runner):
    """{name: {network: {step: figure}}}; ratios are of the two samples of the same round."""
    samples = runner.samples
    pairs = {  # name: (dividend, divisor)
        "ratio": ("pytorch", "ours"),
        "ratio_threads": ("pytorch_threads", "threads"),
        "speedup_threads": ("ours", "threads"),
        "speedup_processes": ("ours", "processes"),
    }
    names = {
        "us_per_image": "ours",
        "us_per_image_threads": "threads",
        "us_per_image_processes": "processes",
        "pytorch": "pytorch",
        "pytorch_threads": "pytorch_threads",
    }
    result = {}
    for name in [*names, *pairs]:
        for network in NETWORKS:
            for step in STEPS:
                if name in names:
                    values = samples[(names[name], network, step)]
                else:
                    a, b = (samples[(series, network, step)] for series in pairs[name])
                    values = [x / y for x, y in zip(a, b)]
                if values:
                    result.setdefault(name, {}).setdefault(network, {})[step] = figure(values)
    return result


def convolution_figures(rounds):
    """One object a layer from several rounds of it: GFLOP/s and fractions of the round's peak."""
    result = []
    for rows in zip(*rounds):
        layer = {key: rows[0][key] for key in ("network", "layer", "shape")}
        for kernel in KERNELS:
            if kernel in rows[0]:
                layer[kernel] = {
                    "gflops": figure([row[kernel] for row in rows]),
                    "fraction": figure([row[kernel] / row["peak"] for row in rows]),
                }
        result.append(layer)
    return result


def peak_memory(build):
    """Bytes, of a run of one epoch each on MNIST; None without the program or without MNIST."""
    program = os.path.join(build, "deepsvdd")
    if not os.path.exists(program):
        return None
    with tempfile.TemporaryDirectory() as directory:
        options = "--dataset mnist --normal 0 --hard-margin 1 --ae-n-epochs 1 --n-epochs 1"
        command = [program, *options.split()]
        command += ["--threads", "1", "--xp-dir", os.path.join(directory, "run")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * 1024 if status == 0 else None


def spread(value, digits):
    """median (min..max)"""
    parts = [f"{value[key]:.{digits}f}" for key in ("median", "min", "max")]
    return f"{parts[0]} ({parts[1]}..{parts[2]})"


def print_table(title, columns, rows):
    """A table that reads as text and as Markdown."""
    table = [columns, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(columns))]
    print(f"\n{title}\n")
    for i, row in enumerate(table):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if i == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def print_steps(figures):
    columns = {
        "ours": ("us_per_image", 1),
        "PyTorch": ("pytorch", 1),
        "PyTorch / ours": ("ratio", 2),
    }
    threads = {
        "ours": ("us_per_image_threads", 1),
        "PyTorch": ("pytorch_threads", 1),
        "PyTorch / ours": ("ratio_threads", 2),
    }
    for title, names in (("one thread", columns), ("two threads", threads)):
        names = {column: name for column, name in names.items() if name[0] in figures}
        if not names:
            continue
        rows = [
            [f"{network}, {label}"]
            + [spread(figures[name][network][step], digits) for name, digits in names.values()]
            for network in NETWORKS
            for step, label in STEPS.items()
        ]
        print_table(f"Microseconds an image, {title}:", ["", *names], rows)


def print_throughput(figures):
    def rate(name, network, step):
        return f"{1e6 / figures[name][network][step]['median']:.0f}"

    def scaled(name, network, step):
        speedup = spread(figures["speedup_" + name][network][step], 2)
        return f"{rate('us_per_image_' + name, network, step)}, x {speedup}"

    several = "us_per_image_threads" in figures
    columns = ["", "1 thread"] + (["2 threads", "2 processes"] if several else [])
    rows = []
    for network in NETWORKS:
        for step, label in STEPS.items():
            row = [f"{network}, {label}", rate("us_per_image", network, step)]
            if several:
                row += [scaled(name, network, step) for name in ("threads", "processes")]
            rows.append(row)
    print_table("Images a second, ours:", columns, rows)


def print_convolutions(layers, peak):
    def cell(layer, kernel):
        if kernel not in layer:
            return "-"
        rate, fraction = (layer[kernel][key]["median"] for key in ("gflops", "fraction"))
        return f"{rate:.0f} ({100 * fraction:.0f} %)"

    rows = [
        [f"{layer['network']} {layer['layer']}", layer["shape"]]
        + [cell(layer, kernel) for kernel in KERNELS]
        for layer in layers
    ]
    columns = ["layer", "shape", *(kernel.replace("_", " ") for kernel in KERNELS)]
    title = f"GFLOP/s of the convolutions (% of the core's peak, {spread(peak, 0)}), one thread:"
    print_table(title, columns, rows)


def pick(tree, key):
    """The same tree with one member of each figure."""
    if "median" in tree:
        return [tree["min"], tree["max"]] if key == "spread" else tree[key]
    return {name: pick(child, key) for name, child in tree.items()}


def write_json(path, result, figures):
    result = {**pick(figures, "median"), "spread": pick(figures, "spread"), **result}
    with open(path + ".tmp", "w", encoding="ascii") as file:
        json.dump(result, file, indent=2)
        file.write("\n")
    os.replace(path + ".tmp", path)


def describe(machine):
    core = machine["openblas_core"]
    if machine["openblas_core_from"] == "environment":
        core += " (from the environment: OPENBLAS_CORETYPE is set)"
    print(f"processor: {machine['cpu']}, {machine['cores']} cores to use; "
          f"kernels: {machine['kernel']}; OpenBLAS core: {core}; "
          f"compiler: {machine['compiler']}; against: {machine['pytorch'] or 'no PyTorch here'}")
    print(f"load average before the start: {machine['load_average']:.2f} (should be near 0, but "
          "for a build just before)")


def limited(kind, least, most):
    """For argparse: a number of that kind within the limits."""
    def number(text):
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"must be in {least}..{most}, not {text}")
        return value

    return number


def parse():
    parser = argparse.ArgumentParser(
        prog="bench/bench.sh",
        description=f"Measures training and scoring with the networks {' and '.join(NETWORKS)}, "
                    "ours and PyTorch's in turn; a table goes to standard output, the same "
                    "figures to bench.json in the directory of the programs. About 5 minutes.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--build", default="build", metavar="DIR",
                        help="directory of the programs")
    parser.add_argument("--rounds", type=limited(int, 1, 1000), default=5, metavar="N",
                        help="how often everything is measured, 1 to 1000")
    parser.add_argument("--seconds", type=limited(float, 0.05, 1000), default=0.4, metavar="S",
                        help="how long one measurement takes at least, 0.05 to 1000")
    parser.add_argument("--kernel", default="auto", choices=["auto", "avx512", "avx2", "blas"],
                        help="code of our hot loops")
    parser.add_argument("--no-torch", action="store_true", help="only our own measurements")
    return parser.parse_args()


def main():
    arguments = parse()
    runner = Runner(arguments)
    if not os.access(runner.program, os.X_OK):
        sys.exit(f"bench.sh: {runner.program} is not there: run make bench")
    machine = {**runner.machine(), "cores": len(os.sched_getaffinity(0)),
               "load_average": os.getloadavg()[0]}
    convolutions = {network: [] for network in NETWORKS}
    for i in range(arguments.rounds):
        if sys.stderr.isatty():
            print(f"\rround {i + 1} of {arguments.rounds}", end="", file=sys.stderr, flush=True)
        runner.round(machine["cores"])
        for network, rounds in convolutions.items():
            rounds.append(runner.convolutions(network, arguments.seconds / 20))
    if sys.stderr.isatty():
        print(file=sys.stderr)
    machine["pytorch"] = runner.torch_version
    memory = peak_memory(arguments.build)
    peak = figure([rows[0]["peak"] for rounds in convolutions.values() for rows in rounds])
    layers = [row for rounds in convolutions.values() for row in convolution_figures(rounds)]
    figures = step_figures(runner)

    result = {"convolutions": layers, "peak_gflops": peak, "peak_memory_bytes": memory,
              "rounds": arguments.rounds, "seconds": arguments.seconds, "machine": machine}
    write_json(os.path.join(arguments.build, "bench.json"), result, figures)

    describe(machine)
    print_steps(figures)
    print_throughput(figures)
    print_convolutions(layers, peak)
    print(f"\nPeak memory of a short MNIST run: {memory / 1e6:.0f} MB" if memory
          else "\nPeak memory: not measured (needs make all, scripts/get_data.sh mnist)")


if __name__ == "__main__":
    try:
        main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # who reads the table has left; bench.json is written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
