#!/usr/bin/python3
"""Writes cifar10/: a small data set in the forms of CIFAR-10, made with Python's tarfile, pickle and NumPy.

    *.tar.gz          the data set: five training files and one of test images, in the order in which
                      the original archives hold them, among other files
    binary-*.tar.gz   the binary files, in each format of tar; gnu and pax with a name too long for a
                      header
    python2.tar.gz    pickles as Python 2 and its NumPy wrote them
    python3-P-S       the same, loaded and saved again by Python 3 with protocol P; S tells whether
                      the strings of Python 2 were loaded as bytes or as text
    small-*.pickle    {"labels": [6, 9], "data": array of 0, 50, ..., 250 (2, 3), ...} likewise, the
                      last with the module names of NumPy 2

Pixels and labels are given by the formulas of `pixels` and `label`, which the tests know.
Needs Debian's python3-numpy.
"""

import gzip
import io
import os
import pickle
import struct
import tarfile

import numpy as np

# Images a file: the second has more than the 1000 that a pickle keeps in one piece.
COUNTS = {"data_batch_1": 1, "data_batch_2": 1001, "data_batch_3": 3, "data_batch_4": 2,
          "data_batch_5": 5, "test_batch": 4}
ORIGINAL_ORDER = ["data_batch_1", "batches.meta", "data_batch_3", "data_batch_4", "test_batch",
                  "readme.html", "data_batch_5", "data_batch_2"]
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cifar10")


def pixels(image):
    """(3, 32, 32): channel c, row y, column x."""
    c, y, x = np.ogrid[:3, :32, :32]
    return ((31 * image + 101 * c + 3 * y + 7 * x) % 256).astype(np.uint8)


def label(image):
    return 3 * image % 10


def batches():
    """Name -> (labels, data (n, 3072)); images are numbered through, in the order of the files."""
    result, first = {}, 0
    for name, n in COUNTS.items():
        images = range(first, first + n)
        data = np.stack([pixels(i).reshape(-1) for i in images])
        result[name] = ([label(i) for i in images], data)
        first += n
    return result


class Python2Pickler:
    """What the cPickle of Python 2 writes, protocol 2, for strings, lists, a dict, an array of bytes."""

    def __init__(self):
        self.out = bytearray(b"\x80\x02")
        self.n_memoized = 0

    def put(self):
        self.n_memoized += 1
        if self.n_memoized < 256:
            self.out += b"q" + bytes([self.n_memoized])
        else:
            self.out += b"r" + struct.pack("<I", self.n_memoized)

    def string(self, value, memoize=True):
        if len(value) < 256:
            self.out += b"U" + bytes([len(value)]) + value
        else:
            self.out += b"T" + struct.pack("<I", len(value)) + value
        if memoize:
            self.put()

    def integer(self, value):
        if 0 <= value < 256:
            self.out += b"K" + bytes([value])
        elif 0 <= value < 65536:
            self.out += b"M" + struct.pack("<H", value)
        else:
            self.out += b"J" + struct.pack("<i", value)

    def list(self, values, save):
        self.out += b"]"
        self.put()
        for begin in range(0, len(values), 1000):
            piece = values[begin:begin + 1000]
            if len(piece) > 1:
                self.out += b"("
            for value in piece:
                save(value)
            self.out += b"e" if len(piece) > 1 else b"a"

    def name(self, module, name):
        self.out += b"c" + module + b"\n" + name + b"\n"
        self.put()

    def array(self, array):
        self.name(b"numpy.core.multiarray", b"_reconstruct")
        self.name(b"numpy", b"ndarray")
        self.integer(0)
        self.out += b"\x85"
        self.put()
        self.string(b"b")
        self.out += b"\x87"
        self.put()
        self.out += b"R"
        self.put()
        self.out += b"("
        self.integer(1)
        for size in array.shape:
            self.integer(size)
        self.out += b"\x86"
        self.put()
        self.dtype()
        self.out += b"\x89"
        self.string(array.tobytes())
        self.out += b"t"
        self.put()
        self.out += b"b"

    def dtype(self):
        self.name(b"numpy", b"dtype")
        self.string(b"u1")
        self.integer(0)
        self.integer(1)
        self.out += b"\x87"
        self.put()
        self.out += b"R"
        self.put()
        self.out += b"("
        self.integer(3)
        self.string(b"|", memoize=False)
        self.out += b"NNN"
        self.integer(-1)
        self.integer(-1)
        self.integer(0)
        self.out += b"t"
        self.put()
        self.out += b"b"

    def batch(self, name, labels, data, filenames):
        self.out += b"}"
        self.put()
        self.out += b"("
        self.string(b"batch_label")
        self.string(name)
        self.string(b"labels")
        self.list(labels, self.integer)
        self.string(b"data")
        self.array(data)
        self.string(b"filenames")
        self.list(filenames, self.string)
        self.out += b"u."
        return bytes(self.out)


def python2(name, labels, data):
    filenames = [b"image_s_%06d.png" % i for i in range(len(labels))]
    pickled = Python2Pickler().batch(name.encode(), labels, data, filenames)
    loaded = pickle.loads(pickled, encoding="bytes")
    assert set(loaded) == {b"batch_label", b"labels", b"data", b"filenames"}
    assert loaded[b"batch_label"] == name.encode() and loaded[b"filenames"] == filenames
    assert loaded[b"labels"] == labels
    assert loaded[b"data"].dtype == np.uint8 and np.array_equal(loaded[b"data"], data)
    return pickled


def python3(pickled, protocol, strings):
    encoding = {"bytes": "bytes", "text": "latin1"}[strings]
    return pickle.dumps(pickle.loads(pickled, encoding=encoding), protocol=protocol)


def binary(labels, data):
    return b"".join(bytes([label]) + image.tobytes() for label, image in zip(labels, data))


def add(archive, name, content, **changes):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.mtime = 1244160000
    for field, value in changes.items():
        setattr(info, field, value)
    archive.addfile(info, io.BytesIO(content))


def write_archive(name, directory, files, tar_format):
    """`files`: file name -> content; those of the data set go in the order of the originals."""
    with open(os.path.join(HERE, name), "wb") as file, \
            gzip.GzipFile("", "wb", 9, file, mtime=0) as zipped, \
            tarfile.open(fileobj=zipped, mode="w", format=tar_format) as archive:
        add(archive, directory, b"", type=tarfile.DIRTYPE, mode=0o755)
        for stem in ORIGINAL_ORDER:
            found = [n for n in files if n.split(".")[0] == stem]
            for member in found or [stem]:
                add(archive, f"{directory}/{member}", files.get(member, b"something else\n"))
        add(archive, f"{directory}/._data_batch_1.bin", b"what macOS adds")
        add(archive, f"{directory}/link", b"", type=tarfile.SYMTYPE, linkname=f"{directory}/test_batch.bin")


def main():
    os.makedirs(HERE, exist_ok=True)
    made = batches()
    binaries = {f"{name}.bin": binary(*batch) for name, batch in made.items()}
    long_directory = "/".join(["a-long-directory-name"] * 14)
    write_archive("binary-ustar.tar.gz", "cifar-10-batches-bin", binaries, tarfile.USTAR_FORMAT)
    write_archive("binary-gnu.tar.gz", long_directory, binaries, tarfile.GNU_FORMAT)
    write_archive("binary-pax.tar.gz", long_directory + "/é", binaries, tarfile.PAX_FORMAT)

    pickles = {name: python2(name, *batch) for name, batch in made.items()}
    small = python2("small", [6, 9], np.arange(0, 300, 50, dtype=np.uint8).reshape(2, 3))
    forms = {"python2": lambda pickled: pickled}
    for protocol in (2, 3, 4):
        for strings in ("bytes", "text"):
            forms[f"python3-{protocol}-{strings}"] = (
                lambda pickled, p=protocol, s=strings: python3(pickled, p, s))
    for form, convert in forms.items():
        converted = {name: convert(pickled) for name, pickled in pickles.items()}
        write_archive(f"{form}.tar.gz", "cifar-10-batches-py", converted, tarfile.GNU_FORMAT)
        with open(os.path.join(HERE, f"small-{form}.pickle"), "wb") as file:
            file.write(convert(small))
    with open(os.path.join(HERE, "small-numpy2.pickle"), "wb") as file:
        file.write(python3(small, 3, "text").replace(b"cnumpy.core.", b"cnumpy._core."))


if __name__ == "__main__":
    main()
