r"""Methods that are fitted already, and stay as they are: a network as it was saved, and what a backtest fitted."""

from pathlib import Path
from typing import cast

from rnn_tutorial.data import Series
from rnn_tutorial.forecasting.method import Method
from rnn_tutorial.forecasting.neural.forecaster import Forecaster
from rnn_tutorial.forecasting.types import Array, Origins


class AsFitted(Method):
    r"""A fitted method which another fit leaves as it is.

    Args:
        method: Fitted.
    """

    def __init__(self, method: Method) -> None:
        self.method, self.name, self.horizon, self.parameters = method, method.name, method.horizon, method.parameters
        self.reads_covariates, self.finds_its_place = method.reads_covariates, method.finds_its_place

    @property
    def needed(self) -> int:
        """What the method needs."""
        return self.method.needed

    def learn(self, series: Series) -> None:
        """Learn nothing."""

    def points(self, series: Series, origins: Origins, horizon: int) -> Array:
        """Ask the method."""
        return self.method.forecast(series, origins, horizon)


class Frozen(AsFitted):
    r"""A network as it was saved.

    Args:
        method: A ``Forecaster``, loaded.
    """

    @classmethod
    def load(cls, path: Path, horizon: int) -> "Frozen":
        r"""Read the file of a network.

        Raises:
            ValueError: It is damaged, or the network is built for another horizon.
        """
        forecaster = Forecaster.load(path)
        if forecaster.horizon != horizon:
            raise ValueError(
                f"{path} was trained for a horizon of {forecaster.horizon} steps, but --horizon says {horizon}: use "
                f"--horizon {forecaster.horizon}, or train another."
            )
        return cls(forecaster)

    def trained_until(self, series: Series) -> int:
        r"""Return the first step of a series that it was not trained on; may lie beyond the series.

        Raises:
            ValueError: The steps of the series are not those that it was trained on.
        """
        forecaster = cast(Forecaster, self.method)
        if forecaster.clock.first is None:
            raise ValueError(
                "The saved model was fitted on numbers without time stamps, so its place in the file is unknown."
            )
        begins = forecaster.clock.place(series.index)
        return max(0, forecaster.offset + len(forecaster.series) - begins)
