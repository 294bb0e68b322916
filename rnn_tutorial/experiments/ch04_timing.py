r"""Timing, the use for which peepholes were invented (Gers, Schraudolph & Schmidhuber, 2002), with one or two cells.

Two tasks of that paper. *Generating timed spikes*: without any input, answer 1 at every N-th step and 0 between.
*Measuring spike delays*: at every spike of a stream, answer how many steps ago the last one was, and 0 between.

A cell that counts can tell its gates the time in two ways: by a peephole, or by its output, which the gates read one
step later. So each task is asked with two readouts. A *learnt* readout :math:`y_t = w^\top h_t + b` can ignore what the
output shows between spikes. Where the *bare* output is the answer, :math:`y_t = h_t`, the cell has to be silent between
spikes, and its output can tell the gates next to nothing.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from rnn_tutorial.layers import PeepholeLSTM

from .side_by_side import SideBySide, train

__all__ = [
    "VARIANTS",
    "Clocks",
    "Variant",
    "delays",
    "in_a_row",
    "measure",
    "spikes",
    "train_generators",
    "train_meters",
]

SHORTEST, LONGEST = 5, 15
"""Steps between two spikes of a stream."""
ASKED_IN_A_ROW = 20
"""So many spikes a generator is asked for in the test; it has learnt from the first four."""
PEEPHOLES = ("weight_ci_l0", "weight_cf_l0", "weight_co_l0")


class Variant(NamedTuple):
    """What a network may use."""

    peepholes: bool
    bare: bool

    @property
    def readout(self) -> str:
        """Name of the readout."""
        return "bare" if self.bare else "learnt"


VARIANTS = tuple(itertools.starmap(Variant, itertools.product((False, True), repeat=2)))


class Clocks(NamedTuple):
    """Networks of all variants and seeds, and which variant each of them is; seeds of a variant follow each other."""

    networks: SideBySide
    variants: tuple[Variant, ...]
    seeds: tuple[int, ...]

    def of(self, variant: Variant) -> slice:
        """Return where a variant's networks lie."""
        first = self.variants.index(variant) * len(self.seeds)
        return slice(first, first + len(self.seeds))


# ---- tasks ------------------------------------------------------------------------------------------------------


def spikes(interval: int, count: int) -> Tensor:
    """Return what a generator has to answer: 1 at every ``interval``-th step, (count · interval, 1)."""
    y = torch.zeros(count * interval, 1)
    y[interval - 1 :: interval] = 1.0
    return y


def delays(streams: int, steps: int, seed: int) -> tuple[Tensor, Tensor]:
    r"""Return streams of spikes at random distances of 5 … 15 steps, and the distance at each spike but the first.

    Returns:
        x and y, both (streams, steps, 1); y is the distance over the longest, 0 where there is no spike.
    """
    generator = torch.Generator().manual_seed(seed)
    most = steps // SHORTEST + 1
    between = torch.randint(SHORTEST, LONGEST + 1, (streams, most), generator=generator)
    place = between.cumsum(dim=1)  # of the spikes; the first comes at a random step as well
    x, y = torch.zeros(streams, steps, 1), torch.zeros(streams, steps, 1)
    for stream in range(streams):
        here = place[stream] < steps
        x[stream, place[stream][here], 0] = 1.0
        y[stream, place[stream][here], 0] = between[stream][here] / LONGEST
        y[stream, place[stream, 0], 0] = 0.0
    return x, y


# ---- networks ---------------------------------------------------------------------------------------------------


def clocks(cells: int, seeds: Sequence[int], variants: Sequence[Variant] = VARIANTS) -> Clocks:
    r"""Make networks of ``cells`` cells: of every variant one a seed, all variants of a seed with the same start.

    Without peepholes they are 0 and stay so; with the bare output the readout is the sum of the outputs and stays so.
    """
    networks = SideBySide(
        lambda units: PeepholeLSTM(1, units, batch_first=True, forget_bias=3.0),
        cells,
        [seed for _ in variants for seed in seeds],
    )
    sees = torch.tensor([variant.peepholes for variant in variants for _ in seeds]).float()
    reads = torch.tensor([not variant.bare for variant in variants for _ in seeds]).float()
    for name in PEEPHOLES:
        _hold(networks.layer.get_parameter(name), sees.repeat_interleave(cells), at=0.0)
    _hold(networks.readout, reads[:, None, None], at=1.0)  # 1 · h + 0 is the bare output
    _hold(networks.readout_bias, reads[:, None], at=0.0)
    return Clocks(networks, tuple(variants), tuple(seeds))


def _hold(weight: nn.Parameter, learns: Tensor, at: float) -> None:
    # Where a weight does not learn (0 instead of 1) it is set to ``at`` and stays there.
    with torch.no_grad():
        weight.copy_(learns * weight + (1 - learns) * at)
    weight.register_hook(lambda gradient: gradient * learns)


def train_generators(
    interval: int,
    cells: int,
    seeds: Sequence[int],
    *,
    variants: Sequence[Variant] = VARIANTS,
    updates: int = 6000,
    lr: float = 3e-2,
) -> Clocks:
    r"""Train networks to answer 1 at every ``interval``-th step, on the first four spikes.

    The loss is the squared error; a spike weighs as much as the silence before it.
    """
    made = clocks(cells, seeds, variants)
    y = spikes(interval, 4)
    x = torch.zeros(1, len(y), 1)
    weight = torch.where(y > 0, 0.5, 0.5 / (interval - 1)) / 4

    def loss(_: int) -> Tensor:
        return (weight * (made.networks(x) - y).square()).sum(dim=(1, 2, 3))

    train(made.networks, loss, updates=updates, lr=lr, keep_best=True)
    return made


def train_meters(
    cells: int,
    seeds: Sequence[int],
    *,
    variants: Sequence[Variant] = VARIANTS,
    updates: int = 3000,
    lr: float = 3e-2,
    streams: int = 16,
    steps: int = 60,
) -> Clocks:
    r"""Train networks to measure the delays of streams of spikes, fresh ones at every update.

    The loss is the squared error; all spikes weigh as much as all silence.
    """
    made = clocks(cells, seeds, variants)

    def loss(update: int) -> Tensor:
        x, y = delays(streams, steps, seed=update)
        off = (made.networks(x) - y).square()
        spike, silence = (y > 0).float(), (y == 0).float()
        halves = [(off * part).sum(dim=(1, 2, 3)) / part.sum() for part in (spike, silence)]
        return torch.stack(halves).mean(dim=0)

    train(made.networks, loss, updates=updates, lr=lr)
    return made


# ---- judgement --------------------------------------------------------------------------------------------------


def in_a_row(made: Clocks, interval: int, count: int = ASKED_IN_A_ROW) -> list[int]:
    r"""Return for each network how many spikes, from the first on, are right with the silence before them.

    An answer above ½ is a spike. At most ``count`` are asked for.
    """
    y = spikes(interval, count)
    with torch.no_grad():
        said = (made.networks(torch.zeros(1, len(y), 1))[:, 0, :, 0] > 0.5).float()
    right = (said == y[:, 0]).reshape(-1, count, interval).all(dim=2)
    return [int(row.int().cumprod(dim=0).sum()) for row in right]


def measure(made: Clocks, *, streams: int = 200, steps: int = 60) -> list[float]:
    r"""Return each network's mean absolute error at the spikes of fresh streams, in steps."""
    x, y = delays(streams, steps, seed=-1)
    with torch.no_grad():
        off = (made.networks(x) - y).abs()
    spike = (y > 0).float()
    return [LONGEST * error for error in ((off * spike).sum(dim=(1, 2, 3)) / spike.sum()).tolist()]
