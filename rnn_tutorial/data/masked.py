r"""NumPy's masked arrays as plain ones; it needs no pandas, since windows are cut without it."""

from typing import Any

import numpy as np


def without_mask(given: Any) -> Any:
    """Return a masked array as float64 with NaN where its mask hides a number; anything else as it is."""
    return np.ma.filled(given.astype(float), np.nan) if isinstance(given, np.ma.MaskedArray) else given
