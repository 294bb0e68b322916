r"""A network that reads an endless stream window by window: what happens to its state and to its gradient in between.

The task is an echo: repeat the bit that came ``delay`` steps ago. All networks of a study train at once, with one axis
more than usual: K networks, B rows of the stream, H units.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import torch
from torch import Tensor, nn

__all__ = ["Echo", "learn", "windows"]

Handing = Literal["kept", "reset", "shuffled"]
"""What the first state of a window is: its row's last state, zero, or the last state of some other row."""


class Echo(nn.Module):
    r"""K plain recurrent networks of one input and H units with a readout of every state, (K, B, T) → (K, B, T).

    Args:
        seeds: K of them; the start is PyTorch's, uniform between :math:`\pm 1 / \sqrt{H}`.
        hidden_size: Units H.
    """

    def __init__(self, seeds: Sequence[int], hidden_size: int) -> None:
        super().__init__()
        self.hidden_size = hidden_size

        def start(*shape: int) -> nn.Parameter:
            draws = [2 * torch.rand(shape, generator=g) - 1 for g in generators]
            return nn.Parameter(torch.stack(draws) / hidden_size**0.5)

        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.W_ih, self.b = start(1, hidden_size), start(1, hidden_size)
        self.W_hh = start(hidden_size, hidden_size)  # (K, H, H), transposed: a state is a row
        self.W_out, self.b_out = start(hidden_size, 1), start(1, 1)

    def forward(self, x: Tensor, h: Tensor, cut: int = 0) -> tuple[Tensor, Tensor]:
        """Read a window x (K, B, T) from states h (K, B, H); no gradient crosses every ``cut``-th step, 0 for none."""
        states = []
        for t, x_t in enumerate(x.unbind(2)):
            if cut and t % cut == 0:
                h = h.detach()
            # h_t = tanh(W_ih x_t + b + W_hh h_{t-1})
            h = torch.tanh(torch.baddbmm(x_t[:, :, None] * self.W_ih + self.b, h, self.W_hh))
            states.append(h)
        K, B = x.shape[:2]
        every = torch.stack(states, dim=2).reshape(K, -1, self.hidden_size)  # (K, B · T, H)
        return torch.baddbmm(self.b_out, every, self.W_out).reshape(K, B, -1), h


def windows(
    delays: Sequence[int], seeds: Sequence[int], *, count: int, window: int, rows: int
) -> Iterator[tuple[Tensor, Tensor]]:
    r"""Cut streams of random bits into ``count`` windows, each row going on where it ended in the window before.

    Args:
        delays: One a network, the largest at most ``window``.
        seeds: One a network.
        count: Windows.
        window: Steps T of each.
        rows: Independent streams B of each network.

    Yields:
        Bits ±1 and what each network should say, the bit ``delay`` steps earlier: two tensors (K, B, T).
    """
    if max(delays) > window:
        raise ValueError(f"a delay should be at most the window's {window} steps, got {max(delays)}")
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]

    def draw() -> Tensor:
        return torch.stack([2.0 * torch.randint(0, 2, (rows, window), generator=g) - 1 for g in generators])

    before = draw()
    for _ in range(count):
        now = draw()
        both = torch.cat([before, now], dim=2)
        echo = torch.stack([both[n, :, window - d : 2 * window - d] for n, d in enumerate(delays)])
        yield now, echo
        before = now


def learn(
    delays: Sequence[int],
    seeds: Sequence[int],
    *,
    window: int,
    cut: int = 0,
    handing: Handing = "kept",
    updates: int = 400,
    rows: int = 16,
    hidden_size: int = 32,
    lr: float = 5e-3,
) -> Tensor:
    r"""Train a network for each delay and seed on its stream, one update a window; return how often they echo rightly.

    Gradients are cut between windows in any case, and after every ``cut`` steps within one (truncated backpropagation
    through time: Williams & Peng, 1990).

    Args:
        delays: Steps between a bit and its echo.
        seeds: Of weights and streams.
        window: Steps of an update.
        cut: Steps that a gradient goes back; 0 for the whole window.
        handing: What the first state of a window is, in training and afterwards.
        updates: Windows to learn from.
        rows: Streams of a network.
        hidden_size: Units.
        lr: Learning rate of Adam, falling linearly to zero.

    Returns:
        (delays, seeds): share of right bits over 20 windows of fresh streams; 0.5 is chance.
    """
    each = [(delay, seed) for delay in delays for seed in seeds]
    delay_of, seed_of = [delay for delay, _ in each], [seed for _, seed in each]
    networks = Echo(seed_of, hidden_size)
    optimizer = torch.optim.Adam(networks.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.01, total_iters=updates)
    generator = torch.Generator().manual_seed(seeds[0])
    h = torch.zeros(len(each), rows, hidden_size)
    stream = windows(delay_of, [2 * seed for seed in seed_of], count=updates, window=window, rows=rows)
    for x, echo in stream:
        logits, h = networks(x, _handed(h, handing, generator), cut)
        # log(1 + e^{-y z}): the logistic loss of an answer z to a bit y = ±1, summed over networks
        loss = nn.functional.softplus(-echo * logits).mean(dim=(1, 2)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        h = h.detach()  # its values go on, its graph ends here
    right = []
    h = torch.zeros_like(h)
    with torch.no_grad():
        for x, echo in windows(delay_of, [2 * seed + 1 for seed in seed_of], count=21, window=window, rows=rows):
            logits, h = networks(x, _handed(h, handing, generator))
            right.append((logits * echo > 0).double().mean(dim=(1, 2)))
    return torch.stack(right[1:]).mean(0).reshape(len(delays), len(seeds))  # the first window's echoes began before it


def _handed(h: Tensor, handing: Handing, generator: torch.Generator) -> Tensor:
    if handing == "reset":
        return torch.zeros_like(h)
    return h[:, torch.randperm(h.shape[1], generator=generator)] if handing == "shuffled" else h
