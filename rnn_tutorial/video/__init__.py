r"""Forecasts of videos that need no network, scores by lead, windows of frames, and a GIF to look at."""

from rnn_tutorial.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
