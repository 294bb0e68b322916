r"""Maps of a field, one above the other with one scale of colours: what came, and what was forecast."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure


def field_maps(
    fields: Mapping[str, npt.ArrayLike],
    *,
    limit: float,
    title: str = "",
    label: str = "",
    extent: tuple[float, float, float, float] | None = None,
    width: float = 4.6,
) -> Figure:
    r"""Draw fields on maps of one size, red above zero and blue below it.

    Args:
        fields: Name and values (rows, columns), the first row on top.
        limit: The value of the deepest red; of the deepest blue minus that.
        title: Above all of them.
        label: Of the colour bar, with the unit.
        extent: Left, right, lower and upper end of the maps, such as longitudes and latitudes.
        width: Of the figure, in inches; its height follows from the fields.

    Raises:
        ValueError: There are no fields, they differ in shape, or the limit is not positive.

    Examples:
        >>> figure = field_maps({"truth": np.ones((4, 8)), "forecast": np.zeros((4, 8))}, limit=2.0, label="K")
    """
    maps = {name: np.asarray(values, float) for name, values in fields.items()}
    shapes = {values.shape for values in maps.values()}
    if len(shapes) != 1 or len(shape := shapes.pop()) != 2:
        raise ValueError(f"fields should have one shape (rows, columns), got {[v.shape for v in maps.values()]}")
    if not limit > 0:
        raise ValueError(f"the limit should be positive, got {limit}")
    side = (width - 0.9) * shape[0] / shape[1] + 0.35
    fig, axes = plt.subplots(len(maps), 1, figsize=(width, side * len(maps) + 0.4), squeeze=False, sharex=True)
    for ax, (name, values) in zip(axes[:, 0], maps.items(), strict=True):
        drawn = ax.imshow(
            values, cmap="RdBu_r", vmin=-limit, vmax=limit, extent=extent, interpolation="nearest", aspect="auto"
        )
        ax.grid(False)
        ax.set_title(name, loc="left", fontsize=9, fontweight="normal")
        ax.tick_params(labelsize=7)
    fig.colorbar(drawn, ax=list(axes[:, 0]), label=label, shrink=0.8, extend="both")
    if title:
        fig.suptitle(title, fontsize=11, fontweight="bold")
    return fig
