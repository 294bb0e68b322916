r"""The recurrences of ``rnn_tutorial.layers`` once more, fast: ``cpu`` needs Numba. A layer works without them."""
