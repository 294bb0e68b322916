"""CNNLSTM: frames of every size come back at that size, time is folded correctly, parts can be the user's own."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.checks import assert_all_parameters_used, assert_causal, assert_examples_independent
from tests.sampled import examples


@settings(max_examples=examples(200), deadline=None, derandomize=True)
@given(
    st.integers(1, 2), st.integers(1, 21), st.integers(1, 21), st.lists(st.integers(1, 3), min_size=1, max_size=3)
)  # fmt: skip
def test_every_even_and_odd_size_comes_back(channels, height, width, widths):
    model = rt.CNNLSTM((channels, height, width), 3, code_size=2, channels=widths)
    video = torch.rand(2, 3, channels, height, width)
    assert model(video)[0].shape == video.shape
    assert model.reconstruct(video).shape == video.shape


def test_each_frame_is_encoded_as_if_alone():
    model = rt.CNNLSTM((1, 9, 7), 4, code_size=5)
    video = torch.rand(3, 4, 1, 9, 7)
    codes = model.encode(video)
    assert codes.shape == (3, 4, 5)
    torch.testing.assert_close(codes[2, 1], model.encoder(video[2, 1][None])[0])
    drawn = model.decode(codes)
    torch.testing.assert_close(drawn[1, 3], model.decoder(codes[1, 3][None])[0])


def test_causal_independent_and_fully_used():
    model = rt.CNNLSTM((1, 5, 6), 4, code_size=3, num_layers=2).double()
    video = torch.rand(2, 4, 1, 5, 6, dtype=torch.float64)
    assert_causal(model, video)
    assert_examples_independent(model, video)
    assert_all_parameters_used(model, video)


def test_state_carried_over_continues_the_video():
    model = rt.CNNLSTM((1, 6, 6), 4, code_size=3)
    video = torch.rand(2, 5, 1, 6, 6)
    whole, final = model(video)
    first, state = model(video[:, :2])
    second, last = model(video[:, 2:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    torch.testing.assert_close(last, final)


def test_your_own_parts():
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(12, 7))
    decoder = nn.Sequential(nn.Linear(7, 12), nn.Unflatten(1, (1, 3, 4)))
    model = rt.CNNLSTM((1, 3, 4), 5, encoder=encoder, decoder=decoder)
    assert model.code_size == 7
    assert model(torch.rand(2, 3, 1, 3, 4))[0].shape == (2, 3, 1, 3, 4)
    with pytest.raises(ValueError, match=r"draw frames of \(1, 3, 4\), it draws \(1, 4, 3\)"):
        rt.CNNLSTM((1, 3, 4), 5, encoder=encoder, decoder=nn.Sequential(nn.Linear(7, 12), nn.Unflatten(1, (1, 4, 3))))
    with pytest.raises(ValueError, match="Sequential should give 2 axes"):
        rt.CNNLSTM((1, 3, 4), 5, encoder=nn.Sequential(nn.Conv2d(1, 1, 1)))


def test_bottleneck_loss_is_zero_for_a_code_that_keeps_everything():
    model = rt.CNNLSTM((1, 3, 4), 5, encoder=nn.Flatten(), decoder=nn.Unflatten(1, (1, 3, 4)))
    video = torch.rand(2, 3, 1, 3, 4)
    assert model.bottleneck_loss(video) == 0
    narrow = rt.CNNLSTM((1, 3, 4), 5, code_size=2)
    assert narrow.bottleneck_loss(video) > 0


def test_batch_statistics_and_modes_survive_the_measuring():
    encoder = nn.Sequential(nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(12, 4)).train()
    rt.CNNLSTM((1, 3, 4), 5, encoder=encoder)
    assert encoder.training
    assert encoder.get_buffer("0.num_batches_tracked") == 0


def test_mistakes():
    model = rt.CNNLSTM((1, 6, 6), 4)
    with pytest.raises(ValueError, match=r"\(batch, time, \*\(1, 6, 6\)\), got \(2, 3, 1, 6, 7\)"):
        model(torch.rand(2, 3, 1, 6, 7))
    with pytest.raises(ValueError, match="channels, height, width"):
        rt.CNNLSTM((6, 6), 4)  # type: ignore[arg-type]
