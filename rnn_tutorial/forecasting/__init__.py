r"""Forecasters that know nothing of networks, the scores to judge by, and the board on which all are compared."""

from rnn_tutorial import extras
from rnn_tutorial.lazy import attach

extras.require("forecast", __name__)

__getattr__, __dir__, __all__ = attach(__name__, __file__)
