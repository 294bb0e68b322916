r"""Levels of quantiles: probabilities strictly between 0 and 1."""

from collections.abc import Sequence


def check_levels(levels: Sequence[float]) -> tuple[float, ...]:
    """Return the levels sorted, each once.

    Raises:
        TypeError: No numbers.
        ValueError: None, or one that is not strictly between 0 and 1.
    """
    try:
        numbers = [float(level) for level in levels]
    except (TypeError, ValueError):
        raise TypeError(f"levels should be numbers between 0 and 1, got {levels!r}") from None
    if not numbers or not all(0 < level < 1 for level in numbers):
        raise ValueError(f"levels should lie strictly between 0 and 1, such as (0.05, 0.95), got {tuple(levels)}")
    return tuple(sorted(set(numbers)))


def rising_levels(levels: Sequence[float]) -> tuple[float, ...]:
    """Return levels that have to increase, as those of a table of quantiles do."""
    rising = check_levels(levels)
    if tuple(levels) != rising:
        raise ValueError(f"levels should increase, got {tuple(levels)}")
    return rising
