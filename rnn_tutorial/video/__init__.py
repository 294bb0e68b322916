r"""Forecasts of videos, with a network and without, scores by lead, windows of frames, frames in files, and a GIF."""

from rnn_tutorial.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__, needs={"FrameForecaster": "forecast"})
