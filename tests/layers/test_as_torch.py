"""Code written for torch.nn's layers: their rows of weights, their checks, weight dropping, their pickles."""

import copy
import pickle
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_sequence

import rnn_tutorial as rt

PAIRS: dict[str, tuple[Any, Any]] = {"RNN": (rt.RNN, nn.RNN), "LSTM": (rt.LSTM, nn.LSTM), "GRU": (rt.GRU, nn.GRU)}
BACKENDS = ["auto", "reference", "native", "fused"]
OPTIONS: list[dict[str, Any]] = [{}, {"num_layers": 2, "bidirectional": True, "bias": False, "batch_first": True}]

both = pytest.mark.parametrize("name", PAIRS)


def pair(name, *args, backend="auto", **options):
    ours, theirs = PAIRS[name]
    layers = ours(*args, backend=backend, dtype=torch.float64, **options), theirs(*args, dtype=torch.float64, **options)
    layers[0].load_state_dict(layers[1].state_dict())
    return layers


@both
def test_nothing_that_torch_has_is_missing(name):
    ours, theirs = pair(name, 3, 4)
    # how TorchScript compiles it, and how it knows that its list of weights is stale
    its_own = {"__constants__", "__jit_unused_properties__", "_flat_weight_refs", "_weights_have_changed"}
    assert set(dir(theirs)) - set(dir(ours)) == its_own


@both
@pytest.mark.parametrize("options", OPTIONS)
def test_rows_of_weights(name, options):
    ours, theirs = pair(name, 3, 4, **options)
    assert ours._all_weights == theirs._all_weights
    assert ours._flat_weights_names == theirs._flat_weights_names
    assert isinstance(ours._flat_weights, list)
    assert all(a is b for a, b in zip(ours._flat_weights, ours.parameters(), strict=True))


def test_rows_of_weights_where_an_lstm_projects():
    ours, theirs = pair("LSTM", 3, 4, num_layers=2, proj_size=2)
    assert ours._all_weights == theirs._all_weights
    x = torch.zeros(5, 2, 3)
    assert ours.get_expected_hidden_size(x, None) == theirs.get_expected_hidden_size(x, None) == (2, 2, 2)
    assert ours.get_expected_cell_size(x, None) == theirs.get_expected_cell_size(x, None) == (2, 2, 4)


def test_what_is_written_to_the_row_is_the_layers():
    layer = rt.GRU(3, 4)
    half = nn.Parameter(layer.get_parameter("weight_hh_l0").detach() / 2)
    layer._flat_weights[1] = half
    assert layer.weight_hh_l0 is half
    whole = [nn.Parameter(weight.detach() * 2) for weight in layer.parameters()]
    layer._flat_weights = whole  # type: ignore[assignment]
    assert all(a is b for a, b in zip(layer.parameters(), whole, strict=True))
    with pytest.raises(TypeError, match="cannot assign"):  # not lost without a word
        layer._flat_weights[1] = torch.zeros(12, 4)


@both
@pytest.mark.parametrize("options", OPTIONS)
def test_expected_sizes(name, options):
    ours, theirs = pair(name, 3, 4, **options)
    packed = pack_sequence([torch.zeros(5, 3), torch.zeros(2, 3)])
    for input, sizes in ((torch.zeros(5, 7, 3), None), (packed.data, packed.batch_sizes)):
        assert ours.get_expected_hidden_size(input, sizes) == theirs.get_expected_hidden_size(input, sizes)
        if name == "LSTM":
            assert ours.get_expected_cell_size(input, sizes) == theirs.get_expected_cell_size(input, sizes)


def test_expected_sizes_of_pictures():
    x = torch.zeros(5, 2, 1, 6, 7)
    assert rt.ConvLSTM(1, 4, 3, bidirectional=True).get_expected_hidden_size(x, None) == (2, 2, 4, 6, 7)
    unequal = rt.ConvLSTM(1, [4, 3], 3)
    sizes = unequal.get_expected_hidden_size(x, None)
    assert sizes == [(2, 4, 6, 7), (2, 3, 6, 7)]
    _, (h_n, _) = unequal(x)
    unequal.check_hidden_size(h_n, sizes)
    with pytest.raises(RuntimeError, match=r"Expected hidden size \[\(2, 4, 6, 7\)"):
        unequal.check_hidden_size(h_n[::-1], sizes)


@both
def test_checks_refuse_what_torchs_refuse_in_its_words(name):
    ours, theirs = pair(name, 3, 4)
    h = torch.zeros(1, 2, 4, dtype=torch.float64)
    wide, long = torch.zeros(1, 2, 5, dtype=torch.float64), torch.zeros(1, 3, 4, dtype=torch.float64)
    x = torch.zeros(5, 2, 3, dtype=torch.float64)
    flat, sizes = x.flatten(0, 1), torch.tensor([2] * 5)

    def state(first, second=h):
        return (first, second) if name == "LSTM" else first

    calls = [
        ("check_input", (x, None)),
        ("check_input", (flat, sizes)),
        ("check_input", (flat, None)),
        ("check_input", (x, sizes)),
        ("check_input", (x[..., :2], None)),
        ("check_input", (x.float(), None)),
        ("check_hidden_size", (h, (1, 2, 4))),
        ("check_hidden_size", (wide, (1, 2, 4))),
        ("check_hidden_size", (wide, (1, 2, 4), "{} is not {}")),
        ("check_forward_args", (x, state(h), None)),
        ("check_forward_args", (flat, state(h), sizes)),
        ("check_forward_args", (x, state(wide), None)),
        ("check_forward_args", (x, state(long), None)),
        ("check_forward_args", (x[..., :2], state(h), None)),
        *([("check_forward_args", (x, state(h, long), None))] if name == "LSTM" else []),
    ]
    said = []
    for method, arguments in calls:
        answers = []
        for layer in (ours, theirs):
            try:
                answers.append(getattr(layer, method)(*arguments))
            except (ValueError, RuntimeError) as error:
                answers.append((type(error), str(error)))
        assert answers[0] == answers[1]
        said.append(answers[0])
    assert said.count(None) == 5


@both
def test_permute_hidden(name):
    ours, theirs = pair(name, 3, 4)
    h, order = torch.randn(2, 3, 4), torch.tensor([2, 0, 1])
    state = (h, h + 1) if name == "LSTM" else h
    torch.testing.assert_close(ours.permute_hidden(state, order), theirs.permute_hidden(state, order))
    assert ours.permute_hidden(state, None) is state


class WeightDrop(nn.Module):
    """AWD-LSTM's (Merity et al., 2017): a weight is drawn anew for each call and set as a plain attribute."""

    def __init__(self, layer, names):
        super().__init__()
        self.layer = layer
        self.names = names
        for name in names:
            weight = getattr(layer, name)
            delattr(layer, name)
            layer.register_parameter(name + "_raw", nn.Parameter(weight.detach()))

    def forward(self, *args, **options):
        for name in self.names:
            setattr(self.layer, name, F.dropout(getattr(self.layer, name + "_raw"), 0.5, self.training))
        return self.layer(*args, **options)


@both
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("steps", [3, 60])
def test_dropped_weights_give_the_values_and_gradients_of_torch(name, backend, steps):
    options: dict[str, Any] = {"num_layers": 2, "bidirectional": True, "backend": backend}
    dropped = [
        WeightDrop(layer.float(), ["weight_hh_l0", "weight_hh_l1_reverse"]) for layer in pair(name, 3, 16, **options)
    ]
    x = torch.randn(steps, 10, 3, dtype=torch.float64)
    results = []
    for model in dropped:
        model.double()  # moved while a weight is not there
        assert model.layer._flat_weights[1] is None
        for seed in (1, 2):  # a second call replaces the weight of the first
            torch.manual_seed(seed)
            output, _ = model(x)
        gradients = torch.autograd.grad(output.square().sum(), list(model.parameters()))
        results.append([output, *gradients])
        assert [name for name, _ in model.named_parameters() if "raw" in name]
        model.eval()
        results[-1].append(model(x)[0])
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_dropped_weights_of_layers_that_torch_has_not():
    for layer, x in ((rt.PeepholeLSTM(3, 4), torch.randn(5, 2, 3)), (rt.ConvLSTM(1, 4, 3), torch.rand(5, 2, 1, 6, 6))):
        whole, _ = layer(x)
        model = WeightDrop(layer, ["weight_hh_l0"]).double().eval()
        output, _ = model(x.double(), lengths=[5, 5])
        torch.testing.assert_close(output.float(), whole)


def test_a_deleted_weight_is_named():
    layer = rt.LSTM(3, 4)
    del layer.weight_hh_l0
    layer.double()
    layer.flatten_parameters()
    with pytest.raises(AttributeError, match="weight_hh_l0"):
        layer(torch.zeros(5, 2, 3, dtype=torch.float64))


@both
@pytest.mark.parametrize("options", OPTIONS)
def test_a_pickle_of_torchs_layer_is_read_by_ours(name, options):
    ours, theirs = pair(name, 3, 16, **options)
    read = PAIRS[name][0].__new__(PAIRS[name][0])
    read.__setstate__(theirs.__getstate__())
    x = torch.randn(60, 10, 3, dtype=torch.float64)
    for backend in BACKENDS:
        read.backend = backend
        torch.testing.assert_close(read(x), theirs(x))
    read.backend = "auto"
    assert repr(read) == repr(ours)
    assert list(read.state_dict()) == list(theirs.state_dict())


@pytest.mark.parametrize(
    "layer", [rt.RNN(3, 4), rt.LSTM(3, 4, layer_norm=True), rt.GRU(3, 4, reset_after=False), rt.PeepholeLSTM(3, 4)]
)
def test_pickles_and_copies_of_ours(layer):
    x = torch.randn(5, 2, 3)
    expected, _ = layer(x)
    for again in (pickle.loads(pickle.dumps(layer)), copy.deepcopy(layer), copy.copy(layer)):
        torch.testing.assert_close(again(x)[0], expected)
        assert repr(again) == repr(layer)
