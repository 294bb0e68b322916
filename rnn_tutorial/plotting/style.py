r"""One look for every figure: set once per notebook by ``use_book_style()``."""

import matplotlib as mpl
from matplotlib.rcsetup import cycler

# Okabe & Ito (2008): eight colours that people with any common colour vision can tell apart.
PALETTE: dict[str, str] = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "red": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "grey": "#6B7280",
}


def use_book_style() -> None:
    r"""Set fonts, sizes and colours of the book and, inside a notebook, retina PNG figures.

    Safe to call anywhere: outside IPython only matplotlib's settings change. Figures keep a white ground in both
    themes of the page, so that colours mean the same by day and by night.

    Examples:
        >>> use_book_style()
    """
    mpl.rcParams.update(
        {
            "figure.figsize": (7.2, 3.2),
            "figure.dpi": 110,
            "figure.facecolor": "white",
            "figure.constrained_layout.use": True,
            "savefig.facecolor": "white",
            "font.family": "sans-serif",
            "font.sans-serif": ["DejaVu Sans"],  # ships with matplotlib: the same picture on every machine
            "font.size": 10,
            "axes.titlesize": 11,
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#E5E7EB",
            "grid.linewidth": 0.8,
            "axes.prop_cycle": cycler(color=[c for n, c in PALETTE.items() if n != "yellow"]),
            "legend.frameon": False,
            "lines.linewidth": 1.8,
            "image.cmap": "cividis",
        }
    )
    try:
        from IPython.core.getipython import get_ipython
    except ModuleNotFoundError:  # a script on a machine without Jupyter
        return
    if get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("retina")
