r"""Chapter 3, the GRU: how fast its sensitivity fades, and how it ranks beside the LSTM."""

from .common import halves

__all__ = ["comparable", "halves", "long_spans"]


def comparable(gru: float, lstm: float) -> str:
    """Judge that the GRU is comparable, by two errors: within a twentieth it is."""
    ratio = gru / lstm
    if abs(ratio - 1) < 0.05:
        return "holds here"
    how = "larger" if ratio > 1 else "smaller"
    return f"does not hold on this one: the GRU's error is {100 * abs(ratio - 1):.0f} % {how}"


def long_spans(default: tuple[int, int], keeping: tuple[int, int], of: int, longest: int) -> str:
    r"""Judge that the LSTM may be better over long spans, by the seeds and lags remembered, (LSTM, GRU).

    A lead of one may be luck: it decides nothing.

    Args:
        default: With PyTorch's start.
        keeping: With gates that start by keeping.
        of: Seeds times lags.
        longest: The longest lag tried.
    """
    if keeping == (of, of):
        return f"undecided: started to keep, both solve every lag tried, up to {longest}"
    leads = [lstm - gru for lstm, gru in (default, keeping)]
    if max(map(abs, leads)) <= 1:
        return "undecided: the two are equal here, or one seed at one lag apart"
    if min(leads) >= 0:
        return "holds here"
    if max(leads) <= 0:
        return "does not hold here"
    start = "PyTorch's start" if leads[0] > 0 else "gates that start by keeping"
    return f"holds only for {start}"
