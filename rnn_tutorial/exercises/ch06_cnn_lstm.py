r"""Checks of the exercises of chapter 6, CNN-LSTM."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import rnn_tutorial as rt

from .asking import NotYetError, asserted, exercise, near, require, same, tensor

PARTS = {
    "the convolutions": ("encoder.convolutions", "decoder.convolutions"),
    "the matrices to and from the code": ("encoder.to_code", "decoder.from_code"),
    "the LSTM": ("lstm",),
    "the matrix from state to code": ("to_code",),
}
"""Of a CNN-LSTM, with what the names of their parameters begin."""


@exercise("cnnlstm-fooled")
def fooled(net: Any) -> str:
    r"""A CNN-LSTM: each frame has the code that it has alone, and no video sees another."""
    require(isinstance(net, rt.CNNLSTM), f"the answer should be a CNNLSTM, and is {type(net).__name__}")
    with torch.no_grad():
        for B, T in ((3, 4), (4, 3), (3, 3), (2, 5)):
            videos = torch.rand(B, T, *net.image_size)
            alone = torch.stack([net.encoder(video) for video in videos])
            codes = tensor(net.encode(videos), (B, T, net.code_size), f"the codes of {B} videos of {T} frames")
            _ask_each_place(codes, alone)
    videos = torch.rand(3, 4, *net.image_size)
    with asserted():
        rt.checks.assert_examples_independent(net, videos)
    return "each frame has the code that it has alone, and each video sees itself"


def _ask_each_place(codes: Tensor, alone: Tensor) -> None:
    B, T = codes.shape[:2]
    for b in range(B):
        for t in range(T):
            off = (alone - codes[b, t]).abs().amax(dim=2)  # from the code of every frame: (B, T)
            if off[b, t] > 1e-4:
                video, frame = divmod(int(off.argmin()), T)
                there = f"frame {frame} of video {video}" if off.min() <= 1e-4 else "no frame of this batch"
                raise NotYetError(
                    f"of {B} videos with {T} frames, counted from 0: where frame {t} of video {b} belongs, "
                    f"the code is that of {there}"
                )


@exercise("cnnlstm-count")
def count(parts: Any) -> str:
    r"""A function of the side of a frame: parameters of four parts."""
    for side in (32, 64, 20, 30):
        net = rt.CNNLSTM((1, side, side), 96, code_size=64, channels=(8, 16))
        found = tensor(parts(side), (4,), f"the four counts for frames of {side} x {side}")
        for (part, names), mine in zip(PARTS.items(), found, strict=True):
            truth = sum(p.numel() for name, p in net.named_parameters() if name.startswith(names))
            near(mine, truth, f"parameters of {part} for frames of {side} x {side}")
    return "four parts as the network has them, for four sizes of the frame"


@exercise("cnnlstm-rollout")
def rollout(roll_out: Any) -> str:
    r"""A function of a network, frames and a number: so many forecasts, each fed back."""
    net = rt.CNNLSTM((1, 6, 5), 5, code_size=4, channels=(4, 4))
    with torch.no_grad():
        net.to_code.weight.mul_(8)
        net.get_parameter("decoder.convolutions.0.weight").mul_(8)  # the one that draws: it leaves [0, 1] now
        for seen, ahead in ((3, 1), (5, 2), (4, 5)):
            frames = torch.rand(2, seen, 1, 6, 5)
            truth = frames
            for _ in range(ahead):
                truth = torch.cat([truth, net(truth)[0][:, -1:].clamp(0, 1)], dim=1)
            of = f"what is forecast after {seen} frames"
            found = tensor(roll_out(net, frames, ahead), (2, ahead, 1, 6, 5), of)
            inside = bool(((found >= 0) & (found <= 1)).all())
            require(inside, f"{of} goes from {found.min():.2f} to {found.max():.2f}; frames lie in [0, 1]")
            for lead in range(ahead):
                what = f"{of}: lead {lead + 1}"
                same(found[:, lead], truth[:, seen + lead], what, 1e-4, "what has the network read before it, and how?")
    return "as if the network had read its own forecasts as frames, one to five ahead"


@exercise("cnnlstm-sizes")
def sizes(paddings: Any) -> str:
    r"""A function of a side and a number of halvings: what each transposed convolution has to be told."""
    kernel = torch.ones(1, 1, 3)
    for side, times in ((6, 1), (5, 1), (32, 2), (17, 2), (22, 3), (12, 3), (1, 2), (19, 4)):
        passed = [torch.zeros(1, 1, side)]
        for _ in range(times):
            passed.append(F.conv1d(passed[-1], kernel, stride=2, padding=1))
        of = f"the answer for side {side}, {times} times halved,"
        found = [int(told) for told in tensor(paddings(side, times), (times,), of)]
        require({*found} <= {0, 1}, f"{of}: with stride 2 an output_padding is 0 or 1, and not {found}")
        back = passed[-1]
        for told, goal in zip(found, reversed(passed[:-1]), strict=True):
            before = back.shape[-1]
            back = F.conv_transpose1d(back, kernel, stride=2, padding=1, output_padding=told)
            said = f"{side} pixels, {times} times halved: on the way back {before} become {back.shape[-1]}"
            require(back.shape == goal.shape, f"{said} with output_padding={told}, and should become {goal.shape[-1]}")
    return "eight sides come back, even and odd, through one to four convolutions"


@exercise("cnnlstm-place")
def place(make: Any) -> str:
    r"""A function of a side: an encoder to two numbers, and a decoder, for one white pixel anywhere."""
    for side in (4, 7):
        made = make(side)
        pair = isinstance(made, tuple | list) and len(made) == 2 and all(isinstance(end, nn.Module) for end in made)
        require(pair, "the function should return two modules, the encoder and the decoder")
        net = rt.CNNLSTM((1, side, side), 3, encoder=made[0], decoder=made[1])
        require(net.code_size <= 2, f"for frames of {side} x {side} the code has {net.code_size} numbers")
        frames = torch.eye(side * side).view(1, -1, 1, side, side)
        with torch.no_grad():
            drawn = net.reconstruct(frames)[0].flatten(1)
        for pixel, picture in enumerate(drawn):
            of = f"the pixel in row {pixel // side}, column {pixel % side} of {side} x {side}, counted from 0"
            brightest = int(picture.argmax())
            there = f"comes back in row {brightest // side}, column {brightest % side}"
            require(brightest == pixel or picture.std() < 1e-6, f"{of}: {there}")
            same(picture, frames[0, pixel].flatten(), f"{of}: the frame that is drawn", 1e-3)
    return "every frame comes back from two numbers: nothing is lost"
