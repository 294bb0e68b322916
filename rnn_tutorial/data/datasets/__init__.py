r"""The data sets of the book by name: a module for each kind, the list of all series in ``catalogue``."""
