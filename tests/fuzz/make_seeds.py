#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets: tiny valid files of each format, and some that are just not.

usage: make_seeds.py DIRECTORY

They go to DIRECTORY/TARGET/. Nothing but Python's own library is needed, and every run writes the
same bytes.
"""

import gzip
import io
import json
import os
import pickle
import re
import struct
import sys
import tarfile
import types

GOLDEN = os.path.join(os.path.dirname(__file__), "../golden")
OPTION_TABLE = os.path.join(os.path.dirname(__file__), "../../src/config/option_table.c")


def idx_seeds():
    for dims in [(5,), (2, 3), (2, 2, 2), (1, 2, 3, 1), (0, 4, 4)]:
        n_values = 1
        for dim in dims:
            n_values *= dim
        header = struct.pack(f">BBBB{len(dims)}I", 0, 0, 8, len(dims), *dims)
        yield header + bytes(range(n_values))
    yield struct.pack(">BBBB4I", 0, 0, 8, 4, *[0xFFFFFFFF] * 4)


def gzip_bytes(data, name=""):
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", 9, out, mtime=0) as file:
        file.write(data)
    return out.getvalue()


def gzip_seeds():
    hello = gzip_bytes(b"hello, hello, hello\n", "hello.txt")
    yield hello
    yield hello + gzip_bytes(b"") + gzip_bytes(b"world") + bytes(7)
    yield hello + b"rest"
    yield gzip_bytes(bytes(70000))  # more than a first buffer
    yield gzip_bytes(bytes(140000))  # more than the target allows
    yield gzip_bytes(bytes(i * i >> 3 & 255 for i in range(600)))
    yield hello[:-5]


def cifar10_record(label):
    return bytes([label & 255]) + bytes(i * (label + 1) & 255 for i in range(3072))


def cifar10_pickle(labels, shape):
    data = b"".join(cifar10_record(label)[1:] for label in labels)
    return pickle.dumps({"labels": labels, "data": Array(shape, data)}, 4)


def cifar10_seeds():
    """Behind a byte that says whether pickled and whether in an archive."""
    stand_in_for_numpy()
    for archive in [0, 2]:
        binary, pickled = bytes([archive]), bytes([archive + 1])
        yield binary + cifar10_record(3)
        yield binary + cifar10_record(0) + cifar10_record(9)
        yield binary + cifar10_record(10)
        yield binary + cifar10_record(1)[:-1]
        yield pickled + cifar10_pickle([3], (1, 3072))
        yield pickled + cifar10_pickle([0, 9], (2, 3072))
        yield pickled + cifar10_pickle([-1], (1, 3072))
        yield pickled + cifar10_pickle([0, 9], (4, 1536))


def tar_bytes(names, form, content=b"content"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            if name.endswith("/"):
                member.type = tarfile.DIRTYPE
            else:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    # Half of the padding of zero blocks that tarfile leaves is enough.
    data = out.getvalue()
    return data[: len(data.rstrip(b"\0")) // 512 * 512 + 3 * 512]


def tar_seeds():
    long_name = "directory/" * 12 + "a name that does not fit into a header.bin"
    for form in [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]:
        plain = tar_bytes(["a/", "a/data_batch_1.bin", "a/test_batch.bin"], form)
        yield plain
        yield gzip_bytes(plain)
        yield tar_bytes([long_name if form != tarfile.USTAR_FORMAT else "b"], form)
    yield tar_bytes(["a/data_batch_1.bin"], tarfile.USTAR_FORMAT, cifar10_record(3))
    yield bytes(1024)


class Array:
    """Pickles as a NumPy array of bytes does, in the way of NumPy."""

    def __init__(self, shape, data):
        self.shape, self.data = shape, data

    def __reduce__(self):
        numpy = sys.modules["numpy"]
        blank = (numpy.ndarray, (0,), b"b")
        state = (1, self.shape, DType(), False, self.data)
        return sys.modules["numpy.core.multiarray"]._reconstruct, blank, state


class DType:
    def __reduce__(self):
        return sys.modules["numpy"].dtype, ("u1", False, True), (3, "|", None, None, None, -1, -1, 0)


def stand_in_for_numpy():
    """Modules of NumPy's names, so that pickle can name the functions in them."""

    def make(module, name):
        made = type(name, (), {"__module__": module})
        setattr(sys.modules[module], name, made)

    for module in ["numpy", "numpy.core", "numpy.core.multiarray"]:
        sys.modules[module] = types.ModuleType(module)
    make("numpy", "ndarray")
    make("numpy", "dtype")
    make("numpy.core.multiarray", "_reconstruct")


def pickle_seeds():
    stand_in_for_numpy()
    batch = {
        "batch_label": "training batch 1 of 5",
        "labels": [3, 300, 70000, -1],
        "data": Array((2, 3), b"\x00\x01\x7f\x80\xfe\xff"),
        "filenames": ["a.png", "b.png"],
    }
    for protocol in [2, 3, 4]:
        yield pickle.dumps(batch, protocol)
        yield pickle.dumps({key.encode(): batch[key] for key in ["labels", "data"]}, protocol)
    yield cifar10_pickle([3], (1, 3072))
    # As Python 2 wrote it: strings of bytes.
    yield (
        b"\x80\x02}q\x01(U\x06labelsq\x02]q\x03(K\x01K\x02eU\x04dataq\x04cnumpy.core.multiarray\n"
        b"_reconstruct\nq\x05cnumpy\nndarray\nq\x06K\x00\x85U\x01b\x87Rq\x07(K\x01K\x02K\x03\x86"
        b"cnumpy\ndtype\nq\x08U\x02u1K\x00K\x01\x87Rq\x09(K\x03U\x01|NNNJ\xff\xff\xff\xff"
        b"J\xff\xff\xff\xffK\x00tb\x89U\x06abcdefq\x0atbu."
    )
    yield pickle.dumps({"labels": print}, 2)


def ppm_seeds():
    yield b"P6\n2 1\n255\n\x00\x01\x02\xfd\xfe\xff"
    yield b"P6 # comment\n#another\n1 2\t7\n\x00\x01\x02\x05\x06\x07"
    yield b"P6 1 1 65535 \x00\x00\x00\x00\x00\x00"
    yield b"P6 4294967296 4294967296 255\n"
    yield b"P3\n1 1\n255\n1 2 3\n"


def npy_bytes(descr, shape, data, version=1, order="False"):
    text = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}"
    text += " " * (63 - (len(text) + 10) % 64) + "\n"
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + data


def npy_seeds():
    for descr, size in [("|b1", 1), ("|u1", 1), ("|i1", 1), ("<i2", 2), (">u2", 2), ("<i4", 4)]:
        yield npy_bytes(descr, (2, 3), bytes(range(6 * size)))
    for descr, size in [("<u8", 8), (">i8", 8), ("<f4", 4), (">f8", 8)]:
        yield npy_bytes(descr, (2,), b"\x7f" * 2 * size)
    yield npy_bytes("<f8", (), struct.pack("<d", 0.1))
    yield npy_bytes("<f4", (0, 7), b"", version=2)
    yield npy_bytes("|u1", (1, 1, 1, 1, 1, 1, 1, 1), b"x", version=3)
    yield npy_bytes("<f4", (2,), bytes(8), order="True")
    yield npy_bytes("|O", (1,), b"\x80\x02N.")
    yield npy_bytes("<f8", (1 << 61, 8), b"")


def csv_seeds():
    header = b"Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId"
    yield header + b"\r\n00000_00000.ppm;29;30;5;6;24;25;14\r\n00000_00001.ppm;30;30;5;5;25;25;14\r\n"
    yield b"\xef\xbb\xbf" + header + b"\n\n\"a;\"\"b\n\";+1;18446744073709551616;;;1001;0;x"
    yield b"Width\n1000\n999"
    yield b"a;Width;Width\n\"1\";2;\"3\n"


def safetensors_bytes(header, data=b""):
    text = header if isinstance(header, str) else json.dumps(header)
    return struct.pack("<Q", len(text)) + text.encode() + data


def safetensors_seeds():
    entry = {"dtype": "F32", "shape": [1, 2], "data_offsets": [4, 12]}
    scalar = {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}
    empty = {"dtype": "F32", "shape": [0, 5], "data_offsets": [12, 12]}
    whole = safetensors_bytes(
        {
            "__metadata__": {"format": "1", "config": '{"seed": 1}', "method": "one-class"},
            "conv1.weight": entry,
            "radius_squared": scalar,
            "empty": empty,
        },
        struct.pack("<3f", 0.25, float("nan"), float("inf")),
    )
    yield whole
    yield gzip_bytes(whole)
    yield safetensors_bytes("{}")
    yield safetensors_bytes({"a": scalar, "b": dict(entry, data_offsets=[0, 8])}, bytes(12))
    yield safetensors_bytes({"a": dict(scalar, dtype="BF16")}, bytes(4))
    yield safetensors_bytes('{"\\u0000a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}', bytes(4))
    yield safetensors_bytes('{"__metadata__":{"a":"b","a":"c"}}')
    yield struct.pack("<Q", (1 << 64) - 1) + b"{}"


def model_seeds():
    for name in ("one_class", "dcae", "classifier"):
        with open(os.path.join(GOLDEN, f"model_{name}.safetensors"), "rb") as file:
            yield file.read()


def config_seeds():
    yield json.dumps({"dataset": "mnist", "mnist_normal": 3, "lr": 1e-4, "nu": 0.1, "solver": "adam"})
    yield json.dumps({"dataset": "fashion-mnist", "xp_dir": "log/\u00e9", "bias": True, "in_name": None})
    yield '{"seed": "1e3", "\\u0000": -0, "rho": 1e400, "dataset": "mnist\\u0000", "seed": 2}'
    yield "[" * 1001
    with open(OPTION_TABLE, encoding="utf-8") as file:
        names = re.findall(r'^    \{[A-Z]+\("([a-z0-9-]+)"', file.read(), re.MULTILINE)
    for name in names:
        for value in (0, 1, 0.5, "1", "b1"):
            yield json.dumps({"dataset": "mnist", name.replace("-", "_"): value})


def results_seeds():
    whole = {
        "format": 1,
        "dataset": "mnist",
        "normal": 3,
        "outlier": -1,
        "normal_name": "3",
        "outlier_name": "all others",
        "seed": 1,
        "method": "one-class",
        "auc": {"train": None, "test": 0.91},
        "accuracy": {"train": 0.9, "test": 0.75},
        "dcae_auc": {"test": 0.85},
        "collapsed": False,
        "seconds": {"pretrain": 30.5, "train": 20, "total": 51.25},
        "peak_memory_bytes": 112000000,
        "config": {"dataset": "mnist", "nu": 0.1, "loss": "svdd", "in_name": ""},
        "environment": {"threads": 1},
    }
    yield json.dumps(whole)
    yield json.dumps(dict(whole, seed=2, config={"dataset": "mnist", "nu": 0.01, "own": [1, None]}))
    yield json.dumps(dict(whole, dataset="a, \"b\"", outlier=5, method="soft-boundary", collapsed=True))
    yield json.dumps(dict(whole, method="dcae", dcae_auc=None, auc={"test": 2}))


def history_seeds():
    line = {
        "phase": "train",
        "epoch": 1,
        "lr": 1e-4,
        "seconds": 0.5,
        "objective": {"train": 22.25, "test": 129.5},
        "auc": {"test": 0.91},
        "radius_squared": 0.65,
        "score_quantiles": {"normal": [-1, 0, 1, 2, 3], "outlier": [0, 1, 2, 3, 1e300]},
        "parameter_norms": {"conv1.weight": 1.5},
    }
    lines = [dict(line, epoch=i + 1, radius_squared=10.0**i) for i in range(3)]
    yield "".join(json.dumps(x) + "\n" for x in [dict(line, phase="pretrain"), *lines])
    yield json.dumps(dict(line, batch=1)) + "\n" + json.dumps(line)[:-9]
    yield "[]\n{}\n\n" + json.dumps(dict(line, epoch=1e300, auc={"test": [1]}))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.split("\n")[2])
    for name, function in sorted(globals().items()):
        if not name.endswith("_seeds"):
            continue
        directory = os.path.join(sys.argv[1], name[: -len("_seeds")])
        os.makedirs(directory, exist_ok=True)
        for i, seed in enumerate(function()):
            with open(os.path.join(directory, f"{i:03}"), "wb") as file:
                file.write(seed if isinstance(seed, bytes) else seed.encode())


if __name__ == "__main__":
    main()
