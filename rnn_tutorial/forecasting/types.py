r"""Arrays that forecasting speaks of."""

import numpy as np
import numpy.typing as npt

from rnn_tutorial.data import Series

Array = npt.NDArray[np.float64]
Origins = npt.NDArray[np.int64]
"""(O,), each the number of steps known when a forecast is made."""
Numbers = Series | npt.ArrayLike
"""A series, a pandas column with or without dates, or bare numbers (T,), which have no clock."""
