#!/usr/bin/python3
"""Writes npy/*.npy: small arrays as NumPy itself saves them, for the reader of that format.

Needs Debian's python3-numpy. `integers_*` and `floats_*` are (2, 3) arrays of each type and byte
order; the others differ in shape and version, or must be refused (`refused_*`).
"""

import os

import numpy as np

DIRECTORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "npy")


def save(name, array, version=None):
    with open(os.path.join(DIRECTORY, f"{name}.npy"), "wb") as file:
        np.lib.format.write_array(file, np.asanyarray(array), version=version)


def integers(dtype):
    """The ends of the type's range and values in between."""
    info = np.iinfo(dtype)
    return np.array([[info.min, 0, 1], [2, 100, info.max]], dtype=dtype)


def main():
    os.makedirs(DIRECTORY, exist_ok=True)
    for size in (1, 2, 4, 8):
        for kind in "iu":
            for order, letter in (("<", "le"), (">", "be")):
                if size > 1 or order == "<":
                    save(f"integers_{kind}{size}_{letter}", integers(f"{order}{kind}{size}"))
    for size in (4, 8):
        for order, letter in (("<", "le"), (">", "be")):
            values = [[-1.5, 0.0, 0.1], [1e30, np.inf, np.nan]]
            save(f"floats_f{size}_{letter}", np.array(values, dtype=f"{order}f{size}"))
    save("booleans", np.array([[False, True, True], [True, False, False]]))
    save("scalar", np.array(7.25))
    save("vector", np.arange(5, dtype="<i4"))
    save("empty", np.zeros((0, 4), dtype="<f4"))
    save("dimensions", np.arange(12, dtype="u1").reshape(1, 2, 1, 3, 1, 2, 1, 1))
    for major in (1, 2, 3):
        save(f"version_{major}", np.arange(6, dtype="u1").reshape(2, 3), (major, 0))
    save("refused_fortran", np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)))
    save("refused_half", np.ones(3, dtype="<f2"))
    save("refused_complex", np.ones(3, dtype="<c8"))
    save("refused_text", np.array(["stop", "sign"]))
    save("refused_structure", np.zeros(2, dtype=[("x", "<f4"), ("y", "<i4")]))
    save("refused_object", np.array([None, "stop"], dtype=object))
    save("refused_dimensions", np.zeros((1,) * 9, dtype="u1"))


if __name__ == "__main__":
    main()
