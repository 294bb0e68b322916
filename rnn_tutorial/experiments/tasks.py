r"""Tasks made for measuring memory: what to remember is given early, what to answer is asked late.

Each function draws fresh examples from a seed. Errors that a network without memory cannot beat are derived beside it.
"""

import math

import torch
from torch import Tensor

ADDING_BASELINE = 1 / 6
r"""Mean squared error of the best answer that ignores the input of ``adding``.

The target is a sum of two independent numbers, uniform between 0 and 1. Its mean is 1/2 + 1/2 = 1, its variance
1/12 + 1/12 = 1/6, and always answering the mean errs by the variance.
"""

SYMBOLS = 8
"""Letters of the alphabet of ``copying``; a blank and a signal to answer come on top."""


def recall(steps: int, examples: int, seed: int, *, noise: float = 0.1) -> tuple[Tensor, Tensor]:
    r"""Remember the first input: its sign is the class, and ``steps - 1`` steps of noise follow.

    Without memory of the first step half the answers are right: both classes are as likely.

    Args:
        steps: Length T of a sequence.
        examples: Sequences B.
        seed: Of all that is drawn.
        noise: Standard deviation of what follows the first input.

    Returns:
        x (B, T, 1), the first entry ±1 and the rest :math:`N(0, \text{noise}^2)`, and classes (B,), 0 or 1.

    Examples:
        >>> x, classes = recall(steps=10, examples=4, seed=0)
        >>> x.shape, bool(((x[:, 0, 0] > 0) == classes).all())
        (torch.Size([4, 10, 1]), True)
    """
    generator = torch.Generator().manual_seed(seed)
    classes = torch.randint(0, 2, (examples,), generator=generator)
    x = noise * torch.randn(examples, steps, 1, generator=generator)
    x[:, 0, 0] = 2.0 * classes - 1
    return x, classes


def latest(steps: int, examples: int, seed: int, *, marks: int = 3) -> tuple[Tensor, Tensor]:
    r"""Remember the last marked input among others that look like it: its sign is the class.

    At each step a value of +1 or -1 comes in. The first step and ``marks - 1`` others of the first half are marked.
    A network must write at marks, overwrite what it held at the mark before, and keep through the second half.

    Values are independent, so that whatever is known of all but the last marked one, both classes are as likely.

    Args:
        steps: Length T of a sequence.
        examples: Sequences B.
        seed: Of all that is drawn.
        marks: Marked steps, of which only the last counts; at most T / 2.

    Returns:
        x (B, T, 2), a value ±1 and a mark 0 or 1 at each step, and classes (B,), 0 or 1.

    Raises:
        ValueError: More marks than steps in the first half, or none.

    Examples:
        >>> x, classes = latest(steps=10, examples=4, seed=0)
        >>> x[:, :, 1].sum(dim=1)
        tensor([3., 3., 3., 3.])
    """
    half = steps // 2
    if not 1 <= marks <= half:
        raise ValueError(f"marks should be between 1 and half the steps, {half}, got {marks}")
    generator = torch.Generator().manual_seed(seed)
    x = torch.zeros(examples, steps, 2)
    x[:, :, 0] = 2.0 * torch.randint(0, 2, (examples, steps), generator=generator) - 1
    others = 1 + torch.rand(examples, half - 1, generator=generator).argsort(dim=1)[:, : marks - 1]
    x[:, :, 1].scatter_(1, others, 1.0)
    x[:, 0, 1] = 1.0
    last = others.max(dim=1).values if marks > 1 else torch.zeros(examples, dtype=torch.long)
    return x, (x[torch.arange(examples), last, 0] > 0).long()


def adding(steps: int, examples: int, seed: int) -> tuple[Tensor, Tensor]:
    r"""Add two marked numbers of a sequence: one of its first half, one of its second.

    The problem is that of Hochreiter & Schmidhuber (1997), section 5.4, with numbers between 0 and 1 and the plain sum
    as target, as in Le, Jaitly & Hinton (2015). Who ignores the input errs by ``ADDING_BASELINE`` at best, in the mean
    square. Who remembers only the second number still errs by 1/12.

    Args:
        steps: Length T of a sequence, at least 2.
        examples: Sequences B.
        seed: Of all that is drawn.

    Returns:
        x (B, T, 2), a number between 0 and 1 and a mark 0 or 1 at each step, and targets (B,).

    References:
        S. Hochreiter, J. Schmidhuber (1997), "Long short-term memory", *Neural Computation* 9(8), 1735-1780.

    Examples:
        >>> x, sums = adding(steps=10, examples=4, seed=0)
        >>> torch.equal((x[:, :, 0] * x[:, :, 1]).sum(dim=1), sums)
        True
    """
    generator = torch.Generator().manual_seed(seed)
    x = torch.zeros(examples, steps, 2)
    x[:, :, 0] = torch.rand(examples, steps, generator=generator)
    first = torch.randint(0, steps // 2, (examples, 1), generator=generator)
    second = torch.randint(steps // 2, steps, (examples, 1), generator=generator)
    x[:, :, 1].scatter_(1, torch.cat([first, second], dim=1), 1.0)
    return x, (x[:, :, 0] * x[:, :, 1]).sum(dim=1)


def copying(lag: int, examples: int, seed: int, *, letters: int = 10) -> tuple[Tensor, Tensor]:
    r"""Copy a row of letters after a pause: the task that Arjovsky, Shah & Bengio (2016) took from the LSTM's paper.

    ``letters`` symbols come in, then blanks; ``lag`` steps after the last symbol a signal asks for the answer, and then
    the symbols are to be said in their order::

        input    3 1 5 _ _ _ _ ? _ _ _
        target   _ _ _ _ _ _ _ _ 3 1 5

    Who does not remember says blanks where they belong and guesses the rest: ``copying_baseline``.

    Args:
        lag: Steps from the last symbol to the signal.
        examples: Sequences B.
        seed: Of all that is drawn.
        letters: Symbols to copy, K.

    Returns:
        x (B, T, ``SYMBOLS`` + 2), one-hot, with T = ``lag`` + 2 K, and targets (B, T), numbers of symbols: blank is
        ``SYMBOLS``.

    References:
        M. Arjovsky, A. Shah, Y. Bengio (2016), "Unitary evolution recurrent neural networks", arXiv:1511.06464.

    Examples:
        >>> x, targets = copying(lag=4, examples=1, seed=0, letters=3)
        >>> x.argmax(dim=2), targets
        (tensor([[4, 7, 5, 8, 8, 8, 9, 8, 8, 8]]), tensor([[8, 8, 8, 8, 8, 8, 8, 4, 7, 5]]))
    """
    blank, ask = SYMBOLS, SYMBOLS + 1
    generator = torch.Generator().manual_seed(seed)
    said = torch.randint(0, SYMBOLS, (examples, letters), generator=generator)
    read = torch.full((examples, lag + 2 * letters), blank)
    targets = read.clone()
    read[:, :letters] = said
    read[:, letters + lag - 1] = ask
    targets[:, -letters:] = said
    return torch.nn.functional.one_hot(read, SYMBOLS + 2).float(), targets


def copying_baseline(lag: int, letters: int = 10) -> float:
    r"""Return the mean cross-entropy, in nats a step, of who knows when to answer but not what.

    At K of the lag + 2 K steps one of ``SYMBOLS`` symbols is guessed: :math:`K \ln 8 / (\text{lag} + 2 K)`.

    Examples:
        >>> round(copying_baseline(lag=100), 4)
        0.1733
    """
    return letters * math.log(SYMBOLS) / (lag + 2 * letters)
