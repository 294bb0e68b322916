"""The forecaster: its shapes, what it may not see, that it learns, what it says about doubt, and what it refuses."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

import rnn_tutorial as rt
from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.forecasting import Conformal, Forecast, Forecaster, SeasonalNaive, backtest, mae

mpl.use("Agg")

DAY, H = 12, 6
STEPS = np.arange(DAY * 60)
rng = np.random.default_rng(0)
LEVEL = np.cumsum(rng.normal(0, 0.4, len(STEPS)))
VALUES = 100 + 10 * np.sin(2 * np.pi * STEPS / DAY) + LEVEL + rng.normal(0, 0.3, len(STEPS))
NOISY = 100 + 10 * np.sin(2 * np.pi * STEPS / DAY) + rng.normal(0, 2, len(STEPS))
TRAIN = DAY * 50
ORIGINS = np.arange(TRAIN, len(VALUES) - H + 1, 5)
TRUTH = VALUES[ORIGINS[:, None] + np.arange(H)]
SMALL: dict[str, Any] = {"seasons": (DAY,), "hidden_size": 8, "epochs": 2, "stride": 4, "lr": 1e-2}


def small(layer="gru", horizon=H, **options):
    return Forecaster(layer, horizon, **(SMALL | options))


def series(values=VALUES, covariates=None, start="2024-01-01", freq="2h"):
    index = pd.date_range(start, periods=len(values), freq=freq)
    return Series("toy", values, index, "MW", {"day": DAY}, "made here", "none", covariates=covariates)


def told(columns, values=VALUES):
    """The series with columns beside it, without dates."""
    return Series.of(values, covariates=columns)


def beside(past=True, known=True, steps=60 * DAY, more=0):
    """Covariates that are noise, known ones for some steps more."""
    noise = np.random.default_rng(1).normal(size=(steps + more, 3))
    return Covariates(noise[:steps, :2] if past else np.empty((0, 0)), noise[:, 2:] if known else np.empty((0, 0)))


class NoState(nn.Module):
    """A module of a reader's own: outputs, no state."""

    def __init__(self, columns):
        super().__init__()
        self.inner = nn.GRU(columns, 5, batch_first=True)

    def forward(self, x):
        return self.inner(x)[0]


VARIANTS = {
    "decoder": {},
    "direct": {"decoding": "direct"},
    "recursive": {"decoding": "recursive"},
    "centre": {"scale": "centre"},
    "ratio": {"scale": "ratio"},
    "series": {"scale": "series"},
    "two seasons": {"seasons": (DAY, 2 * DAY)},
    "masked": {"missing": "mask"},
    "quantile": {"output": "quantile"},
}


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_no_forecast_sees_the_future(options):
    columns = beside(more=H)
    forecaster = small(**options).fit(told(columns).part(0, TRAIN))
    before = forecaster.forecast(told(columns), ORIGINS, H)
    assert before.shape == (len(ORIGINS), H)
    for row in (0, len(ORIGINS) // 2):
        origin = ORIGINS[row]
        changed, past, known = VALUES.copy(), columns.past.copy(), columns.known.copy()
        changed[origin:], past[origin:], known[origin + H :] = 1e3, 1e3, 1e3
        after = forecaster.forecast(told(Covariates(past, known), changed), ORIGINS[row : row + 1], H)
        np.testing.assert_allclose(after[0], before[row], rtol=1e-5)


def test_the_fit_does_not_look_beyond_its_past():
    """Rows of the covariates from the end of the past on may hold anything."""
    columns = beside(more=H)
    spoilt = Covariates(columns.past.copy(), columns.known.copy())
    spoilt.past[TRAIN:], spoilt.known[TRAIN:] = np.nan, np.nan
    one, other = (small().fit(told(c).part(0, TRAIN)) for c in (columns, spoilt))
    assert np.isnan(other.series.covariates.known[TRAIN:]).all()
    ask = (told(columns), ORIGINS, H)
    np.testing.assert_array_equal(one.forecast(*ask), other.forecast(*ask))


@pytest.mark.parametrize("decoding", ["decoder", "direct", "recursive"])
def test_every_input_counts(decoding):
    """What may be read is read: last values, past columns, known columns of the target steps, the clock."""
    columns, last = beside(more=H), ORIGINS[-1:]
    forecaster = small(decoding=decoding).fit(told(columns).part(0, TRAIN))
    before = forecaster.forecast(told(columns), last, H)
    for name in ("values", "past", "known"):
        changed = {"values": VALUES.copy(), "past": columns.past.copy(), "known": columns.known.copy()}
        changed[name][last[0] + (H - 1 if name == "known" else -1)] += 1.0
        other = told(Covariates(changed["past"], changed["known"]), changed["values"])
        after = forecaster.forecast(other, last, H)
        assert np.abs(after - before).max() > 1e-5, name
    for calendar in (True, False):
        flat = np.tile(VALUES[:DAY], 60)  # the same values at every origin of a day: only the clock could tell
        clock = small(calendar=calendar, seasons=(DAY, 5 * DAY), decoding=decoding).fit(VALUES[:TRAIN])
        rows = clock.forecast(flat, np.array([TRAIN, TRAIN + DAY]), H)
        assert (np.abs(rows[0] - rows[1]).max() > 1e-4) == calendar


LAYERS = {
    **{name: name for name in ("rnn", "lstm", "gru", "fc-lstm", "peephole")},
    "torch.nn.GRU": lambda columns: nn.GRU(columns, 7, batch_first=True),
    "torch.nn.LSTM, two ways": lambda columns: nn.LSTM(columns, 4, num_layers=2, batch_first=True, bidirectional=True),
    "ours": lambda columns: rt.LSTM(columns, 7, batch_first=True),
    "no state": NoState,
}


@pytest.mark.parametrize("decoding", ["decoder", "direct", "recursive"])
@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_any_layer(layer, decoding):
    forecaster = small(layer, decoding=decoding, epochs=1, stride=50).fit(VALUES[:TRAIN])
    assert forecaster.forecast(VALUES, ORIGINS, H).shape == (len(ORIGINS), H)
    assert forecaster.parameters == sum(p.numel() for p in forecaster.network.parameters()) > 0


def test_a_module_is_copied_and_drawn_anew():
    columns = small().fit(VALUES[:TRAIN]).reading.past_columns
    mine = nn.GRU(columns, 8, batch_first=True)
    before = mine.state_dict()["weight_hh_l0"].clone()
    one, other = (small(mine, epochs=1, seed=seed).fit(VALUES[:TRAIN]) for seed in (0, 1))
    torch.testing.assert_close(mine.state_dict()["weight_hh_l0"], before, rtol=0, atol=0)
    assert not np.allclose(one.forecast(VALUES, ORIGINS, H), other.forecast(VALUES, ORIGINS, H))


@pytest.mark.parametrize("decoding", ["decoder", "direct", "recursive"])
def test_it_learns(decoding):
    """Better than repeating the last season, whose noise it repeats as well, on steps that it has not seen."""
    truth = NOISY[ORIGINS[:, None] + np.arange(H)]
    forecaster = small(decoding=decoding, hidden_size=16, epochs=10, stride=2).fit(NOISY[:TRAIN])
    naive = mae(truth, SeasonalNaive(DAY).fit(NOISY[:TRAIN]).forecast(NOISY, ORIGINS, H))
    assert mae(truth, forecaster.forecast(NOISY, ORIGINS, H)) < 0.85 * naive


def test_a_known_covariate_is_used():
    """Half of the series is a schedule known in advance."""
    schedule = np.random.default_rng(2).normal(0, 5, len(VALUES) + H)
    values = VALUES + schedule[: len(VALUES)]
    given = told(Covariates(known=schedule[:, None]), values)
    truth = values[ORIGINS[:, None] + np.arange(H)]
    options = {"hidden_size": 16, "epochs": 8, "stride": 2}
    knowing = small(**options).fit(given.part(0, TRAIN)).forecast(given, ORIGINS, H)
    alone = small(**options).fit(values[:TRAIN]).forecast(values, ORIGINS, H)
    assert mae(truth, knowing) < 0.6 * mae(truth, alone)


def test_seeds():
    def forecast(forecaster):
        return forecaster.fit(VALUES[:TRAIN]).forecast(VALUES, ORIGINS, H)

    first = forecast(small(seed=3))
    torch.manual_seed(99)
    np.testing.assert_array_equal(forecast(small(seed=3)), first)
    np.testing.assert_array_equal(forecast(small(seed=0).with_seed(3)), first)
    assert not np.allclose(forecast(small(seed=4)), first)
    assert small().with_seed(5).get_params() == small(seed=5).get_params()


def test_teacher_forcing_feeds_the_truth_at_first_and_not_at_last():
    forecaster = small(decoding="recursive", teacher_forcing=0.5).fit(VALUES[:TRAIN])
    network = forecaster.network
    shares = []
    network.forced.zero_()
    while float(network.forced) < 2 * network.forced_steps:
        shares.append(network._share_of_truth())
    assert (shares[0], shares[-1]) == (1.0, 0.0)
    assert np.all(np.diff(shares) <= 0)
    with_truth, without = (
        small(decoding="recursive", teacher_forcing=share).fit(VALUES[:TRAIN]).forecast(VALUES, ORIGINS, H)
        for share in (1.0, 0.0)
    )
    assert not np.allclose(with_truth, without)


def test_conformal_puts_intervals_around_a_point_forecast():
    """One number a step is no distribution: the scores are absolute errors, the interval symmetric."""
    assert not small().gives_quantiles
    assert small(output="quantile").gives_quantiles
    model = Conformal(small(), 0.8, calibration=10 * DAY).fit(VALUES[:TRAIN])
    low, high = model.interval(VALUES, ORIGINS, H)
    point = model.forecast(VALUES, ORIGINS, H)
    np.testing.assert_allclose(point - low, high - point, rtol=1e-6)
    assert (high > low).all()
    forecast = model.predict(series=series())
    assert list(forecast.quantiles) == [0.1, 0.9]
    assert forecast.index[0] - series().index[-1] == pd.Timedelta("2h")
    end = np.array([len(VALUES)])
    np.testing.assert_allclose(forecast.point, model.forecast(VALUES, end, H)[0])
    np.testing.assert_allclose(forecast.quantiles[0.9], model.interval(VALUES, end, H)[1][0])


def test_a_backtest_asks_no_quantiles_of_a_point_forecast():
    found = backtest([small(epochs=1)], series(), H, levels=(0.1, 0.9), progress=False)
    assert found.board().entries["GRU"].quantiles == ()


@pytest.mark.parametrize("output", ["quantile", "gaussian", "student"])
def test_quantiles_cover_and_do_not_cross(output):
    values = NOISY
    forecaster = small(output=output, hidden_size=16, epochs=12, stride=1).fit(values[:TRAIN])
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    quantiles = forecaster.forecast(values, ORIGINS, H, levels)
    assert quantiles.shape == (len(ORIGINS), H, 5)
    assert (np.diff(quantiles, axis=-1) > 0).all()
    truth = values[ORIGINS[:, None] + np.arange(H)]
    inside = ((truth > quantiles[..., 0]) & (truth < quantiles[..., -1])).mean()
    assert 0.8 < inside < 0.97
    np.testing.assert_allclose(forecaster.forecast(values, ORIGINS, H), quantiles[..., 2], rtol=1e-6)
    between = forecaster.forecast(values, ORIGINS, H, (0.6,))[..., 0]
    assert ((between > quantiles[..., 2]) & (between < quantiles[..., 3])).all()


def test_distributions_equal_scipy():
    from scipy import stats

    from rnn_tutorial.forecasting.neural.outputs import Gaussian, StudentT

    levels = [0.1, 0.5, 0.8]
    normal = Gaussian().quantiles(np.array([[[1.0, 2.0]]]), levels)[0, 0]
    np.testing.assert_allclose(normal, stats.norm(1, 2).ppf(levels), atol=1e-12)
    student = StudentT().quantiles(np.array([[[1.0, 2.0, 3.5]]]), levels)[0, 0]
    np.testing.assert_allclose(student, stats.t(3.5, 1, 2).ppf(levels), atol=1e-12)
    target = torch.tensor([[0.3, torch.nan]])
    loss = StudentT().loss(torch.tensor([[[1.0, 2.0, 3.5]] * 2]), target)
    assert float(loss) == pytest.approx(-stats.t(3.5, 1, 2).logpdf(0.3), rel=1e-5)


def test_missing_values():
    """A fifth of the values is missing: they are told, not guessed, and what is under them does not matter."""
    gaps = NOISY.copy()
    gaps[np.random.default_rng(4).random(len(VALUES)) < 0.2] = np.nan
    gaps[100:130] = np.nan  # longer than a window
    forecaster = small(missing="mask", hidden_size=16, epochs=20, stride=2).fit(gaps[:TRAIN])
    forecast = forecaster.forecast(gaps, ORIGINS, H)
    assert np.isfinite(forecast).all()
    truth = NOISY[ORIGINS[:, None] + np.arange(H)]
    naive = SeasonalNaive(DAY).fit(NOISY[:TRAIN]).forecast(NOISY, ORIGINS, H)
    assert mae(truth, forecast) < mae(truth, naive)
    rows, L = forecaster._windows(forecaster.series, ORIGINS[:3] - 300, 0, False)[[0, 1, 2]][0], forecaster.context
    np.testing.assert_array_equal(rows["observed"][0], ~np.isnan(gaps[ORIGINS[0] - 300 - L : ORIGINS[0] - 300]))
    all_gone = np.full(len(VALUES), np.nan)
    assert np.isfinite(forecaster.forecast(all_gone, ORIGINS[:1], H)).all()
    columns = Covariates(past=np.where(np.isnan(gaps), np.nan, 1.0 * STEPS)[:, None])
    assert small(missing="mask").fit(told(columns).part(0, TRAIN)).units.past[0][1] > 0


def test_a_window_without_a_target_is_left_out():
    values = VALUES[:TRAIN].copy()
    values[-3 * DAY :] = np.nan
    assert small(missing="mask", epochs=1).fit(values).history.rows[0]["train_loss"] > 0
    nothing = VALUES[:TRAIN].copy()
    nothing[2 * DAY :] = np.nan
    with pytest.raises(ValueError, match="no value is observed in any target"):
        small(missing="mask").fit(nothing)


def test_validation_keeps_the_best_epoch():
    forecaster = small(epochs=6, lr=5e-2, patience=2).fit(VALUES[:TRAIN], valid=5 * DAY)
    losses = [row["valid_loss"] for row in forecaster.history.rows]
    values = VALUES[:TRAIN]
    origins = np.arange(TRAIN - 5 * DAY, TRAIN - H + 1, 4)
    error = mae(values[origins[:, None] + np.arange(H)], forecaster.forecast(values, origins, H))
    assert error / forecaster.units.value[1] == pytest.approx(min(losses), rel=1e-4)
    assert forecaster.units.value[0] == pytest.approx(values[: -5 * DAY].mean())  # measured before the validation part


@pytest.mark.parametrize(("steps", "tenth"), [(TRAIN, TRAIN // 10), (4 * DAY, H)])
def test_patience_watches_the_last_tenth_but_at_least_the_horizon(steps, tenth):
    options: dict[str, Any] = {"epochs": 12, "lr": 0.3, "patience": 1, "stride": 1}
    alone, told_so = small(**options).fit(VALUES[:steps]), small(**options).fit(VALUES[:steps], valid=tenth)
    losses = [[row["valid_loss"] for row in one.history.rows] for one in (alone, told_so)]
    assert alone.history.stopped == "patience"
    assert losses[0] == losses[1]
    assert alone.units.value[0] == VALUES[: steps - tenth].mean()  # measured before the validation part
    np.testing.assert_array_equal(alone.predict().point, told_so.predict().point)
    without = small(epochs=1).fit(VALUES[:steps])
    assert "valid_loss" not in without.history.rows[0]
    assert without.units.value[0] == VALUES[:steps].mean()


@pytest.mark.parametrize(
    "wrapped", [lambda m: m, lambda m: Conformal(m, 0.5, calibration=2 * DAY)], ids=["it", "conformal"]
)
def test_patience_works_in_a_backtest(wrapped):
    """As if every fit had been told how many steps to watch."""
    method = small(epochs=12, lr=0.3, patience=1, stride=1)
    found = backtest([wrapped(method)], series(), H, folds=1, test=DAY, progress=False).board()
    end = len(VALUES) - DAY - (0 if wrapped(method) is method else 2 * DAY)
    told_so = small(epochs=12, lr=0.3, patience=1, stride=1).fit(series().part(0, end), valid=end // 10)
    assert told_so.history.stopped == "patience"
    forecasts = next(iter(found.entries.values())).forecasts[0]
    np.testing.assert_allclose(forecasts, told_so.forecast(series(), found.origins), rtol=1e-5)


def test_an_interrupted_fit_goes_on(tmp_path):
    whole = small(decoding="recursive").fit(VALUES[:TRAIN], checkpoint=tmp_path / "a")
    again = small(decoding="recursive").fit(VALUES[:TRAIN], checkpoint=tmp_path / "a")  # all epochs are done
    np.testing.assert_array_equal(again.forecast(VALUES, ORIGINS, H), whole.forecast(VALUES, ORIGINS, H))


def test_predict_on_a_series_has_time_stamps():
    columns = beside(more=H)
    given = series(covariates=columns)
    forecaster = small(output="gaussian").fit(given)
    forecast = forecaster.predict()
    assert forecast.index[0] == given.index[-1] + pd.Timedelta("2h")
    assert (forecast.name, forecast.unit, forecast.method) == ("toy", "MW", "GRU")
    assert list(forecast.quantiles) == [0.05, 0.95]
    ends_earlier = series(VALUES[:-DAY], covariates=beside(steps=len(VALUES) - DAY, more=H))
    assert forecaster.predict(series=ends_earlier).index[0] == given.index[-DAY]
    # A series cut at the left finds its place, and so its phase, by its time stamps.
    cut = DAY // 2 + 1
    later = series(VALUES[cut:], Covariates(columns.past[cut:], columns.known[cut:]), start=given.index[cut])
    np.testing.assert_allclose(forecaster.predict(series=later).point, forecast.point, rtol=1e-5)
    with pytest.raises(ValueError, match="no step of the series"):
        forecaster.predict(series=series(start="2024-01-01 00:30", covariates=columns))


def test_numbers_begin_where_the_dates_of_the_fit_do(tmp_path):
    forecaster = small(epochs=1).fit(series())
    forecaster.save(tmp_path / "a")
    for one in (forecaster, Forecaster.load(tmp_path / "a")):
        forecast = one.predict(series=VALUES)
        np.testing.assert_allclose(forecast.point, forecaster.predict().point, rtol=1e-6)
        assert forecast.index.equals(forecaster.predict().index)


def test_predict_on_numbers_equals_forecast():
    forecaster = small().fit(VALUES)
    forecast = forecaster.predict()
    assert forecast.quantiles == {}
    assert list(forecast.index) == list(range(len(VALUES), len(VALUES) + H))
    np.testing.assert_array_equal(forecast.point, forecaster.forecast(VALUES, np.array([len(VALUES)]), H)[0])
    np.testing.assert_array_equal(forecaster.predict(series=VALUES.tolist()).point, forecast.point)


def test_a_calendar_goes_on_beyond_a_month():
    """Monthly stamps: the step is no fixed span of time."""
    monthly = series(VALUES[:200], start="2000-01-01", freq="MS")
    forecaster = small(epochs=1).fit(monthly)
    assert forecaster.predict().index[0] == pd.Timestamp("2016-09-01")
    assert forecaster.clock.columns(0, 1).shape[1] > 2 * 3
    assert forecaster.clock.position(pd.Timestamp("1999-11-01")) == -2
    assert forecaster.clock.columns(-2, 3).shape == (5, forecaster.clock.columns(0, 1).shape[1])


def test_update_learns_from_what_came_since():
    """The series doubles its daily swing; some epochs on the new part and the forecast follows."""
    changed = VALUES + 10 * np.sin(2 * np.pi * STEPS / DAY) * (STEPS >= 40 * DAY)
    origins = ORIGINS[ORIGINS >= 55 * DAY]
    truth = changed[origins[:, None] + np.arange(H)]
    forecaster = small(hidden_size=16, epochs=6, calendar=False, scale="series", seasons=()).fit(changed[: 40 * DAY])
    before = mae(truth, forecaster.forecast(changed, origins, H))
    forecaster.update(changed[40 * DAY : 55 * DAY], epochs=6, lr=1e-2)
    assert len(forecaster.series) == 55 * DAY
    assert mae(truth, forecaster.forecast(changed, origins, H)) < 0.9 * before
    np.testing.assert_array_equal(
        forecaster.predict().point, forecaster.forecast(changed, np.array([55 * DAY]), H)[0]
    )  # the next forecast is made from the new end


def test_update_goes_on_at_a_tenth_of_the_rate():
    def forecast(lr):
        return small(epochs=1, stride=20).fit(VALUES[:TRAIN]).update(VALUES[TRAIN:], epochs=1, lr=lr).predict().point

    np.testing.assert_array_equal(forecast(None), forecast(SMALL["lr"] / 10))
    assert not np.allclose(forecast(None), forecast(SMALL["lr"]))


def test_update_takes_covariates_and_time_stamps():
    columns, cut = beside(more=H), TRAIN
    first = Covariates(columns.past[:cut], columns.known[: cut + H])
    forecaster = small(epochs=1).fit(series(VALUES[:cut], first))
    new = Covariates(columns.past[cut:], columns.known[cut:])
    forecaster.update(series(VALUES[cut:], new, start=series().index[cut]), epochs=1)
    np.testing.assert_array_equal(forecaster.series.covariates.known, columns.known)
    assert forecaster.predict().index[0] == series().index[-1] + pd.Timedelta("2h")
    with pytest.raises(ValueError, match="start at"):
        forecaster.update(series(VALUES[cut:], new, start="2024-01-01"))
    with pytest.raises(ValueError, match="fitted with 2 past covariate"):
        forecaster.update(VALUES[cut:])


def test_forecast_as_table_file_and_picture(tmp_path):
    forecast = small(output="quantile").fit(series()).predict(levels=(0.05, 0.5, 0.95))
    frame = forecast.to_frame()
    assert list(frame.columns) == ["point", "q0.05", "q0.5", "q0.95"]
    forecast.save(tmp_path / "forecast.csv")
    back = pd.read_csv(tmp_path / "forecast.csv", index_col="time", parse_dates=True)
    pd.testing.assert_frame_equal(back, frame, check_names=False, check_freq=False, check_index_type=False)
    ax = forecast.plot(past=series().to_pandas()[-24:])
    assert (ax.get_ylabel(), len(ax.lines), len(ax.collections)) == ("MW", 2, 1)
    assert ax.lines[0].get_xdata()[-1] < ax.lines[1].get_xdata()[0]
    numbered = Forecast(np.arange(5, 8), np.arange(3.0))
    np.testing.assert_array_equal(numbered.plot(past=[1.0, 2.0]).lines[0].get_xdata(), [3, 4])
    numbered.save(tmp_path / "numbered.csv")
    assert (tmp_path / "numbered.csv").read_text().splitlines()[:2] == ["step,point", "5,0.0"]
    with pytest.raises(ValueError, match="quantiles cross"):
        Forecast(np.arange(2), np.zeros(2), {0.1: np.ones(2), 0.9: np.zeros(2)})
    with pytest.raises(ValueError, match="one length"):
        Forecast(np.arange(2), np.zeros(3))


FITTED = small(epochs=1, stride=40).fit(VALUES[:TRAIN])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: small(horizon=0), "horizon should be at least 1"),
        (lambda: small(input_length=0), "input_length should be at least 1"),
        (lambda: small("grue"), "expected one of rnn, lstm, gru"),
        (lambda: small(scale="log"), "expected one of 'window'"),
        (lambda: small(output="mean"), "expected one of 'point'"),
        (lambda: small(decoding="both"), "expected one of 'decoder'"),
        (lambda: small(missing="fill"), "expected one of 'refuse'"),
        (lambda: small(seasons=(1,)), "a season should be at least 2"),
        (lambda: small(teacher_forcing=2.0), "0 to 1"),
        (lambda: small(output="quantile", levels=(0.0, 1.0)), "strictly between 0 and 1"),
        (lambda: small(epochs=0), "epochs should be positive"),
        (lambda: small(patience=3).fit(VALUES[:TRAIN], valid=0), "patience watches the validation part"),
        (lambda: small(patience=3).fit(VALUES[: 2 * DAY + 2 * H - 1]), f"{H} of them to validate on, are too few"),
        (lambda: small().fit(VALUES[: 2 * DAY + H - 1]), f"at least {2 * DAY + H} are needed"),
        (lambda: small().fit(VALUES[:TRAIN], valid=H - 1), "at least the horizon"),
        (lambda: small().fit(np.append(VALUES, np.nan)), f"the first at step {len(VALUES)}"),
        (lambda: small(missing="mask").fit(np.append(VALUES, np.inf)), "infinite at 1 step"),
        (lambda: small().fit(np.full(200, 7.0)), "series is constant"),
        (lambda: small().fit(VALUES.reshape(2, -1)), "should be one series"),
        (lambda: small().fit(told(beside(steps=50))), "past covariates have 50 rows"),
        (lambda: small(NoState(3)).fit(VALUES[:TRAIN]), "cannot read .batch, time, 8"),
        (lambda: small(lambda c: nn.GRU(c, 4)).fit(VALUES[:TRAIN]), "batch_first=True"),
        (lambda: small(lambda c: nn.Flatten()).fit(VALUES[:TRAIN]), r"expected \(2, 3, features\)"),
        (lambda: FITTED.forecast(VALUES, ORIGINS, H + 1), f"horizon of {H} steps, asked for {H + 1}"),
        (lambda: FITTED.forecast(VALUES, np.array([5]), H), "between 24 and"),
        (lambda: FITTED.forecast(VALUES, np.array([], dtype=int), H), "got none"),
        (lambda: FITTED.forecast(told(beside()), ORIGINS, H), "fitted with 0 past covariate"),
        (lambda: FITTED.forecast(np.where(STEPS == 9, np.nan, VALUES), ORIGINS, H), "the first at step 9"),
        (lambda: FITTED.forecast(VALUES, ORIGINS, H, (0.5,)), 'build it with output="quantile"'),
        (lambda: FITTED.forecast(VALUES, ORIGINS, H, (1.5,)), "strictly between"),
        (lambda: FITTED.predict(series=VALUES[:5]), "5 values are too few to forecast from: at least 24"),
        (
            lambda: small(output="quantile", epochs=1).fit(VALUES[:TRAIN]).predict(levels=(0.01,)),
            "trained for levels 0.05 to 0.95, asked for 0.01",
        ),
        (
            lambda: small(epochs=1).fit(series(covariates=beside(past=False))).predict(),
            f"{len(VALUES)} rows, {len(VALUES) + H} are needed, those of the steps that are forecast",
        ),
        (lambda: small().fit(told(Covariates(past=np.where(STEPS == 3, np.nan, 1.0)[:, None]))), "step 3"),
    ],
)
def test_clear_errors(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: small(3), "expected a name"),
        (lambda: small(horizon=2.5), "whole number"),
        (lambda: small().fit(["12", "n/a"]), "text into gaps"),
        (lambda: FITTED.predict(VALUES), r"predict\(series=...\)"),
        (lambda: FITTED.forecast(VALUES, np.array([30.0]), H), "should be integers"),
        (lambda: small(lambda c: "gru").fit(VALUES[:TRAIN]), "made a str"),
    ],
)
def test_wrong_kinds(call, words):
    with pytest.raises(TypeError, match=words):
        call()


@pytest.mark.parametrize("ask", ["forecast", "predict", "update", "save"])
def test_nothing_before_fit(ask, tmp_path):
    arguments = {"forecast": (VALUES, ORIGINS, H), "update": (VALUES,), "save": (tmp_path / "a",)}.get(ask, ())
    with pytest.raises(RuntimeError, match="call fit"):
        getattr(small(), ask)(*arguments)


def test_a_yearly_series_has_no_calendar_and_is_forecast_all_the_same():
    index = pd.date_range("1900-01-01", periods=80, freq="YS")
    values = 10 + np.sin(np.arange(80) * 2 * np.pi / 11)
    series = Series("yearly", values, index, "", {"cycle": 11}, "made up", "none")
    forecast = Forecaster("gru", 3, input_length=22, hidden_size=4, epochs=1).fit(series).predict()
    assert forecast.point.shape == (3,)
    assert list(forecast.index.year) == [1980, 1981, 1982]
