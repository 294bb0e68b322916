r"""The recurrent networks of the book, one module a chapter; ``core`` holds all that is not an equation."""

from typing import TYPE_CHECKING

from rnn_tutorial.lazy import suggesting

from .chunks import in_chunks
from .cnn_lstm import CNNLSTM
from .conv_lstm import ConvLSTM
from .core.base import Recurrent
from .core.invariant import batch_invariant
from .encoder_forecaster import ConvLSTMForecaster
from .fc_lstm import PeepholeLSTM
from .gru import GRU
from .lstm import LSTM
from .many_to_one import ManyToOne
from .rnn import RNN

__all__ = [
    "CNNLSTM",
    "GRU",
    "LSTM",
    "RNN",
    "ConvLSTM",
    "ConvLSTMForecaster",
    "ManyToOne",
    "PeepholeLSTM",
    "Recurrent",
    "batch_invariant",
    "in_chunks",
]

if not TYPE_CHECKING:  # a checker that saw it would take every name for known
    __getattr__ = suggesting(__name__, __all__)
