r"""What kernels are handed: objects of arrays and numbers, which compiled code takes apart at no cost."""

from typing import Any, NamedTuple


class How(NamedTuple):
    """``reverse``: from the last step to the first. ``relu``: in place of an Elman network's tanh.

    ``lanes``: numbers of a vector.
    """

    reverse: bool
    relu: bool
    lanes: int


class Weights(NamedTuple):
    """Weights of a direction, W_ih and W_hh in panels, bias, and the network's ``extra``.

    That is an LSTM's peepholes (3H,), a GRU's inner bias b_hn (H,), or None. Forward, panels are as ``gate_panels``
    cuts them; in the backward pass they are of the matrices' own columns, one vector wide and two.
    """

    W_x: Any
    W_h: Any
    bias: Any
    extra: Any


class ConvWeights(NamedTuple):
    """The same for videos: one matrix of panels for [h, x], bias (4H,), peepholes (P, 3H), (1, 3H) or None."""

    W: Any
    bias: Any
    peep: Any


class Way(NamedTuple):
    """How videos are convolved.

    ``g``: where pixels lie (``Geometry``). ``by``: which of the ways in ``conv.ways``. Pictures hold numbers of
    ``blank``'s type: of 16 bits, two at ``each`` time, or those of x, one at a time.
    """

    g: Any
    by: int
    each: int
    blank: Any


class Run(NamedTuple):
    """A run over whole sequences.

    x is (T, B', F) with B' a multiple of ROWS. h and c are (T + 1, B, H): the first state, or the last of a reverse
    run, is there, the others are filled in. c may have two places only, used in turn; in networks without cells it is
    (…, B, 0). ``kept`` (T, B, kept · H) is filled for the backward pass, or empty, (0, …). Of videos, all have an axis
    of pixels P before the last, and B' = B.
    """

    x: Any
    lengths: Any
    h: Any
    c: Any
    kept: Any


class Gradients(NamedTuple):
    """Gradients that come in, of all states and of the last ones, and those that go out, of x and of the first states.

    dh_all, dc_all and dx may be empty, (0, …): no gradient came in, none is wanted.
    """

    dh_all: Any
    dc_all: Any
    dh_end: Any
    dc_end: Any
    dx: Any
    dh_0: Any
    dc_0: Any


class Sums(NamedTuple):
    """A thread's share of the gradients that are summed up over rows and steps: of W_ih, W_hh, bias and ``extra``."""

    dW_x: Any  # noqa: N815
    dW_h: Any  # noqa: N815
    db: Any
    dextra: Any


class ConvSums(NamedTuple):
    """The same for videos: of the matrix over [h, x], bias and peepholes."""

    dW: Any  # noqa: N815
    db: Any
    dpeep: Any
