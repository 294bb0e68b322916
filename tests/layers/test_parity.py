"""RNN, LSTM and GRU against torch.nn, which we did not write: values, gradients, state dicts, over random shapes."""

import copy
import io
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import rnn_tutorial as rt
from rnn_tutorial.checks import assert_all_parameters_used, assert_causal, assert_same
from tests.sampled import examples

PAIRS = {"RNN": (rt.RNN, nn.RNN), "LSTM": (rt.LSTM, nn.LSTM), "GRU": (rt.GRU, nn.GRU)}
BACKENDS = ["auto", "reference", "native", "fused"]


def pair(name, *args, seed=0, dtype=torch.float64, backend="auto", **options):
    """Return our layer and PyTorch's with the same weights, loaded from PyTorch's state dict."""
    ours_type, theirs_type = PAIRS[name]
    torch.manual_seed(seed)
    theirs = theirs_type(*args, dtype=dtype, **options)
    ours = ours_type(*args, dtype=dtype, backend=backend, **options)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


@st.composite
def configurations(draw):
    name = draw(st.sampled_from(["RNN", "LSTM", "GRU"]))
    hidden = draw(st.integers(1, 5))
    options = {
        "num_layers": draw(st.integers(1, 3)),
        "bias": draw(st.booleans()),
        "batch_first": draw(st.booleans()),
        "bidirectional": draw(st.booleans()),
    }
    if name == "RNN":
        options["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
    elif name == "LSTM":
        options["proj_size"] = draw(st.integers(0, hidden - 1))
    call = {
        "features": draw(st.integers(1, 4)),
        "steps": draw(st.integers(1, 6)),
        "batch": draw(st.one_of(st.none(), st.integers(1, 4))),
        "given_state": draw(st.booleans()),
        "seed": draw(st.integers(0, 2**16)),
    }
    return name, hidden, options, call


def inputs_for(layer, call):
    T, B, F = call["steps"], call["batch"], call["features"]
    shape = (T, F) if B is None else (B, T, F) if layer.batch_first else (T, B, F)
    x = torch.randn(shape, dtype=torch.float64)
    if not call["given_state"]:
        return (x,)
    batch = () if B is None else (B,)
    rows = layer.num_layers * layer.num_directions
    h = torch.randn(rows, *batch, layer.output_of(0), dtype=torch.float64)
    if len(layer.state_names) == 1:
        return x, h
    return x, (h, torch.randn(rows, *batch, layer.hidden_size, dtype=torch.float64))


@pytest.mark.parametrize("backend", BACKENDS)
@settings(max_examples=examples(600), deadline=None, derandomize=True)
@given(configuration=configurations())
def test_same_values_and_gradients_as_torch(backend, configuration):
    name, hidden, options, call = configuration
    if backend == "fused":
        options.pop("proj_size", None)  # the kernels refuse it
    ours, theirs = pair(name, call["features"], hidden, seed=call["seed"], backend=backend, **options)
    assert_same(ours, theirs, *inputs_for(ours, call), rtol=1e-9, atol=1e-11)


@settings(max_examples=examples(100), deadline=None, derandomize=True)
@given(configuration=configurations(), data=st.data())
def test_lengths_and_packed_sequences(configuration, data):
    name, hidden, options, call = configuration
    options.pop("proj_size", None)  # the kernels refuse it
    call |= {"batch": call["batch"] or 2, "given_state": data.draw(st.booleans())}
    ours, theirs = pair(name, call["features"], hidden, seed=call["seed"], **options)
    lengths = data.draw(st.lists(st.integers(1, call["steps"]), min_size=call["batch"], max_size=call["batch"]))
    x, *state = inputs_for(ours, call)
    packed = pack_padded_sequence(x, torch.tensor(lengths), ours.batch_first, enforce_sorted=False)
    expected, expected_state = theirs(packed, *state)
    padded, _ = pad_packed_sequence(expected, ours.batch_first, total_length=call["steps"])
    for backend in BACKENDS:
        ours.backend = backend
        from_packed, state_from_packed = ours(packed, *state)
        torch.testing.assert_close(from_packed.data, expected.data)
        assert torch.equal(from_packed.batch_sizes, expected.batch_sizes)
        torch.testing.assert_close(state_from_packed, expected_state)
        output, final = ours(x, *state, lengths=lengths)
        torch.testing.assert_close(output, padded)
        torch.testing.assert_close(final, expected_state)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", PAIRS)
def test_lengths_equal_each_sequence_run_alone(name, backend):
    ours, _ = pair(name, 3, 4, num_layers=2, bidirectional=True, batch_first=True, backend=backend)
    x = torch.randn(3, 7, 3, dtype=torch.float64)
    output, final = ours(x, lengths=[4, 7, 1])
    h_n = final[0] if name == "LSTM" else final
    for b, length in enumerate([4, 7, 1]):
        alone, alone_final = ours(x[b, :length])
        torch.testing.assert_close(output[b, :length], alone)
        assert not output[b, length:].any()
        torch.testing.assert_close(h_n[:, b], alone_final[0] if name == "LSTM" else alone_final)


@pytest.mark.parametrize("name", PAIRS)
def test_what_stands_in_the_padding_does_not_matter(name):
    ours, _ = pair(name, 3, 4, bidirectional=True, batch_first=True, backend="reference")
    x = torch.randn(2, 5, 3, dtype=torch.float64)
    clean, _ = ours(x, lengths=[5, 2])
    x[1, 2:] = float("nan")
    dirty, _ = ours(x, lengths=[5, 2])
    assert torch.equal(clean, dirty)
    dirty.sum().backward()
    assert all(p.grad.isfinite().all() for p in ours.parameters())


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_dropout_is_the_same_draw_as_torch(name, bidirectional):
    ours, theirs = pair(name, 3, 8, num_layers=3, dropout=0.4, bidirectional=bidirectional)
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    torch.manual_seed(7)
    expected, _ = theirs(x)
    for backend in BACKENDS:
        ours.backend = backend
        torch.manual_seed(7)
        torch.testing.assert_close(ours(x)[0], expected)
    ours.eval()
    theirs.eval()
    torch.testing.assert_close(ours(x)[0], theirs(x)[0])


@pytest.mark.parametrize("name", PAIRS)
def test_gradcheck_and_double_backward_on_the_reference_path(name):
    ours, _ = pair(name, 2, 3, num_layers=2, bidirectional=True, backend="reference")
    x = torch.randn(4, 2, 2, dtype=torch.float64, requires_grad=True)

    def output(x, *weights):
        return torch.func.functional_call(ours, dict(zip(dict(ours.named_parameters()), weights, strict=True)), (x,))[0]

    assert torch.autograd.gradcheck(output, (x, *ours.parameters()))
    assert torch.autograd.gradgradcheck(lambda x: output(x, *ours.parameters()), (x,))


@pytest.mark.parametrize("name", PAIRS)
def test_same_start_from_the_same_seed(name):
    ours_type, theirs_type = PAIRS[name]
    for options in [{}, {"num_layers": 2, "bidirectional": True, "bias": False}]:
        torch.manual_seed(3)
        ours = ours_type(4, 6, **options).state_dict()
        torch.manual_seed(3)
        theirs = theirs_type(4, 6, **options).state_dict()
        assert list(ours) == list(theirs)
        assert all(torch.equal(ours[key], theirs[key]) for key in ours)


def test_state_dicts_load_both_ways_strictly():
    options: dict[str, Any] = {"num_layers": 2, "bidirectional": True, "proj_size": 2, "dtype": torch.float64}
    ours, theirs = rt.LSTM(3, 6, **options), nn.LSTM(3, 6, **options)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(x))


@pytest.mark.parametrize("name", PAIRS)
def test_every_state(name):
    ours, _ = pair(name, 3, 4, num_layers=2, bidirectional=True, batch_first=True)
    x = torch.randn(2, 5, 3, dtype=torch.float64)
    output, final, every = ours(x, return_all_states=True)
    h, h_n = (every[0], final[0]) if name == "LSTM" else (every, final)
    assert h.shape == (4, 2, 5, 4)
    torch.testing.assert_close(torch.cat([h[2], h[3]], dim=-1), output)
    torch.testing.assert_close(h[2, :, -1], h_n[2])
    torch.testing.assert_close(h[3, :, 0], h_n[3])
    if name == "LSTM":  # c of the last step by running the sequence up to there
        _, (_, c) = ours(x[:, :3])
        torch.testing.assert_close(every[1][0, :, 2], c[0])
    alone = ours(x[0], return_all_states=True)[2]
    assert (alone[0] if name == "LSTM" else alone).shape == (4, 5, 4)


@pytest.mark.parametrize("name", PAIRS)
def test_layer_by_layer_run_equals_the_stacked_operator(name, monkeypatch):
    ours, theirs = pair(name, 3, 4, num_layers=3, bidirectional=True, dropout=0.0)
    monkeypatch.setattr("rnn_tutorial.layers.core.native._layer_by_layer", lambda *_: True)
    assert_same(ours, theirs, torch.randn(5, 2, 3, dtype=torch.float64))


@pytest.mark.parametrize("name", PAIRS)
def test_causal_unless_bidirectional(name):
    one_way, _ = pair(name, 2, 3, num_layers=2, batch_first=True)
    two_way, _ = pair(name, 2, 3, bidirectional=True, batch_first=True)
    x = torch.randn(2, 5, 2, dtype=torch.float64)
    assert_causal(one_way, x)
    with pytest.raises(AssertionError, match="output at step 0 depends on the input at step 1"):
        assert_causal(two_way, x)


@pytest.mark.parametrize("name", PAIRS)
def test_survives_copy_pickle_and_transforms(name):
    ours, _ = pair(name, 3, 4, batch_first=True)
    x = torch.randn(2, 5, 3, dtype=torch.float64)
    expected = ours(x)[0]
    torch.testing.assert_close(copy.deepcopy(ours)(x)[0], expected)
    file = io.BytesIO()
    torch.save(ours.state_dict(), file)
    file.seek(0)
    other = type(ours)(3, 4, batch_first=True, dtype=torch.float64)
    other.load_state_dict(torch.load(file, weights_only=True))
    torch.testing.assert_close(other(x)[0], expected)
    mapped = torch.func.vmap(lambda one: ours(one)[0])(x)
    torch.testing.assert_close(mapped, expected)
    assert_all_parameters_used(ours, x)


@pytest.mark.parametrize("name", PAIRS)
def test_state_follows_dtype(name):
    ours, _ = pair(name, 3, 4, dtype=torch.bfloat16, backend="reference")
    output, final = ours(torch.randn(5, 2, 3, dtype=torch.bfloat16))
    assert {output.dtype, *(s.dtype for s in (final if name == "LSTM" else (final,)))} == {torch.bfloat16}


def test_cell_state_stays_float32_under_autocast():
    layer = rt.LSTM(3, 4)
    x = torch.randn(50, 2, 3)
    with torch.autocast("cpu", torch.bfloat16):
        output, (_, c_n) = layer(x)
    assert output.dtype == torch.bfloat16
    assert c_n.dtype == torch.float32
    torch.testing.assert_close(c_n, layer(x)[1][1], rtol=0.1, atol=0.02)


def test_state_carried_over_continues_the_sequence():
    layer = rt.LSTM(3, 4, 2)
    x = torch.randn(6, 2, 3)
    whole, final = layer(x)
    first, state = layer(x[:2])
    second, last = layer(x[2:], state)
    torch.testing.assert_close(torch.cat([first, second]), whole)
    torch.testing.assert_close(last, final)


def test_backward_cost_does_not_grow_with_the_square_of_the_length():
    """The loop must not index its input step by step: each such select has a full-size gradient."""
    layer = rt.RNN(2, 3, backend="reference")
    output, _ = layer(torch.randn(20, 1, 2, requires_grad=True))
    names, queue, seen = [], [output.grad_fn], set()
    while queue:
        node = queue.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        names.append(node.name())
        queue += [parent for parent, _ in node.next_functions]
    assert not [name for name in names if "Select" in name and "Backward" in name][2:]  # hx[k] and its kin only
