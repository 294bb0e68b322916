"""The gradient written out, against autograd; cuts and rates against what can be computed otherwise."""

import math

import pytest
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.experiments import bptt


def network(T: int = 6):
    torch.manual_seed(0)
    model = rt.ManyToOne(rt.RNN(3, 5, batch_first=True, dtype=torch.float64), 2)
    return model, torch.randn(4, T, 3, dtype=torch.float64), torch.randn(4, 2, dtype=torch.float64)


def test_terms_add_up_to_autograds_gradient():
    model, x, y = network()
    nn.functional.l1_loss(model(x), y).backward()
    terms = bptt.of_last_state(model.layer, model.readout, x, y)
    assert terms.shape == (6, 5, 5)
    torch.testing.assert_close(terms.sum(0), model.layer.get_parameter("weight_hh_l0").grad, rtol=1e-12, atol=1e-15)


def test_a_truncated_backward_pass_keeps_the_last_terms():
    model, x, y = network()
    output, _ = rt.in_chunks(model.layer, x, steps=4, gradient="truncated")  # steps 5 and 6 are the last chunk
    nn.functional.l1_loss(model.readout(output[:, -1]), y).backward()
    terms = bptt.of_last_state(model.layer, model.readout, x, y)
    torch.testing.assert_close(
        terms[-2:].sum(0), model.layer.get_parameter("weight_hh_l0").grad, rtol=1e-12, atol=1e-15
    )
    whole, kept = terms.sum(0), terms[-2:].sum(0)
    assert bptt.cut_errors(terms)[1] == pytest.approx(float((kept - whole).norm() / whole.norm()))


def test_errors_of_cuts_by_hand():
    terms = torch.tensor([1.0, 2.0, 5.0]).reshape(3, 1, 1)
    torch.testing.assert_close(bptt.cut_errors(terms), torch.tensor([3 / 8, 1 / 8, 0.0]))


def test_nothing_is_changed():
    model, x, y = network()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    bptt.of_last_state(model.layer, model.readout, x, y)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())


def test_spectral_radius_of_pytorchs_start():
    radii = [bptt.spectral_radius(rt.RNN(1, 256).get_parameter("weight_hh_l0")) for _ in range(5)]
    assert sum(radii) / 5 == pytest.approx(1 / math.sqrt(3), rel=0.05)
    assert bptt.spectral_radius(torch.diag(torch.tensor([0.5, -2.0]))) == 2


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("scale", [0.9, 1.0, 1.1])
def test_lengths_are_powers_of_the_scale(scale, shared):
    lengths = bptt.sent_back(scale, shared=shared, steps=30, hidden_size=8)
    torch.testing.assert_close(lengths, scale ** torch.arange(31, dtype=torch.float64), rtol=1e-12, atol=0)


def test_fresh_matrices_are_others():
    shared, fresh = (bptt.sent_back(1.0, shared=shared, steps=3, hidden_size=8) for shared in (True, False))
    torch.testing.assert_close(shared, fresh)
    assert not torch.equal(shared, fresh)
