r"""The recurrent networks of the book, one module a chapter; ``base`` holds all that is not an equation."""

from .base import Recurrent
from .chunks import in_chunks
from .cnn_lstm import CNNLSTM
from .conv_lstm import ConvLSTM
from .fc_lstm import PeepholeLSTM
from .forecaster import ConvLSTMForecaster
from .gru import GRU
from .heads import ManyToOne
from .lstm import LSTM
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
    "in_chunks",
]
