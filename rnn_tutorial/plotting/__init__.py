r"""Figures of the book: each drawing comes from here, so that readers can draw it from their own data."""

from rnn_tutorial import extras
from rnn_tutorial.lazy import attach

extras.require("forecast", __name__)

__getattr__, __dir__, __all__ = attach(__name__, __file__)
