r"""Recurrent networks you can read, run and forecast with.

Everything a reader needs is here: ``rt.LSTM``, ``rt.fit``, ``rt.load_mnist`` and so on. Names are resolved on
first use, so that ``import rnn_tutorial`` costs no more than ``import torch`` and a layer can be used without pandas,
matplotlib or accelerate being loaded. The list of names lives in ``__init__.pyi``, where editors and type checkers
read it as well. What needs more than torch, numpy and lazy-loader says so, with the line that installs it.
"""

from .lazy import attach

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = attach(__name__, __file__)
