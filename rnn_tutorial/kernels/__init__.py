r"""The recurrences of the layers once more, fast: ``cpu`` needs Numba, ``cuda`` Triton. A layer works without them."""
