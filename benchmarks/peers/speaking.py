"""Errors of other libraries, said as ours are."""

from textwrap import shorten
from typing import Any

from rnn_tutorial.forecasting.method import Method


class Speaking(Method):
    r"""A peer whose own errors, whatever their kind, say that a series is not for it."""

    def __init__(self, peer: Method) -> None:
        self.peer, self.name = peer, peer.name
        self.gaps, self.reads_covariates = peer.gaps, peer.reads_covariates

    def learn(self, series: Any) -> None:
        """Fit the peer."""
        try:
            self.peer.learn(series)
        except Exception as error:
            raise ValueError(_told(error)) from error

    def points(self, series: Any, origins: Any, horizon: int) -> Any:
        """Ask the peer."""
        try:
            return self.peer.points(series, origins, horizon)
        except Exception as error:
            raise ValueError(_told(error)) from error


def _told(error: Exception) -> str:
    return shorten(f"{type(error).__name__}: {error}", 300)
