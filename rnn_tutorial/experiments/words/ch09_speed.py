r"""Chapter 9: what its measured times allow to say.

A ratio or rate comes as a number, or as ``None`` where the rounds were too noisy to state one
(``speed.Ratio.stated``). On which side of a threshold a ratio is comes as a word, ``"below"``, ``"above"``, ``"close"``
(the rounds agree, but not on a side) or ``"noisy"`` (``speed.Ratio.side``). Phrases are clauses without a full stop.
"""

from collections.abc import Mapping, Sequence

__all__ = [
    "cheap_batch", "computing", "control", "count", "entry", "evidence", "floor", "growths", "gru_faster",
    "gru_sentence", "half_there", "in_16_bits", "kernel_over_torch", "largest_cheap", "peephole_sentence",
    "peepholes_slower", "reached", "roof", "single", "takes",
]  # fmt: skip

NOISY = "too noisy to tell on this machine"


# ---- numbers in tables -----------------------------------------------------------------------------------------


def entry(ratio: float | None) -> str:
    """Return a ratio for a narrow column."""
    return "noisy" if ratio is None else _number(ratio)


def count(amount: float | None) -> str:
    """Return a large number for a narrow column."""
    return "noisy" if amount is None else f"{amount:,.0f}"


def evidence(ratios: Mapping[str, float | None]) -> str:
    """Return ratios and where they were measured, for the middle of a table of claims."""
    if all(ratio is None for ratio in ratios.values()):
        return NOISY
    texts = (f"{NOISY if ratio is None else _number(ratio)} {where}" for where, ratio in ratios.items())
    return ", ".join(text.rstrip() for text in texts)


def _number(ratio: float) -> str:
    """Return two digits behind the point, fewer of large numbers and more of small ones."""
    if ratio >= 10:
        return f"{ratio:,.0f}"
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


# ---- one call beside another -------------------------------------------------------------------------------------


def takes(one: str, other: str, ratio: float | None) -> str:
    """Say how many times as long one call takes as another."""
    if ratio is None:
        return f"how long {one} takes, compared with {other}, is {NOISY}"
    return f"{one} takes {_number(ratio)} times as long as {other}"


def _takes_twice(one: str, other: str, ratios: Mapping[str, float | None]) -> str:
    """Say the same of two places; each may be too noisy."""
    stated = [(where, ratio) for where, ratio in ratios.items() if ratio is not None]
    noisy = [where for where, ratio in ratios.items() if ratio is None]
    if not stated:
        return takes(one, other, None)
    where, ratio = stated[0]
    beginning = f"{where} {takes(one, other, ratio)}"
    if noisy:
        return f"{beginning}; {noisy[0]} it is {NOISY}"
    where, ratio = stated[1]
    return f"{beginning}, {where} {_number(ratio)} times"


def gru_sentence(by_kernels: float | None, in_pytorch: float | None) -> str:
    """Say how long a training step of the GRU takes beside one of the LSTM."""
    ratios = {"by our kernels": by_kernels, "in PyTorch": in_pytorch}
    return _takes_twice("a training step of the GRU", "one of the LSTM", ratios)


def peephole_sentence(by_kernels: float | None, in_loop: float | None) -> str:
    """Say how long a training step takes with peepholes beside one without."""
    ratios = {"by our kernels": by_kernels, "in the usual loop": in_loop}
    return _takes_twice("an LSTM's training step with peepholes", "one without", ratios)


def kernel_over_torch(training: float | None, inference: float | None) -> str:
    """Say how long the kernel takes beside PyTorch's operator."""
    return _takes_twice("the kernel", "PyTorch's LSTM", {"in training": training, "in inference": inference})


# ---- the four costs ----------------------------------------------------------------------------------------------


def in_16_bits(faster: Sequence[float]) -> str:
    """Say how many times as fast as the usual loop the ConvLSTM's kernel is in 16 bits; empty: it was not measured."""
    if not faster:
        return "the kernel does so as well; the machine of this table cannot"
    low, high = f"{min(faster):.1f}", f"{max(faster):.1f}"
    times = low if low == high else f"{low} to {high}"
    return f"the kernel is {times} times as fast as the usual loop in 32 bits"


def half_there(over_loop: Sequence[float]) -> str:
    """Compare kernel and loop in 16 bits where the loop's convolutions multiply tiles, by times over the loop's."""
    low, high = f"{min(over_loop):.1f}", f"{max(over_loop):.1f}"
    times = low if low == high else f"{low} to {high}"
    if min(over_loop) > 1:
        return (
            f"it takes {times} times as long as the loop; on processors with such units auto therefore takes the loop."
        )
    if max(over_loop) < 1:
        return f"it takes {times} of the loop's time, although auto takes the loop on processors with such units."
    return f"it takes {times} times as long as the loop, by size; auto takes the loop on processors with such units."


def control(whose: str, strays: float, limit: float) -> str:
    """Say whether a call that is timed against itself is measured well enough."""
    allowed = f"{100 * limit:.0f} %"
    found = f"in the middle half of the rounds {whose} against itself is within {100 * strays:.0f} % of 1"
    if strays <= limit:
        return f"{found}, and up to {allowed} are allowed"
    return f"{found}, and only {allowed} are allowed: on this machine, no ratio of these rounds can be told"


def floor(growth: float | None, work: float) -> str:
    """Say whether a step of the loop has a floor: its time grows by far less than its arithmetic, ``work``."""
    if growth is None:
        return f"how much longer the loop's step takes is {NOISY}"
    found = f"the loop's step takes {_number(growth)} times as long"
    if growth < work / 10:
        return f"{found}, so at few units most of its time is not arithmetic"
    return f"{found}, so on this machine there is little of a floor"


def growths(unbind: float | None, index: float | None) -> str:
    """Say by how much the time of two loops grows."""
    if unbind is None and index is None:
        return f"how much longer the two loops take is {NOISY}"
    of_unbind, of_index = _factor(unbind), _factor(index)
    return f"the time of the loop with unbind grows by {of_unbind}, that of the one with x[:, t] by {of_index}"


def _factor(ratio: float | None) -> str:
    return f"a factor {NOISY}" if ratio is None else f"a factor of {_number(ratio)}"


def roof(product: float | None, reading: float | None, corner: float | None) -> str:
    """Describe the roof by its level and slope, in operations and bytes a second, and its corner, a batch size."""
    if product is None and reading is None and corner is None:
        return f"how fast this machine multiplies and reads, and where the roof has its corner, is {NOISY}"
    at = f"at a batch size {NOISY}" if corner is None else f"at a batch of {corner:.1f}"
    return (
        f"this machine multiplies matrices at {_rate(product, 'GFLOP/s')} and reads a matrix of this size at "
        f"{_rate(reading, 'GB/s')}; the roof's corner is {at}"
    )


def _rate(per_second: float | None, unit: str) -> str:
    return f"a rate {NOISY}" if per_second is None else f"{per_second / 1e9:,.0f} {unit}"


def _share(part: float | None) -> str:
    return f"a share {NOISY}" if part is None else f"{100 * part:.0f} %"


def single(kernel: float | None, operator: float | None) -> str:
    """Say which part of the machine's arithmetic a single sequence uses."""
    if kernel is None and operator is None:
        return f"how much of it a single sequence uses is {NOISY}"
    return f"a single sequence uses {_share(kernel)} by our kernel and {_share(operator)} by PyTorch's operator"


def largest_cheap(sides: Mapping[int, str]) -> int | None:
    """Return the largest batch that clearly takes at most twice as long as one sequence.

    Args:
        sides: On which side of 2 each batch's time over that of one sequence is, by batch size; without 1 itself.

    Returns:
        The size; 1 if all batches clearly take longer; ``None`` if it cannot be told.
    """
    if cheap := [batch for batch, side in sides.items() if side == "below"]:
        return max(cheap)
    return 1 if all(side == "above" for side in sides.values()) else None


def cheap_batch(batch: int | None) -> str:
    """Say how many sequences take at most twice as long as one."""
    if batch is None:
        return f"how many sequences take at most twice as long as one is {NOISY}"
    if batch == 1:
        return "no batch that was tried takes at most twice as long as a single sequence on this machine"
    return f"a batch of {batch} takes at most twice as long as a single sequence on this machine"


def reached(batch: int, rate: float | None, share: float | None) -> str:
    """Say what our kernel does with a batch: operations a second, and how much that is of what a product alone does."""
    if share is None:
        return f"how near our kernel comes to the roof with a batch of {batch} is {NOISY}"
    found = f"with a batch of {batch} our kernel works at {_rate(rate, 'GFLOP/s')}, {_share(share)} of the roof's level"
    if share < 0.995:
        return f"{found}; what is missing are the gates and the input"
    return f"{found}, with gates and input besides"


# ---- verdicts ----------------------------------------------------------------------------------------------------


def computing(loop_over_kernel: str) -> str:
    """Judge "recurrent networks need much computing" by whether the same arithmetic can be had in less time."""
    if loop_over_kernel == "above":
        return "holds only for the way they are usually computed"
    if loop_over_kernel == "below":
        return "holds here: the kernel saves next to nothing"
    return _undecided({"": loop_over_kernel})


def gru_faster(by_kernels: str, in_pytorch: str) -> str:
    """Judge "a GRU trains faster than an LSTM" by the sides of 1 on which GRU over LSTM is."""
    found = (by_kernels, in_pytorch)
    if found == ("below", "below"):
        return "holds here"
    if found == ("above", "above"):
        return "does not hold here"
    if found == ("below", "above"):
        return "holds only with equal care for both (three quarters of the products); not in PyTorch on a CPU"
    if found == ("above", "below"):
        return "holds only in PyTorch"
    return _undecided({"by our kernels": by_kernels, "in PyTorch": in_pytorch}, holds="below")


def peepholes_slower(by_kernels: str, in_loop: str) -> str:
    """Judge "peepholes make it slower" by the sides on which with over without is of what counts as slower."""
    found = (by_kernels, in_loop)
    if found == ("above", "above"):
        return "holds here"
    if found == ("below", "below"):
        return "does not hold here"
    if found == ("below", "above"):
        return "holds only in the usual loop: what is slow is having no kernel"
    if found == ("above", "below"):
        return "holds only by our kernels"
    return _undecided({"by our kernels": by_kernels, "in the usual loop": in_loop}, holds="above")


def _undecided(sides: Mapping[str, str], holds: str = "") -> str:
    """Say what is known where at least one of the sides is not."""
    if len(set(sides.values())) == 1:
        (side,) = set(sides.values())
        return f"undecided: {_unclear(side)}"
    known = {"below": "it does not hold", "above": "it does not hold", holds: "it holds"}
    return "undecided: " + ", ".join(
        f"{where} {known[side] if side in known else f'it is {_unclear(side)}'}" for where, side in sides.items()
    )


def _unclear(side: str) -> str:
    return NOISY if side == "noisy" else "too close to tell on this machine"
