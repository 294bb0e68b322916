"""Layers whose weights are dropped by other code, in the way of AWD-LSTM: drawn anew where they are kept whole."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

import rnn_tutorial as rt

KINDS: dict[str, Any] = {
    "RNN": lambda: rt.RNN(3, 16, 2),
    "LSTM": lambda: rt.LSTM(3, 16, 2, forget_bias=1.0, recurrent_init="orthogonal"),
    "GRU": lambda: rt.GRU(3, 16, 2, bidirectional=True),
    "PeepholeLSTM": lambda: rt.PeepholeLSTM(3, 16, 2),
    "ConvLSTM": lambda: rt.ConvLSTM(3, [4, 2], 3),
}
DROPPED = ("weight_hh_l0", "weight_hh_l1")


def dropping(layer, called=True):
    """Keep two weights under other names, as AWD-LSTM's code does, and set what is left of them."""
    for name in DROPPED:
        weight = layer._parameters.pop(name)
        layer.register_parameter(f"{name}_raw", nn.Parameter(weight.data))
        if called:
            drop(layer, name)
    return layer


def drop(layer, name):
    setattr(layer, name, F.dropout(getattr(layer, f"{name}_raw"), 0.5))


def whole(name):
    return name.removesuffix("_raw")


@pytest.mark.parametrize("called", [True, False])
@pytest.mark.parametrize("name", KINDS)
def test_what_is_kept_whole_is_drawn_as_in_a_new_layer(name, called):
    layer = dropping(KINDS[name](), called)
    before = dict(layer.named_parameters())
    left = {full: getattr(layer, full, None) for full in DROPPED}
    torch.manual_seed(3)
    layer.reset_parameters()
    torch.manual_seed(3)
    new = KINDS[name]()
    after = dict(layer.named_parameters())
    assert {whole(full) for full in after} == {full for full, _ in new.named_parameters()}
    for full, value in after.items():
        assert value is before[full]
        torch.testing.assert_close(value, new.get_parameter(whole(full)), rtol=0, atol=0)
    assert all(getattr(layer, full, None) is left[full] for full in DROPPED)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_the_same_parameters_are_drawn_as_by_torch(kind):
    ours, theirs = dropping(getattr(rt, kind)(3, 16, 2)), dropping(getattr(nn, kind)(3, 16, 2))
    for layer in (ours, theirs):
        with torch.no_grad():
            for value in layer.parameters():
                value.fill_(7)
        layer.reset_parameters()
        assert all((value.abs() <= 0.25).all() for value in layer.parameters())  # 1 / √16
    assert [name for name, _ in ours.named_parameters()] == [name for name, _ in theirs.named_parameters()]


def test_a_call_after_it_uses_the_new_weights():
    layer = dropping(rt.LSTM(3, 16, 2)).eval()
    layer.reset_parameters()
    plain = rt.LSTM(3, 16, 2)
    plain.load_state_dict({whole(full): value for full, value in layer.state_dict().items()})
    for name in DROPPED:
        setattr(layer, name, F.dropout(getattr(layer, f"{name}_raw"), 0.5, training=False))
    x = torch.randn(5, 2, 3)
    torch.testing.assert_close(layer(x), plain(x))


def test_a_weight_that_is_dropped_and_one_that_is_parametrised():
    layer = dropping(rt.GRU(3, 16, 2))
    nn.utils.parametrizations.weight_norm(layer, "weight_ih_l0")
    raw = layer.weight_hh_l0_raw
    torch.manual_seed(3)
    layer.reset_parameters()
    torch.manual_seed(3)
    new = rt.GRU(3, 16, 2)
    assert layer.weight_hh_l0_raw is raw
    torch.testing.assert_close(raw, new.weight_hh_l0, rtol=0, atol=0)
    torch.testing.assert_close(layer.weight_ih_l0, new.weight_ih_l0)


def test_a_weight_without_one_that_is_kept_whole_is_refused():
    layer: Any = rt.LSTM(3, 16)
    layer.register_parameter("weight_hh_l0_other", layer._parameters.pop("weight_hh_l0"))
    layer.weight_hh_l0 = layer.weight_hh_l0_other.detach()
    with pytest.raises(ValueError, match=r"weight_hh_l0 of this LSTM is no parameter: .*, from weight_hh_l0_other"):
        layer.reset_parameters()
