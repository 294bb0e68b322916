r"""The measured claims of the chapters: notebooks call these functions, and tests run them small."""

from rnn_tutorial import extras
from rnn_tutorial.lazy import attach

extras.require("forecast", __name__)
__getattr__, __dir__, __all__ = attach(__name__, __file__)
