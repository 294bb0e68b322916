r"""A user's words in a picture: names, units and titles are text, whatever signs are in them."""

import re

import matplotlib as mpl

_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX |= {sign: f"\\{sign}" for sign in "#$%&_{}"}


def plain(text: object) -> str:
    r"""Return text so that matplotlib draws each of its signs and none is a formula's, a line's end or a "no legend".

    matplotlib reads what stands between two ``$`` as mathematics, and fails where it is none; with ``text.usetex``
    everything is TeX. A label that begins with ``_`` is left out of legends.

    Args:
        text: A name, a unit.

    Examples:
        >>> print(plain("cost in $ (or US$)"))
        cost in \$ (or US\$)
    """
    line = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", str(text)).split())
    line = f" {line}" if line.startswith("_") else line
    if mpl.rcParams["text.usetex"]:
        return re.sub(r"[\\~^#$%&_{}]", lambda sign: _TEX[sign[0]], line)
    return line.replace("$", r"\$")
