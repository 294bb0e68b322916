r"""Checks of the exercises of chapter 7, MNIST by rows."""

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import rnn_tutorial as rt
from rnn_tutorial.experiments.footprint import count_parameters

from .asking import exercise, near, require, same, tensor

ROWS = 28


@exercise("mnist-fooled")
def fooled(reader: Any) -> str:
    r"""A network that reads in both directions: each half of its readout gets a state that has read all rows."""
    require(isinstance(reader, nn.Module), "the reader should be a network, such as ColleaguesReader()")
    layers = [part for part in reader.modules() if getattr(part, "bidirectional", False)]
    readouts = [part for part in reader.modules() if isinstance(part, nn.Linear)]
    found = f"found were {len(layers)} bidirectional layers and {len(readouts)} linear ones"
    require(len(layers) == len(readouts) == 1, f"the reader should keep its layer and its readout; {found}")
    layer, readout = layers[0], readouts[0]
    width, states = readout.in_features, 2 * layer.hidden_size
    require(width == states, f"the readout takes {width} numbers, and two final states are {states}")
    x = torch.rand(3, ROWS, ROWS).to(readout.weight)
    with torch.no_grad():
        scores = tensor(reader(x), (3, readout.out_features), "the scores of three digits")
        final = layer(x if layer.batch_first else x.transpose(0, 1))[1]
        forward, backward = (final[0] if isinstance(final, tuple) else final)[-2:].unbind(0)
        right = [readout(torch.cat(pair, dim=-1)) for pair in ((forward, backward), (backward, forward))]
    first, second = (_rows_seen(reader, half) for half in (slice(width // 2, width), slice(0, width // 2)))
    said = f"before the answer, the first half of the readout has read {first} rows and the second {second}"
    require(first == second == ROWS, said)
    near_enough = any(torch.allclose(scores, r, rtol=1e-3, atol=1e-4) for r in right)
    require(near_enough, "both halves have read all rows, but what the readout gets is not the two final states")
    return "both directions have read all 28 rows"


def _rows_seen(reader: nn.Module, silent: slice) -> int:
    """Count the rows that move the answer when a part of the readout is silent."""
    alone = copy.deepcopy(reader)
    (readout,) = (part for part in alone.modules() if isinstance(part, nn.Linear))
    with torch.no_grad():
        readout.weight[:, silent] = 0
    x = torch.rand(1, ROWS, ROWS).to(readout.weight).requires_grad_()
    (gradient,) = torch.autograd.grad(alone(x).square().sum(), x)
    return int((gradient[0].abs().sum(dim=1) > 0).sum())


@exercise("mnist-count")
def count(parameters: Any) -> str:
    r"""A function of features, hidden units, layers and classes."""
    for features, hidden, layers, classes in ((28, 128, 2, 10), (28, 64, 1, 10), (5, 7, 3, 4), (1, 16, 2, 2)):
        model = rt.ManyToOne(rt.LSTM(features, hidden, layers, batch_first=True), classes)
        truth = count_parameters(model)
        of = f"parameters for {features} features, {hidden} units, {layers} layers and {classes} classes"
        hint = "what does the second layer read, and how many biases has a gate?"
        near(parameters(features, hidden, layers, classes), truth, of, hint=hint)
    return "as many as the model has, for four sizes"


@exercise("mnist-early")
def early(read_until: Any) -> str:
    r"""A function of beliefs (N, T, digits) and a threshold: rows read, and answers, (N,) each."""
    beliefs = (3 * torch.randn(60, 7, 4)).softmax(dim=2)
    for threshold in (0.6, 0.9, float(beliefs[0].max()), 1.1):
        answer = read_until(beliefs.clone(), threshold)
        two = isinstance(answer, tuple | list | Tensor | np.ndarray) and len(answer) == 2
        require(two, "the answer should be two tensors: rows read, and digits")
        found = [tensor(part, (60,), what) for part, what in zip(answer, ("rows read", "digits"), strict=True)]
        for image, belief in enumerate(beliefs):
            enough = [row for row in range(7) if float(belief[row].max()) >= threshold]
            row = enough[0] if enough else 6
            reached = (
                f"reaches {threshold:.3g} first after row {row + 1}" if enough else f"never reaches {threshold:.3g}"
            )
            of = f"image {image}, which {reached}"
            near(found[0][image], row + 1, f"rows read of {of}")
            digit = int(found[1][image])
            require(digit == int(belief[row].argmax()), f"{of}: {digit} is not what is believed there")
    return "rows and digits as believed, for four thresholds, also for images that never reach one"


@exercise("mnist-interval")
def interval(images: Any) -> str:
    r"""A function of two accuracies: test images from which on their 95 % intervals do not overlap, within a tenth."""
    for worse, better in ((0.988, 0.990), (0.97, 0.98), (0.5, 0.52), (0.9, 0.92)):
        low, high = 1.0, 1e9
        while high / low > 1.001:  # intervals shrink as images are added
            n = math.sqrt(low * high)
            overlap = _wilson(worse, n)[1] >= _wilson(better, n)[0]
            low, high = (n, high) if overlap else (low, n)
        of = f"images for {100 * worse:.1f} % and {100 * better:.1f} %"
        near(images(worse, better), high, of, tolerance=0.1, hint="each interval has a half on the other's side")
    return "as many as Wilson's intervals want, within a tenth, for four pairs"


def _wilson(share: float, n: float, z: float = 1.959964) -> tuple[float, float]:
    """Return Wilson's interval for a share of n."""
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    return middle - half, middle + half


@exercise("mnist-paired")
def paired(luck: Any) -> str:
    r"""A function of two boolean vectors, the images that each of two networks misreads: McNemar's exact p."""
    for both, one, other in ((80, 40, 20), (0, 40, 20), (300, 3, 9), (10, 7, 7), (5, 0, 0), (0, 0, 6)):
        first, second = torch.zeros(2, 500, dtype=torch.bool)
        first[: both + one] = True
        second[:both] = True
        second[both + one : both + one + other] = True
        n = one + other
        truth = min(1.0, 2 * sum(math.comb(n, k) for k in range(min(one, other) + 1)) / 2**n)
        of = f"p where {one} images are misread by one only, {other} by the other only and {both} by both"
        near(luck(first, second), truth, of, tolerance=1e-4)
    return "the exact test's, for six pairs of networks"


@exercise("mnist-upside-down")
def upside_down(twin: Any) -> str:
    r"""A function that gives a bidirectional LSTM a twin for sequences in the opposite order."""
    for features, hidden, steps in ((4, 3, 6), (28, 5, 9)):
        layer = rt.LSTM(features, hidden, batch_first=True, bidirectional=True, dtype=torch.float64)
        x = torch.randn(2, steps, features, dtype=torch.float64)
        with torch.no_grad():
            truth = [state.flip(0) for state in layer(x)[1]]
            prepared = twin(layer)
            require(prepared is not None, "the twin is not there yet")
            kept = isinstance(prepared, rt.LSTM | nn.LSTM) and prepared.bidirectional
            require(kept, f"the twin should be a bidirectional LSTM, and is a {type(prepared).__name__}")
            seen: Callable[[Tensor], Any] = prepared.double()
            upside = x.flip(1) if prepared.batch_first else x.flip(1).transpose(0, 1)
            found = seen(upside)[1]
        for name, state, right in zip(("h_n", "c_n"), found, truth, strict=True):
            of = f"{name} on {steps} rows upside down"
            same(state, right, of, 1e-9, "which rows, and in which order, does each direction read now?")
    return "the states on rows upside down are those on rows upright, with the directions exchanged"
