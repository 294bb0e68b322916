r"""The recurrent networks of the book, one module a chapter; ``base`` holds all that is not an equation."""

from .heads import ManyToOne
from .lstm import LSTM
from .rnn import RNN

__all__ = ["LSTM", "RNN", "ManyToOne"]
