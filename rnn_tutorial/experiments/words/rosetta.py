r"""Words of the dictionary of dialects: what was found of a GRU, as its tables say it."""

__all__ = ["place", "polarity"]


def polarity(keeps: bool) -> str:
    """Say what an update gate of 1 does."""
    return "keeps the old state" if keeps else "takes the new one"


def place(after: bool) -> str:
    """Say where the reset gate acts, before or after the product with the weights of the candidate."""
    return "after the product" if after else "before the product"
