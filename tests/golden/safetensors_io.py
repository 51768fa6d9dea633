"""Reads and writes safetensors files of float32 arrays with nothing but NumPy.

The format: the header's length as a 64-bit little-endian number; a JSON header (name -> dtype,
shape, data_offsets; "__metadata__" -> strings), padded with spaces to a multiple of 8; the values,
little-endian, row-major, in the order of the header.
"""

import json
import struct

import numpy as np


def save(path, arrays, metadata=None):
    """Writes a dict name -> array (stored as float32; a number is a scalar tensor)."""
    header = {}
    if metadata:
        header["__metadata__"] = {str(key): str(value) for key, value in metadata.items()}
    chunks = []
    offset = 0
    for name, array in arrays.items():
        values = np.asarray(array, dtype="<f4")
        data = values.tobytes(order="C")
        header[name] = {
            "dtype": "F32",
            "shape": list(values.shape),
            "data_offsets": [offset, offset + len(data)],
        }
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for data in chunks:
            file.write(data)


def load(path):
    """Returns (dict name -> float32 array, dict of metadata)."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name} is {entry['dtype']}, not F32")
        begin, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"]).copy()
    return arrays, metadata
