"""The two tasks of timing ask what they say; variants differ in what they may use and in nothing else."""

import pytest
import torch

from rnn_tutorial.experiments import ch04_timing as timing

BARE = timing.Variant(peepholes=False, bare=True)
FREE = timing.Variant(peepholes=True, bare=False)


def test_spikes():
    assert timing.spikes(3, 2)[:, 0].tolist() == [0, 0, 1, 0, 0, 1]


def test_delays_are_told_at_spikes_and_nowhere_else():
    x, y = timing.delays(50, 60, seed=1)
    assert x.shape == y.shape == (50, 60, 1)
    for spikes, told in zip(x[:, :, 0], y[:, :, 0], strict=True):
        places = spikes.nonzero()[:, 0]
        between = places.diff()
        assert timing.SHORTEST <= between.min() <= between.max() <= timing.LONGEST
        torch.testing.assert_close(told[places[1:]], between / timing.LONGEST)
        assert told.sum() == pytest.approx(float(between.sum()) / timing.LONGEST), "silent elsewhere"
    assert len(x[:, :, 0].argmax(dim=1).unique()) > 5, "the first spike comes at a random step"


def test_variants_start_alike_and_use_what_they_may():
    networks = timing.clocks(2, seeds=[0, 1]).networks
    for name, weight in networks.layer.named_parameters():
        of = networks.by_network(weight).unflatten(1, (4, 2)).movedim(1, 0)  # by variant
        if name in timing.PEEPHOLES:
            assert [bool(part.any()) for part in of] == [variant.peepholes for variant in timing.VARIANTS]
        elif name == "weight_hh_l0":
            assert len({float(part.square().sum().detach()) for part in of}) == 1
        else:
            assert all(torch.equal(part, of[0]) for part in of)
    bare = torch.tensor([variant.bare for variant in timing.VARIANTS]).repeat_interleave(2)
    assert (networks.readout[bare] == 1).all()
    assert (networks.readout_bias[bare] == 0).all()
    assert (networks.readout_bias[~bare] != 0).all()
    assert (BARE.readout, FREE.readout) == ("bare", "learnt")


def test_what_a_variant_has_not_it_does_not_learn():
    made = timing.train_generators(3, 1, [0], variants=[BARE, FREE], updates=3)
    networks = made.networks
    for name in timing.PEEPHOLES:
        without, with_them = networks.layer.get_parameter(name)
        assert without == 0 != with_them
    assert networks.readout[0].item() == 1
    assert networks.readout_bias[0].item() == 0
    assert len(timing.in_a_row(made, 3)) == 2
    assert made.of(FREE) == slice(1, 2)


def test_a_row_of_spikes_ends_with_the_first_mistake(monkeypatch):
    made = timing.clocks(1, seeds=[0], variants=[FREE])
    y = timing.spikes(4, 5)
    y[2 * 4 + 1] = 1.0  # a spike too many in the third silence
    monkeypatch.setattr(type(made.networks), "__call__", lambda *_: y[None, None])
    assert timing.in_a_row(made, 4, count=5) == [2]


def test_a_meter_is_off_by_steps(monkeypatch):
    made = timing.train_meters(1, [0], variants=[FREE], updates=1, streams=2)
    monkeypatch.setattr(type(made.networks), "__call__", lambda _, x: torch.zeros_like(x)[None])
    y = timing.delays(200, 60, seed=-1)[1]
    assert timing.measure(made)[0] == pytest.approx(timing.LONGEST * float(y.sum() / (y > 0).sum()))
