"""For each documented mistake ours says the same kind of thing as torch.nn, or something clearer."""

import warnings
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

import rnn_tutorial as rt

PAIRS = [(rt.RNN, nn.RNN), (rt.LSTM, nn.LSTM), (rt.GRU, nn.GRU)]

CONSTRUCTOR_MISTAKES: dict[str, tuple[type[Exception], dict[str, Any]]] = {
    "hidden_size": (ValueError, {"hidden_size": 0}),
    "input_size": (ValueError, {"input_size": -1}),
    "num_layers": (ValueError, {"num_layers": 0}),
    "dropout": (ValueError, {"dropout": 1.5}),
    "dropout ": (ValueError, {"dropout": True}),
    "bias": (TypeError, {"bias": 1}),
    "batch_first": (TypeError, {"batch_first": "yes"}),
    "hidden_size ": (TypeError, {"hidden_size": 2.5}),
}
UNCHECKED = {"input_size", "bias", "batch_first"}
"""What some releases of PyTorch take, or refuse only where they allocate the weights."""


def message_of(error: type[Exception], call):
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


def raised_by(call) -> Exception | None:
    try:
        call()
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@pytest.mark.parametrize("mistake", CONSTRUCTOR_MISTAKES)
def test_constructor_mistakes(ours, theirs, mistake):
    error, wrong = CONSTRUCTOR_MISTAKES[mistake]
    arguments: dict[str, Any] = {"input_size": 3, "hidden_size": 4} | wrong
    assert mistake.strip() in message_of(error, lambda: ours(**arguments))
    theirs_says = raised_by(lambda: theirs(**arguments))
    if mistake not in UNCHECKED or isinstance(theirs_says, error):
        assert isinstance(theirs_says, error)
        assert mistake.strip() in str(theirs_says)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_dropout_with_one_layer_warns(ours, theirs):
    for layer in (ours, theirs):
        with pytest.warns(UserWarning, match="dropout option adds dropout after all but last"):
            layer(3, 4, dropout=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours(3, 4, num_layers=2, dropout=0.5)


def test_other_constructor_mistakes():
    rnn: Any = rt.RNN  # a type checker refuses all of these
    lstm: Any = rt.LSTM
    assert "proj_size argument is only supported for LSTM" in message_of(ValueError, lambda: rnn(3, 4, proj_size=2))
    assert "unexpected keyword" in message_of(TypeError, lambda: rnn(3, 4, peephole=True))
    assert "Unknown nonlinearity 'gelu'" in message_of(ValueError, lambda: rnn(3, 4, nonlinearity="gelu"))
    assert "smaller than hidden_size (4), got 4" in message_of(ValueError, lambda: rt.LSTM(3, 4, proj_size=4))
    for size in ("input_size", "hidden_size", "num_layers"):
        zero = {"input_size": 3, "hidden_size": 4} | {size: 0}
        assert f"{size} must be greater than zero, got 0" in message_of(ValueError, lambda zero=zero: rt.LSTM(**zero))
    assert "positive integer or zero" in message_of(ValueError, lambda: rt.LSTM(3, 4, proj_size=-1))
    assert "got 'cudnn'" in message_of(ValueError, lambda: lstm(3, 4, backend="cudnn"))


def h(*shape):
    return torch.zeros(*shape)


CALL_MISTAKES = [
    # what is wrong, input, state of an RNN(3, 4), words that our message must hold
    ("rank", h(3), None, "2D or 3D"),
    ("rank", h(2, 2, 2, 3), None, "got 4D"),
    ("features", h(5, 2, 7), None, "Expected 3, got 7"),
    ("dtype", h(5, 2, 3).double(), None, "input.to(torch.float32)"),
    ("integers", h(5, 2, 3).long(), None, "does not match weight dtype"),
    ("batch of the state", h(5, 2, 3), h(1, 3, 4), "(1, 2, 4), got [1, 3, 4]"),
    ("width of the state", h(5, 2, 3), h(1, 2, 5), "(1, 2, 4), got [1, 2, 5]"),
    ("layers of the state", h(5, 2, 3), h(2, 2, 4), "(1, 2, 4), got [2, 2, 4]"),
    ("rank of the state", h(5, 2, 3), h(1, 4), "hx should also be 3-D but got 2-D"),
    ("rank of the state", h(5, 3), h(1, 2, 4), "hx should also be 2-D but got 3-D"),
    ("no steps", h(0, 2, 3), None, "sequence length to be larger than 0"),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@pytest.mark.parametrize(("what", "x", "state", "words"), CALL_MISTAKES)
def test_call_mistakes(ours, theirs, what, x, state, words):
    if state is not None and ours is rt.LSTM:
        state = (state, state.clone())
        words = words.replace("but got 2-D", "but got").replace("but got 3-D", "but got")
    with pytest.raises(Exception) as theirs_says:  # noqa: PT011 (whatever PyTorch raises, ours must raise)
        theirs(3, 4)(x, state)
    for backend in ("auto", "reference", "native"):
        assert words in message_of(theirs_says.type, lambda backend=backend: ours(3, 4, backend=backend)(x, state))


@pytest.mark.parametrize("layer", [rt.RNN(3, 4), rt.LSTM(3, 4)])
def test_clearer_than_torch(layer):
    x = h(5, 2, 3)
    elsewhere = h(5, 2, 3).to("meta")
    assert 'input.to("cpu")' in message_of(RuntimeError, lambda: layer(elsewhere))
    assert "got int" in message_of(TypeError, lambda: layer(3))
    assert "got list" in message_of(TypeError, lambda: layer(x, [1, 2]))
    wrong = h(1, 2, 4).double()
    state = (wrong, wrong) if isinstance(layer, rt.LSTM) else wrong
    assert "torch.float32 like the input, got torch.float64" in message_of(RuntimeError, lambda: layer(x, state))


def test_lstm_state_must_be_a_pair():
    assert "a tuple (h_0, c_0)" in message_of(TypeError, lambda: rt.LSTM(3, 4)(h(5, 2, 3), h(1, 2, 4)))


@pytest.mark.parametrize(
    ("lengths", "error", "words"),
    [
        ([-1, 2], ValueError, "between 0 and the 5 steps of the input, got [-1, 2]"),
        ([6, 2], ValueError, "got [6, 2]"),
        ([2.5, 2.0], TypeError, "whole numbers"),
        ([True, False], TypeError, "whole numbers"),
        ([3], ValueError, "shape (2,), got (1,)"),
        ([[3, 2]], ValueError, "shape (2,), got (1, 2)"),
    ],
)
def test_wrong_lengths(lengths, error, words):
    for layer in (rt.RNN(3, 4), rt.LSTM(3, 4)):
        assert words in message_of(error, lambda layer=layer: layer(h(5, 2, 3), lengths=lengths))


def test_lengths_and_packed_contradict():
    packed: Any = pack_padded_sequence(h(5, 2, 3), torch.tensor([5, 2]))
    assert "already knows its lengths" in message_of(ValueError, lambda: rt.RNN(3, 4)(packed, lengths=[5, 2]))
    assert "Expected 7, got 3" in message_of(RuntimeError, lambda: rt.RNN(7, 4)(packed))


def test_native_says_what_it_cannot_do():
    layer = rt.LSTM(3, 4, backend="native")
    assert "return the states of every step" in message_of(
        ValueError, lambda: layer(h(5, 2, 3), return_all_states=True)
    )


def test_many_to_one_wants_batch_first():
    assert "batch_first=True" in message_of(ValueError, lambda: rt.ManyToOne(rt.LSTM(3, 4), 2))
