"""Options beyond PyTorch's: they do what they say, and nothing where they are not asked for."""

import pytest
import torch
import torch.nn.functional as F

import rnn_tutorial as rt
from rnn_tutorial.checks import assert_all_parameters_used

DENSE = [rt.RNN, rt.LSTM, rt.GRU, rt.PeepholeLSTM]


@pytest.mark.parametrize("kind", DENSE)
@pytest.mark.parametrize("lengths", [None, [4, 6]])
def test_variational_dropout_drops_the_same_units_at_every_step(kind, lengths):
    torch.manual_seed(0)
    layer = kind(3, 50, 2, dropout=0.5, variational=True)
    seen = []
    original = layer.input_map

    def watched(x, w):
        seen.append(x)
        return original(x, w)

    layer.input_map = watched
    layer.backend = "reference"
    layer(torch.randn(6, 2, 3), lengths=lengths)
    masked = seen[1][: 4 if lengths else 6] == 0
    assert torch.equal(masked.all(dim=0), masked.any(dim=0))
    assert 10 < int(masked[0, 0].sum()) < 40
    assert not torch.equal(masked[0, 0], masked[0, 1])  # another mask for another example
    layer.eval()
    torch.testing.assert_close(layer(torch.ones(6, 2, 3)), layer(torch.ones(6, 2, 3)))


@pytest.mark.parametrize("kind", [rt.RNN, rt.LSTM, rt.GRU])
def test_variational_dropout_is_the_same_on_both_paths(kind):
    layer = kind(3, 8, 3, dropout=0.5, variational=True)
    results = []
    for backend in ("reference", "native"):
        layer.backend = backend
        torch.manual_seed(1)
        results.append(layer(torch.ones(5, 2, 3))[0])
    torch.testing.assert_close(*results)
    with pytest.raises(ValueError, match="same units at every step of packed"):
        layer(torch.ones(5, 2, 3), lengths=[5, 2])


def test_layer_norm_by_hand():
    layer = rt.LSTM(3, 4, layer_norm=True, dtype=torch.float64)
    w, x = layer.weights(), torch.randn(5, 2, 3, dtype=torch.float64)
    with torch.no_grad():
        for name in ("norm_ih", "norm_hh", "norm_c"):
            w[name].uniform_(0.5, 1.5)
    h = c = torch.zeros(2, 4, dtype=torch.float64)

    def norm(y, gain):
        return torch.cat([F.layer_norm(part, (4,)) * g for part, g in zip(y.chunk(4, dim=1), gain, strict=True)], dim=1)

    for x_t in x:
        z = norm(x_t @ w["weight_ih"].T, w["norm_ih"]) + w["bias_ih"]
        z = z + norm(h @ w["weight_hh"].T, w["norm_hh"]) + w["bias_hh"]
        i, f, g, o = z.chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * (F.layer_norm(c, (4,)) * w["norm_c"]).tanh()
    torch.testing.assert_close(layer(x)[1][0][0], h)


@pytest.mark.parametrize("kind", DENSE)
@pytest.mark.parametrize("bias", [True, False])
def test_layer_norm_ignores_the_size_of_the_input(kind, bias):
    layer = kind(3, 4, 2, layer_norm=True, bias=bias, bidirectional=True, dtype=torch.float64)
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    torch.testing.assert_close(layer(1e3 * x)[0], layer(1e6 * x)[0], rtol=1e-4, atol=1e-4)
    assert_all_parameters_used(layer, x)
    with pytest.raises(ValueError, match="no operator for it"):
        kind(3, 4, layer_norm=True, backend="native")(torch.randn(5, 2, 3))


@pytest.mark.parametrize("kind", [rt.LSTM, rt.PeepholeLSTM])
def test_forget_bias_is_set_once_and_only_when_asked_for(kind):
    layer = kind(3, 4, 2, bidirectional=True, forget_bias=1.0)
    for names in layer.weight_names:
        assert (layer.get_parameter(names["bias_ih"])[4:8] == 1).all()
        assert (layer.get_parameter(names["bias_hh"])[4:8] == 0).all()
        assert (layer.get_parameter(names["bias_ih"])[:4] != 1).all()
    torch.manual_seed(0)
    plain = kind(3, 4).state_dict()
    torch.manual_seed(0)
    same = kind(3, 4, forget_bias=None).state_dict()
    assert all(torch.equal(plain[key], same[key]) for key in plain)
    assert (rt.ConvLSTM(1, 2, 3, forget_bias=1.0).weights()["bias_ih"][2:4] == 1).all()
    with pytest.raises(ValueError, match="needs bias=True"):
        kind(3, 4, bias=False, forget_bias=1.0)
    with pytest.raises(ValueError, match="a GRU has no forget gate"):
        rt.GRU(3, 4, forget_bias=1.0)  # type: ignore[call-arg]


@pytest.mark.parametrize("kind", DENSE)
def test_orthogonal_start_by_gate(kind):
    layer = kind(3, 6, recurrent_init="orthogonal")
    for block in layer.get_parameter("weight_hh_l0").split(6):
        torch.testing.assert_close(block @ block.T, torch.eye(6))
    with pytest.raises(ValueError, match="got 'identity'"):
        kind(3, 6, recurrent_init="identity")


def test_orthogonal_start_of_a_convolution_keeps_the_length_of_a_state():
    layer = rt.ConvLSTM(1, 4, 3, recurrent_init="orthogonal")
    h = torch.randn(1, 4, 5, 5)
    mapped = layer.convolve(h, layer.weights()["weight_hh"][:4])
    torch.testing.assert_close(mapped.norm(), h.norm())
