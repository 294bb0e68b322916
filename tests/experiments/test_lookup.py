"""Pairs and questions, and a readout that looks back."""

import pytest
import torch

from rnn_tutorial.experiments import lookup


def test_pairs_hold_the_answer_once():
    x, value = lookup.pairs(50, 8, seed=0)
    assert x.shape == (50, 9, 24)
    asked = x[:, -1, :16].argmax(dim=1)
    assert (x[:, -1, 16:] == 0).all(), "the question does not hold its answer"
    for sequence, key, answer in zip(x[:, :-1], asked, value, strict=True):
        places = sequence[:, :16].argmax(dim=1)
        assert len(set(places.tolist())) == 8, "every key comes once"
        (place,) = (places == key).nonzero()[:, 0]
        assert sequence[place, 16:].argmax() == answer


def test_attention_weighs_every_state_before_the_question():
    model = lookup.Attention(seeds=[0, 1])
    weights = model.weights(torch.randn(2, 3, 5, lookup.UNITS))
    assert weights.shape == (2, 3, 4)
    torch.testing.assert_close(weights.sum(dim=2), torch.ones(2, 3))


def test_attention_looks_where_the_scores_are():
    model = lookup.Attention(seeds=[0])
    torch.nn.init.eye_(model.match.data[0])
    states = torch.zeros(1, 1, 3, lookup.UNITS)
    states[0, 0, 1, 0], states[0, 0, 2, 0] = 4.0, 5.0  # the second state is like the last, the first is not
    assert model.weights(states)[0, 0, 1] > 0.99


@pytest.mark.parametrize("kind", [lookup.LastState, lookup.Attention])
def test_readers_learn_one_pair(kind):
    networks = kind(seeds=[0, 1])
    lookup.train_readers(networks, updates=100)
    assert networks(lookup.pairs(4, 2, seed=0)[0]).shape == (2, 4, lookup.VALUES)
    assert min(lookup.accuracies(networks, 1, examples=100)) > 2 / lookup.VALUES
