"""A forecast as a thing: brought into bounds, drawn on its own clock."""

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
import pandas as pd

from rnn_tutorial.forecasting import Forecast

mpl.use("agg")
import matplotlib.pyplot as plt


def test_bounds_hold_for_the_point_and_every_quantile():
    sales = Forecast(range(3), np.array([-1.0, 4.0, 9.0]), {0.1: np.array([-3.0, 2, 6]), 0.9: np.array([1.0, 8, 12])})
    bounded = sales.clipped(lower=0, upper=8)
    np.testing.assert_array_equal(bounded.point, [0, 4, 8])
    np.testing.assert_array_equal(bounded.quantiles[0.1], [0, 2, 6])
    np.testing.assert_array_equal(bounded.quantiles[0.9], [1, 8, 8])
    np.testing.assert_array_equal(sales.point, [-1, 4, 9])
    pd.testing.assert_frame_equal(sales.clipped().to_frame(), sales.to_frame())


def test_the_axis_shows_the_clock_of_the_zone():
    stamps = pd.date_range("2024-07-01", periods=25, freq="h", tz="Europe/Berlin")
    ax = Forecast(stamps, np.arange(25.0)).plot()
    shown = ax.xaxis.get_major_formatter().format_ticks([mdates.date2num(stamps[0])])
    assert shown == ["00:00"]  # 22:00 of the day before in UTC
    assert stamps[0].timestamp() == mdates.date2num(np.asarray(ax.lines[0].get_xdata())[0]) * 86400
    plt.close("all")


def test_a_single_step_can_be_seen():
    markers = [Forecast(range(steps), np.zeros(steps)).plot().lines[0].get_marker() for steps in (1, 2)]
    assert markers == ["o", "None"]
    plt.close("all")
