r"""A CPU's vectors as values of Numba code: numbers of 16 bits, functions, matrix products."""
