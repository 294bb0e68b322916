"""ConvLSTM: a peephole LSTM on pictures of one pixel, and on larger ones what convolutions promise."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import rnn_tutorial as rt
from rnn_tutorial.checks import assert_all_parameters_used, assert_causal
from tests.sampled import examples


def peephole_twin(conv):
    """The PeepholeLSTM with the weights of a ConvLSTM's kernel centres."""
    layer = rt.PeepholeLSTM(
        conv.input_size, conv.hidden_size, conv.num_layers, batch_first=conv.batch_first,
        bidirectional=conv.bidirectional, dtype=torch.float64,
    )  # fmt: skip
    with torch.no_grad():
        for name, parameter in layer.named_parameters():
            if "bias_hh" in name:
                parameter.zero_()
            elif name in dict(conv.named_parameters()):
                theirs = conv.get_parameter(name)
                middle = tuple(size // 2 for size in theirs.shape[parameter.dim() :])
                parameter.copy_(theirs[(..., *middle)] if middle else theirs)
    return layer


@settings(max_examples=examples(200), deadline=None, derandomize=True)
@given(
    st.integers(1, 3), st.sampled_from([1, 3]), st.integers(1, 2), st.booleans(), st.booleans(), st.integers(1, 4),
    st.integers(0, 999),
)  # fmt: skip
def test_on_one_pixel_it_is_the_peephole_lstm(axes, kernel, layers, bidirectional, batch_first, steps, seed):
    torch.manual_seed(seed)
    conv = rt.ConvLSTM(
        2, 3, kernel, layers, batch_first=batch_first, bidirectional=bidirectional, spatial_dims=axes,
        dtype=torch.float64,
    )  # fmt: skip
    dense = peephole_twin(conv)
    x = torch.randn((2, steps, 2) if batch_first else (steps, 2, 2), dtype=torch.float64, requires_grad=True)
    pixels = x[(..., *[None] * axes)]
    output, (h_n, c_n) = conv(pixels)
    expected, (h, c) = dense(x)
    torch.testing.assert_close(output.flatten(2), expected)
    torch.testing.assert_close((h_n.flatten(2), c_n.flatten(2)), (h, c))
    ours = torch.autograd.grad(
        output.square().sum() + c_n.sum(), [x, conv.weights()["weight_ci"], conv.weights()["bias_ih"]]
    )
    hand = torch.autograd.grad(
        expected.square().sum() + c.sum(), [x, dense.weights()["weight_ci"], dense.weights()["bias_ih"]]
    )
    for a, b in zip(ours, hand, strict=True):
        torch.testing.assert_close(a.flatten(), b.flatten())


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_shifted_video_gives_a_shifted_answer(axes):
    layer = rt.ConvLSTM(1, 2, 3, 2, spatial_dims=axes, padding_mode="circular", dtype=torch.float64)
    video = torch.randn(4, 1, 1, *[6] * axes, dtype=torch.float64)
    moved = video.roll(2, dims=-1)
    torch.testing.assert_close(layer(moved)[0], layer(video)[0].roll(2, dims=-1))


@pytest.mark.parametrize("padding_mode", ["zeros", "circular", "reflect", "replicate"])
def test_sizes_are_kept_with_kernels_per_axis_and_dilation(padding_mode):
    layer = rt.ConvLSTM(
        1, [2, 3], (3, 5), recurrent_kernel_size=(5, 1), dilation=(2, 1), padding_mode=padding_mode, batch_first=True
    )
    video = torch.rand(2, 3, 1, 9, 8)
    output, (h_n, c_n) = layer(video)
    assert output.shape == (2, 3, 3, 9, 8)
    assert [h.shape[1] for h in h_n] == [2, 3]
    assert_all_parameters_used(layer, video)
    again, _ = layer(video[:, :, :, :6, :5] if padding_mode == "zeros" else video)  # any size at run time
    assert again.shape[2] == 3
    h, c = layer(video[:, :2])[1]
    _, (h, c) = layer(video[:, 2:], (tuple(h), tuple(c)))
    torch.testing.assert_close((h, c), (h_n, c_n))


def test_lengths_and_single_videos():
    layer = rt.ConvLSTM(1, 2, 3, 2, bidirectional=True, batch_first=True, dtype=torch.float64)
    video = torch.randn(3, 5, 1, 4, 6, dtype=torch.float64)
    output, (h_n, _), (h, _) = layer(video, lengths=[5, 1, 3], return_all_states=True)
    assert h.shape == (4, 3, 5, 2, 4, 6)
    for b, length in enumerate([5, 1, 3]):
        alone, (h_alone, _) = layer(video[b, :length])
        torch.testing.assert_close(output[b, :length], alone)
        assert not output[b, length:].any()
        torch.testing.assert_close(h_n[:, b], h_alone)


def test_packed_videos():
    layer = rt.ConvLSTM(1, 2, 3, 2, bidirectional=True, dtype=torch.float64)
    video = torch.randn(5, 3, 1, 4, 6, dtype=torch.float64)
    lengths = torch.tensor([2, 5, 3])
    packed, state = layer(pack_padded_sequence(video, lengths, enforce_sorted=False))
    padded, expected = layer(video, lengths=lengths)
    torch.testing.assert_close(pad_packed_sequence(packed)[0], padded)
    torch.testing.assert_close(state, expected)
    with pytest.raises(RuntimeError, match="must have 4 dimensions, got 2"):
        layer(pack_padded_sequence(torch.rand(5, 3, 1), lengths, enforce_sorted=False))


def test_causal_double_backward_and_number_types():
    layer = rt.ConvLSTM(1, 2, 3, batch_first=True, dtype=torch.float64)
    video = torch.randn(1, 3, 1, 3, 4, dtype=torch.float64, requires_grad=True)
    assert_causal(layer, video.detach())
    assert torch.autograd.gradcheck(lambda x: layer(x)[0], (video,))
    layer.backend = "reference"
    assert torch.autograd.gradgradcheck(lambda x: layer(x)[0], (video,))
    small = rt.ConvLSTM(1, 2, 3, dtype=torch.bfloat16)
    output, (_, c_n) = small(torch.rand(3, 1, 1, 4, 4, dtype=torch.bfloat16))
    assert output.dtype == c_n.dtype == torch.bfloat16
    with torch.autocast("cpu", torch.bfloat16):
        output, (_, c_n) = rt.ConvLSTM(1, 2, 3)(torch.rand(3, 1, 1, 4, 4))
    assert (output.dtype, c_n.dtype) == (torch.bfloat16, torch.float32)


def test_a_layer_without_input_runs_on_its_state():
    layer = rt.ConvLSTM(0, 2, 3)
    state = (torch.rand(1, 1, 2, 4, 4), torch.rand(1, 1, 2, 4, 4))
    output, _ = layer(torch.empty(6, 1, 0, 4, 4), state)
    assert output.shape == (6, 1, 2, 4, 4)
    assert "weight_ih_l0" not in dict(layer.named_parameters())
    assert_all_parameters_used(layer, torch.empty(6, 1, 0, 4, 4), state)


def test_peepholes():
    assert rt.ConvLSTM(1, 2, 3).weight_ci_l0.shape == (2, 1, 1)
    assert not any("weight_c" in name for name in rt.ConvLSTM(1, 2, 3, peephole=None).state_dict())
    by_place = rt.ConvLSTM(1, 2, 3, peephole="position", image_size=(4, 5))
    assert by_place.weight_co_l0.shape == (2, 4, 5)
    assert_all_parameters_used(by_place, torch.rand(3, 2, 1, 4, 5))
    with pytest.raises(ValueError, match=r"made for \(4, 5\), got \(5, 4\)"):
        by_place(torch.rand(3, 2, 1, 5, 4))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"kernel_size": 4}, "kernel_size should be odd"),
        ({"kernel_size": (3, 2)}, "should be odd"),
        ({"kernel_size": (3, 3, 3)}, "one or 2 whole numbers"),
        ({"kernel_size": 0}, "kernel_size should be at least 1, got 0"),
        ({"recurrent_kernel_size": 2}, "recurrent_kernel_size should be odd"),
        ({"dilation": 0}, "dilation should be"),
        ({"padding_mode": "same"}, "got 'same'"),
        ({"peephole": "pixel"}, "got 'pixel'"),
        ({"peephole": "position"}, "give image_size"),
        ({"spatial_dims": 4}, "1, 2 or 3"),
        ({"num_layers": 3, "hidden_channels": [2, 2]}, "2 layers, num_layers says 3"),
        ({"backend": "native"}, "no operator for it"),
        ({"hidden_channels": [2, 0]}, "hidden_channels should be at least 1, got 0"),
        ({"hidden_channels": []}, r"hidden_channels \(\) are 0 layers"),
        ({"num_layers": 0}, "num_layers should be at least 1, got 0"),
    ],
)
def test_mistakes_in_the_constructor(arguments, words):
    with pytest.raises(ValueError, match=words):
        rt.ConvLSTM(**({"input_channels": 1, "hidden_channels": 2, "kernel_size": 3} | arguments))(
            torch.rand(2, 1, 1, 4, 4)
        )


def test_mistakes_in_the_call():
    layer = rt.ConvLSTM(1, 2, 3)
    with pytest.raises(ValueError, match=r"4D or 5D, got 3D.*\(time, batch, channels, height, width\)"):
        layer(torch.rand(4, 1, 8))
    with pytest.raises(RuntimeError, match=r"input.size\(-3\).*Expected 1, got 3"):
        layer(torch.rand(4, 2, 3, 8, 8))
    with pytest.raises(RuntimeError, match=r"hidden\[0\] size \(1, 2, 2, 8, 8\)"):
        layer(torch.rand(4, 2, 1, 8, 8), (torch.rand(1, 3, 2, 8, 8), torch.rand(1, 3, 2, 8, 8)))
    with pytest.raises(ValueError, match="does not match weight dtype"):
        layer(torch.rand(4, 2, 1, 8, 8).double())
    with pytest.raises(TypeError, match="neither layer_norm nor proj_size"):
        rt.ConvLSTM(1, 2, 3, layer_norm=True)  # type: ignore[call-overload]
    uneven = rt.ConvLSTM(1, [2, 3], 3)
    with pytest.raises(TypeError, match="2 tensors, one a layer and direction"):
        uneven(torch.rand(4, 1, 1, 4, 4), (torch.rand(2, 1, 2, 4, 4)[:1], torch.rand(1, 1, 2, 4, 4)))
