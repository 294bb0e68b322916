r"""Classic methods: repeated values, regressions, trees, exponential smoothing."""
