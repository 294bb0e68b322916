"""Under autocast a layer's numbers have one type, whichever form its input has and whichever way it is computed."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

import rnn_tutorial as rt

# GRU: its state is added up over steps like a cell, and like PyTorch's it stays in the first state's 32 bits
BFLOAT, FLOAT = torch.bfloat16, torch.float32
LAYERS: dict[str, tuple[Any, dict[str, Any], list[torch.dtype]]] = {
    "RNN": (rt.RNN, {}, [BFLOAT, BFLOAT]),
    "RNN, relu": (rt.RNN, {"nonlinearity": "relu"}, [BFLOAT, BFLOAT]),
    "GRU": (rt.GRU, {}, [FLOAT, FLOAT]),
    "GRU, reset before": (rt.GRU, {"reset_after": False}, [FLOAT, FLOAT]),
    "LSTM": (rt.LSTM, {}, [BFLOAT, BFLOAT, FLOAT]),
    "LSTM, projected": (rt.LSTM, {"proj_size": 3}, [BFLOAT, BFLOAT, FLOAT]),
    "LSTM, layer norm": (rt.LSTM, {"layer_norm": True}, [FLOAT, FLOAT, FLOAT]),  # norms are computed in 32 bits
    "PeepholeLSTM": (rt.PeepholeLSTM, {}, [BFLOAT, BFLOAT, FLOAT]),
    "ConvLSTM": (rt.ConvLSTM, {"kernel_size": 3, "spatial_dims": 1}, [BFLOAT, BFLOAT, FLOAT]),
}
FORMS: dict[str, dict[str, Any]] = {
    "one layer": {},
    "both directions": {"bidirectional": True, "num_layers": 2},
    "batch first": {"batch_first": True},
}


def types(result):
    output, state = result
    states = state if isinstance(state, tuple) else (state,)
    return [t.dtype for t in (output.data if isinstance(output, PackedSequence) else output, *states)]


WAYS = [(name, backend) for name in LAYERS for backend in ("auto", "reference")]
WAYS += [(name, "native") for name in ("RNN", "GRU")]  # PyTorch's LSTM under autocast depends on the CPU


@pytest.mark.parametrize(("steps", "form"), [(5, "one layer"), (5, "both directions"), (120, "batch first")])
@pytest.mark.parametrize(("name", "backend"), WAYS)
def test_types_do_not_depend_on_lengths(name, backend, steps, form):
    make, options, expected = LAYERS[name]
    torch.manual_seed(0)
    layer = make(3, 16, backend=backend, **options, **FORMS[form])
    x = torch.randn(9, steps, 3, *[4] * layer.spatial_dims)
    lengths = torch.randint(1, steps + 1, (9,))
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    if not layer.batch_first:
        x = x.transpose(0, 1)
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
    with torch.autocast("cpu", torch.bfloat16):
        padded, (by_lengths, end), whole = layer(x), layer(x, lengths=lengths), layer(packed)
        every = [] if backend == "native" else layer(x, lengths=lengths, return_all_states=True)
    assert types(padded) == types((by_lengths, end)) == types(whole) == expected
    assert not every or types(every[:2]) == types(every[::2]) == expected
    again, _ = nn.utils.rnn.pad_packed_sequence(whole[0], batch_first=layer.batch_first, total_length=steps)
    torch.testing.assert_close(again, by_lengths)


@pytest.mark.parametrize(("ours", "theirs"), [(rt.RNN, nn.RNN), (rt.GRU, nn.GRU)])
def test_types_are_pytorchs(ours, theirs):
    layer, known = ours(3, 16), theirs(3, 16)
    x = torch.randn(5, 9, 3)
    packed = pack_padded_sequence(x, torch.arange(1, 10).clamp(max=5), enforce_sorted=False)
    for h_0 in (None, torch.zeros(1, 9, 16), torch.zeros(1, 9, 16, dtype=torch.bfloat16)):
        with torch.autocast("cpu", torch.bfloat16):
            for given in (x, packed):
                assert types(layer(given, h_0)) == types(known(given, h_0))


@pytest.mark.parametrize("name", LAYERS)
def test_sequences_end_with_the_numbers_they_would_have_alone(name):
    make, options, _ = LAYERS[name]
    torch.manual_seed(0)
    layer = make(3, 16, bidirectional=True, backend="reference", **options)
    x = torch.randn(6, 2, 3, *[4] * layer.spatial_dims)
    with torch.autocast("cpu", torch.bfloat16):
        together, _ = layer(x, lengths=[6, 2])
        alone, _ = layer(x[:2, 1:])
    torch.testing.assert_close(together[:2, 1:], alone)
