r"""Checks of the exercises of chapter 5, ConvLSTM."""

from typing import Any

import torch
import torch.nn.functional as F

import rnn_tutorial as rt
from rnn_tutorial.experiments.footprint import count_parameters
from rnn_tutorial.plotting import kernel_reach

from .asking import exercise, near, require, same, tensor


@exercise("convlstm-fooled")
def fooled(convolve: Any) -> str:
    r"""A function of a picture and a kernel: what is in the middle stays there, for every kernel that it accepts."""
    accepted = []
    for size in range(1, 8):
        picture, kernel = torch.zeros(1, 1, 15, 15), torch.ones(1, 1, size, size)
        picture[..., 7, 7] = 1.0
        try:
            seen = convolve(picture, kernel)
        except ValueError:
            continue
        rows = tensor(seen, (1, 1, 15, 15), "the picture").sum(dim=-1).flatten().nonzero().flatten().tolist()
        columns = seen.sum(dim=-2).flatten().nonzero().flatten().tolist()
        said = f"with a kernel of {size} x {size}, a dot in row 7 becomes rows {min(rows)} to {max(rows)}"
        require(min(rows) + max(rows) == min(columns) + max(columns) == 14, said)
        accepted.append(size)
    require({1, 3, 5, 7} <= {*accepted}, f"kernels with a middle should be taken; taken were those of {accepted}")
    x, kernel = torch.randn(2, 3, 9, 9), torch.randn(4, 3, 3, 3)
    same(convolve(x, kernel), F.conv2d(x, kernel, padding=1), "the convolution with a kernel of 3 x 3", 1e-5)
    return "a dot in the middle stays in the middle"


@exercise("convlstm-count")
def count(parameters: Any) -> str:
    r"""A function of channels, hidden channels and kernel size."""
    for channels, hidden, kernel in ((1, 2, 3), (16, 128, 5), (3, 7, 1)):
        truth = count_parameters(rt.ConvLSTM(channels, hidden, kernel))
        of = f"parameters for {channels} channels, {hidden} hidden ones and a kernel of {kernel} x {kernel}"
        near(parameters(channels, hidden, kernel), truth, of, hint="four gates, one bias each, and three peepholes")
    return "as many as the layer has, for three sizes"


@exercise("convlstm-reach")
def reach(layers: Any) -> str:
    r"""A function of pixels a step, pixels a patch and kernel size: layers needed."""
    for pixels, patch, kernel in ((6, 2, 3), (1, 1, 3), (10, 2, 3), (6, 1, 5), (7, 2, 3), (9, 1, 7)):
        of = f"layers for {pixels} pixels a step, patches of {patch} x {patch} and kernels of {kernel} x {kernel}"
        near(layers(pixels, patch, kernel), _layers_needed(pixels, patch, kernel), of)
    return "enough, and none too many, for six speeds, patches and kernels"


def _layers_needed(pixels: int, patch: int, kernel: int) -> int:
    layers = 1
    while patch * kernel_reach([(kernel, kernel)] * layers, steps=2)[-1] < pixels:
        layers += 1
    return layers


@exercise("convlstm-border")
def border(rows: Any) -> str:
    r"""A function of kernel size and steps: rows, counted from the border, that differ from the middle."""
    for kernel, steps in ((3, 1), (3, 4), (5, 3), (1, 6), (7, 2)):
        layer = rt.ConvLSTM(1, 2, kernel, batch_first=True, dtype=torch.float64)
        with torch.no_grad():
            output = layer(torch.ones(1, steps, 1, 41, 41, dtype=torch.float64))[0][0, -1, 0, :, 20]
        touched = int(((output - output[20]).abs() > 1e-12)[:20].sum())
        of = f"rows at step {steps} with a kernel of {kernel} x {kernel}"
        near(rows(kernel, steps), touched, of, hint="each step pads the frame with zeros, and the state as well")
    return "as many as the layer shows, for five kernels and times"


@exercise("convlstm-twin")
def twin(dense_twin: Any) -> str:
    r"""A function that gives a ConvLSTM with a kernel of 1 x 1 its dense twin."""
    conv = rt.ConvLSTM(3, 5, 1, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        for parameter in conv.parameters():
            parameter.copy_(torch.randn_like(parameter))
    dense = dense_twin(conv)
    require(type(dense) is rt.PeepholeLSTM, f"the twin should be a PeepholeLSTM, and is {type(dense).__name__}")
    dense = dense.double()
    size = (dense.input_size, dense.hidden_size)
    require(size == (3, 5), f"the twin of a layer with 3 and 5 channels has input and hidden size {size}")
    frames = torch.randn(2, 6, 3, 1, 1, dtype=torch.float64)
    rows = frames.flatten(2)
    with torch.no_grad():
        truth = conv(frames)[0].flatten(2)
        told = dense(rows)[0] if dense.batch_first else dense(rows.transpose(0, 1))[0].transpose(0, 1)
    same(told, truth, "its output on frames of one pixel", 1e-10, "are all weights there, peepholes and biases too?")
    return "on frames of one pixel the two are the same network"
