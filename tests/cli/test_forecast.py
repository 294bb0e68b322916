"""`rnn-tutorial forecast`: what a good run leaves behind, and what each bad input is told."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from rnn_tutorial.data import read_series

from .conftest import Run

RESULTS = ["backtest.csv", "forecast.csv", "forecast.png", "report.html"]
TOY = ("--time", "date", "--target", "load", "--horizon", 6, "--season", 24, "--epochs", 2, "--unit", "MW")
Refused = Callable[..., str]


def toy_rows(steps: int = 480) -> list[str]:
    """A day that repeats, with a slow swing and noise."""
    noise = np.random.default_rng(0).normal(0, 2, steps)
    t = np.arange(steps)
    load = 100 + 30 * np.sin(2 * np.pi * t / 24) + 10 * np.sin(2 * np.pi * t / 100) + noise
    stamps = pd.date_range("2024-01-01", periods=steps, freq="h")
    return ["date,load", *(f"{stamp},{value:.3f}" for stamp, value in zip(stamps, load, strict=True))]


def write(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return write(tmp_path / "my.csv", toy_rows())


def test_a_network(run: Run, toy: Path, tmp_path: Path):
    result = run("forecast", toy, *TOY, "--model", "gru", "--save", "model.safetensors")
    assert result.exit_code == 0, result.stderr
    folder = tmp_path / "my-forecast"
    assert sorted(path.name for path in folder.iterdir()) == RESULTS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.safetensors", "my-forecast", "my.csv"]

    table = pd.read_csv(folder / "forecast.csv", parse_dates=["time"])
    assert list(table.columns) == ["time", "point", "lower", "upper"]
    assert (table["time"] == pd.date_range("2024-01-21", periods=6, freq="h")).all()
    assert (table["lower"] < table["point"]).all()
    assert (table["point"] < table["upper"]).all()
    assert table["point"].between(40, 160).all()
    assert (folder / "forecast.png").read_bytes().startswith(b"\x89PNG")

    report = (folder / "report.html").read_text(encoding="utf-8")
    sentence = re.search(r"<body>\s*<p[^>]*>(.*?)</p>", report, flags=re.S)
    assert sentence is not None
    assert re.fullmatch(
        r"GRU (beat|did not clearly beat|did not beat) seasonal naive \(24\): its mean absolute error over 6 steps "
        r"ahead from \d+ origins was [\d.]+ MW against [\d.]+ MW, [\d.]+% (less|more), (and|but) the difference "
        r"(is more than|may be) chance \(Diebold-Mariano test, p [=&lt;]+ [\d.e-]+\)\.",
        sentence[1],
    )
    assert result.stdout.startswith(sentence[1].replace("&lt;", "<"))
    assert re.search(r"The 90% intervals \((rolling|adaptive) conformal.*?\) held \d+\.\d% of the values", report)
    for text in ("data:image/png;base64,", "480 of &#x27;load&#x27;", "1 hour", "24 steps", "torch", "seconds in all"):
        assert text in report
    assert not re.search(r"(src|href)=[\"']?(http|//)", report)
    assert "Backtest of GRU" in result.stderr
    assert "epoch 2/2" in result.stderr


def test_the_report_measures_what_it_says(run: Run, toy: Path, tmp_path: Path):
    """The naive error in the sentence, computed again from the file by other means."""
    result = run("forecast", toy, *TOY, "--model", "naive", "--quiet")
    assert result.stderr == ""
    assert "No network was asked for" in (tmp_path / "my-forecast" / "report.html").read_text()
    found = re.search(r"over 6 steps ahead from (\d+) origins was ([\d.]+) MW", result.stdout)
    assert found is not None
    values = read_series(toy, "date", "load").values
    origins = [480 - 6 - k for k in range(int(found[1]))]  # one every step, the last at the end
    errors = [abs(values[o + k] - values[o + k - 24]) for o in origins for k in range(6)]
    assert float(found[2]) == pytest.approx(np.mean(errors), rel=1e-3)


def test_all_baselines(run: Run, toy: Path):
    result = run("forecast", toy, *TOY, "--model", "ridge", "--baselines", "--quiet")
    assert result.exit_code == 0, result.stderr
    for name in ("ridge on 24 lags", "seasonal naive (24)", "persistence", "drift", "automatic ETS", "Theta"):
        assert name in result.stdout
    assert "Left out: holt-winters, because holt-winters needs two seasons" in result.stdout
    assert "Left out: boosting, because boosting needs two seasons" in result.stdout
    assert "Two such seasons take 504 values: add data, or take ets" in result.stdout  # as hours have them, three weeks


def test_a_baseline_that_a_short_series_does_not_allow(run: Run, tmp_path: Path):
    path = write(tmp_path / "my.csv", toy_rows(130))
    options = ("--time", "date", "--target", "load", "--horizon", 9, "--season", 12, "--season", 24)
    result = run("forecast", path, *options, "--model", "naive", "--baselines", "--quiet")
    assert result.exit_code == 0, result.stderr
    assert "Left out: Holt-Winters (12, 24), because 87 values are too few" in result.stdout
    assert "because 87 values are too few" in (tmp_path / "my-forecast" / "report.html").read_text()
    assert "Left out: boosting" not in result.stdout


def test_the_season_to_beat_is_chosen_before_the_test_part(run: Run, tmp_path: Path):
    """Each day repeats the last, until in the test part each repeats the one before it: who beats the one, but not what
    would have been right there, is held against that.
    """
    days = np.random.default_rng(0).normal(100, 20, (2, 24))
    values = np.concatenate([np.tile(days[0], 16), np.tile(days.ravel(), 2)]) + np.random.default_rng(1).normal(
        0, 1, 480
    )
    stamps = pd.date_range("2024-01-01", periods=480, freq="h")
    rows = [f"{stamp},{value:.3f}" for stamp, value in zip(stamps, values, strict=True)]
    path = write(tmp_path / "my.csv", ["date,load", *rows])
    held_against = {"drift": 24, "ridge": 48}
    for model, season in held_against.items():
        result = run("forecast", path, *TOY, "--season", 48, "--model", model, "--quiet", "--force")
        assert result.exit_code == 0, result.stderr
        assert re.match(rf"{model}.* did not beat seasonal naive \({season}\): its mean", result.stdout)
    errors = dict(re.findall(r"^seasonal naive \((\d+)\) +([\d.]+)", result.stdout, flags=re.M))
    assert float(errors["48"]) < float(errors["24"])


def test_the_last_forecast_of_the_backtest_ends_with_the_series(run: Run, tmp_path: Path):
    path = write(tmp_path / "my.csv", toy_rows(490))
    longer = [*TOY[:5], 24, *TOY[6:]]  # an origin every six steps
    result = run("forecast", path, *longer, "--model", "ridge", "--quiet")
    assert result.exit_code == 0, result.stderr
    tested = pd.read_csv(tmp_path / "my-forecast" / "backtest.csv", parse_dates=["made after", "time"])
    made = pd.DatetimeIndex(tested["made after"].unique())
    assert tested["time"].iloc[-1] == pd.Timestamp("2024-01-01") + pd.Timedelta(hours=489)
    assert (np.diff(made) == pd.Timedelta(hours=6)).all()
    assert f"from {len(made)} origins" in result.stdout


def test_too_few_origins_for_a_test(run: Run, tmp_path: Path):
    path = write(tmp_path / "my.csv", toy_rows(200))
    longer = [*TOY[:5], 48, *TOY[6:]]
    result = run("forecast", path, *longer, "--model", "ridge", "--quiet")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("ridge on 48 lags had a smaller error than seasonal naive (24)")
    assert "whether that is chance could not be tested (9 origins are too few)" in result.stdout


@pytest.mark.parametrize("model", ["holt-winters", "hybrid", "boosting"])
def test_two_seasons(run: Run, toy: Path, model: str):
    options = ("--time", "date", "--target", "load", "--horizon", 3, "--season", 6, "--season", 24, "--epochs", 1)
    result = run("forecast", toy, *options, "--model", model, "--quiet")
    assert result.exit_code == 0, result.stderr
    assert "seasonal naive" in result.stdout


def test_seeds_are_averaged_and_shown(run: Run, toy: Path, tmp_path: Path):
    result = run("forecast", toy, *TOY, "--model", "rnn", "--seed", 1, "--seeds", 2, "--quiet", "--out", "mean")
    assert result.exit_code == 0, result.stderr
    assert "RNN, mean of 2" in result.stdout
    assert re.search(r"^RNN +[\d.]+ ± [\d.]+", result.stdout, flags=re.M)
    assert re.search(r"seeds\W.*?2, 3<", (tmp_path / "mean" / "report.html").read_text(encoding="utf-8"))


def test_same_seed_same_files(run: Run, toy: Path, tmp_path: Path):
    for out in ("a", "b"):
        assert run("forecast", toy, *TOY, "--model", "fc-lstm", "--quiet", "--out", out).exit_code == 0
    first, second = ((tmp_path / out / "forecast.csv").read_bytes() for out in ("a", "b"))
    assert first == second


def test_known_and_past_columns(run: Run, tmp_path: Path):
    rows = toy_rows(400)
    header, *body = rows
    holiday = [f"{row},{int(k % 24 < 8)},{k / 10}" for k, row in enumerate(body)]
    stamps = pd.date_range("2024-01-01", periods=406, freq="h")[400:]
    future = [f"{stamp},,{k % 2}," for k, stamp in enumerate(stamps)]
    path = write(tmp_path / "my.csv", [f"{header},holiday,outside", *holiday, *future])
    columns = ("--known", "holiday", "--past", "outside", "--quiet")
    result = run("forecast", path, *TOY, *columns, "--model", "lstm", "--baselines")
    assert result.exit_code == 0, result.stderr
    assert "ridge on 24 lags + covariates" in result.stdout
    table = pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")
    assert table["time"][0] == str(stamps[0])

    longer = [*TOY[:5], 12, *TOY[6:]]
    result = run("forecast", path, *longer, *columns, "--out", "other")
    assert result.exit_code == 1
    assert "go on for 6 rows beyond the last value of 'load'" in " ".join(result.stderr.split())


def test_a_saved_network_goes_on(run: Run, tmp_path: Path):
    path = write(tmp_path / "my.csv", toy_rows())
    short = write(tmp_path / "short.csv", toy_rows()[: 1 + 300])
    assert run("forecast", short, *TOY, "--quiet", "--save", "model").exit_code == 0

    same = run("forecast", short, *TOY, "--quiet", "--load", "model", "--out", "same")
    assert same.exit_code == 0, same.stderr
    assert same.stdout.startswith(
        "Whether the saved LSTM beats the simplest forecasts cannot be said: the file has 0 values"
    )
    tables = [pd.read_csv(tmp_path / name / "forecast.csv") for name in ("short-forecast", "same")]
    assert tables[0]["point"].to_numpy() == pytest.approx(tables[1]["point"].to_numpy(), rel=1e-6)
    assert tables[1]["lower"].isna().all()

    later = run("forecast", path, *TOY, "--quiet", "--load", "model", "--out", "later")
    assert later.exit_code == 0, later.stderr
    assert re.match(r"LSTM (beat|did not)", later.stdout)
    # A file that begins later holds the same steps: the forecast is the same.
    cut = write(tmp_path / "cut.csv", ["date,load", *toy_rows()[1 + 48 :]])
    assert run("forecast", cut, *TOY, "--quiet", "--load", "model", "--out", "cut").exit_code == 0
    tables = [pd.read_csv(tmp_path / name / "forecast.csv") for name in ("later", "cut")]
    assert tables[0]["point"].to_numpy() == pytest.approx(tables[1]["point"].to_numpy(), rel=1e-4)


def test_saved_networks_that_do_not_fit(run: Run, refused: Refused, toy: Path, tmp_path: Path):
    assert run("forecast", toy, *TOY, "--quiet", "--save", "model").exit_code == 0
    quiet = ("--quiet", "--out", "new")
    longer = [*TOY[:5], 12, *TOY[6:]]
    few = write(tmp_path / "few.csv", toy_rows(40))
    options = ("forecast", few, *TOY[:6], "--season", 8)
    assert "40 values are too few to forecast from: at least 48" in refused(*options, "--load", "model", *quiet)
    assert "horizon of 6 steps, but --horizon says 12" in refused("forecast", toy, *longer, "--load", "model", *quiet)

    with safe_open(tmp_path / "model", framework="np") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 -- no dictionary
    tensors["memory.values"] = tensors["memory.values"] + 1
    save_file(tensors, tmp_path / "tampered", metadata)
    assert "changed after it was saved" in refused("forecast", toy, *TOY, "--load", "tampered", *quiet)
    (tmp_path / "cut").write_bytes((tmp_path / "model").read_bytes()[:1000])
    assert "damaged" in refused("forecast", toy, *TOY, "--load", "cut", *quiet)
    (tmp_path / "text").write_text(json.dumps({"a": 1}))
    assert "text" in refused("forecast", toy, *TOY, "--load", "text", *quiet)
    assert "no saved model" in refused("forecast", toy, *TOY, "--load", "nowhere", *quiet)
    half = write(tmp_path / "half.csv", [row.replace(":00:00", ":30:00") for row in toy_rows()])
    assert "no step of the series" in refused("forecast", half, *TOY, "--load", "model", *quiet)
    rows = [f"{row},{k}" for k, row in enumerate(toy_rows())]
    beside = write(tmp_path / "beside.csv", [rows[0].replace(",0", ",x"), *rows[1:]])
    assert "covariate" in refused("forecast", beside, *TOY, "--past", "x", "--load", "model", *quiet)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: [rows[0].replace("load", "power"), *rows[1:]], "no column 'load'"),
        (lambda rows: [*rows[:9], "soon,5", *rows[10:]], "line 10: 'soon' in column 'date' is not a date"),
        (lambda rows: [*rows[:9], rows[8], *rows[9:]], "is the time of line 9 as well"),
        (lambda rows: [rows[0], *rows[:0:-1]], "not in the order of time"),
        (lambda rows: [*rows[:9], rows[9].replace(":00:00", ":20:00"), *rows[10:]], "the steps are not equal"),
        (lambda rows: [*rows[:9], *rows[10:]], "1 step is missing"),
        (lambda rows: [*rows[:9], "2024-01-01 08:00:00,many", *rows[10:]], "line 10: 'many'"),
        (lambda rows: [*rows[:9], "2024-01-01 08:00:00,nan", *rows[10:]], "line 10: no number"),
        (lambda rows: [*rows[:9], "2024-01-01 08:00:00,inf", *rows[10:]], "not a finite number"),
        (lambda rows: [rows[0], *(f"{row.split(',')[0]},5" for row in rows[1:])], "it is constant"),
        (lambda rows: rows[:1], "no rows"),
        (lambda rows: [], "is empty"),
        (lambda rows: rows[:30], "--season 24 is too long for 29 values"),
        (lambda rows: rows[:91], "LSTM cannot be fitted to 90 values"),
    ],
)
def test_bad_files(refused: Refused, tmp_path: Path, change: Callable[[list[str]], list[str]], message: str):
    path = write(tmp_path / "my.csv", change(toy_rows()))
    options = [*TOY[:5], 48, *TOY[6:]] if "90 values" in message else TOY
    assert message in refused("forecast", path, *options, "--quiet", "--save", "model")


def test_gaps_may_be_filled_and_rows_sorted(run: Run, tmp_path: Path):
    rows = toy_rows()
    path = write(tmp_path / "my.csv", [rows[0], *rows[:20:-1], *rows[1:10]])
    result = run("forecast", path, *TOY, "--model", "naive", "--quiet", "--sort", "--fill", "interpolate")
    assert result.exit_code == 0, result.stderr
    assert "11 of 480 values of 'load' were missing and interpolated" in result.stdout
    assert "missing and interpolated" in (tmp_path / "my-forecast" / "report.html").read_text()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--horizon", 0), "--horizon should be 1 or more, not 0"),
        (("--horizon", -5), "--horizon should be 1 or more"),
        (("--epochs", 0), "--epochs should be 1 or more"),
        (("--seeds", 0), "--seeds should be 1 or more"),
        (("--level", 1), "--level is the share"),
        (("--level", 0.9999), "values, but at least"),
        (("--season", 1), "--season counts steps"),
        (("--season", 300), "--season 300 is too long"),
        (("--model", "transformer"), "There is no model 'transformer'"),
        (("--model", "holt-winters", "--season", 24), "needs two seasons"),
        (("--model", "naive", "--save", "x"), "--save and --seeds are for networks"),
        (("--model", "hybrid", "--save", "x"), "hybrid cannot be saved"),
        (("--seeds", 2, "--save", "x"), "--save keeps one network"),
        (("--fill", "zero"), "--fill is refuse or interpolate"),
        (("--decimal", "'"), "--decimal is . or ,"),
        (("--known", "load"), "named twice"),
        (("--frequency", "hourish"), "'hourish' is no step"),
        (("--out", "missing/folder"), "There is no folder"),
        (("--out", "my.csv"), "my.csv is a file"),
        (("--save", "missing/model"), "There is no folder"),
        (("--save", "my.csv"), "my.csv exists"),
    ],
)
def test_bad_options(refused: Refused, toy: Path, options: tuple[object, ...], message: str):
    given = TOY if "--season" not in options else [*TOY[:6], *TOY[8:]]
    assert message in refused("forecast", toy, *given, "--quiet", *options)


def test_no_file(refused: Refused, tmp_path: Path):
    assert "There is no file" in refused("forecast", tmp_path / "nowhere.csv", *TOY)


def test_results_that_exist(run: Run, refused: Refused, toy: Path, tmp_path: Path):
    options = ("forecast", toy, *TOY, "--model", "naive", "--quiet")
    folder = tmp_path / "my-forecast"
    folder.mkdir()
    (folder / "report.html").write_text("earlier")
    assert "my-forecast exists" in refused(*options)
    assert (folder / "report.html").read_text() == "earlier"
    (folder / "thesis.tex").write_text("mine")
    assert "holds other files than an earlier forecast (thesis.tex)" in refused(*options, "--force")
    (folder / "thesis.tex").unlink()
    assert run(*options, "--force").exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == RESULTS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my-forecast", "my.csv"]


def test_a_failure_at_the_end_leaves_nothing(refused: Refused, toy: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device", "report.html")

    monkeypatch.setattr("rnn_tutorial.cli.forecast.page", full)
    message = refused("forecast", toy, *TOY, "--model", "naive", "--quiet", "--save", "x", "--model", "lstm")
    assert "No space left on device" in message


def test_debug_shows_the_traceback(run: Run, toy: Path):
    result = run("forecast", toy, *TOY, "--horizon", 0, "--debug")
    assert isinstance(result.exception, ValueError)


def test_defects_are_told_from_bad_input(run: Run, toy: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*args: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr("rnn_tutorial.cli.forecast.forecast", broken)
    result = run("forecast", toy, *TOY)
    assert result.exit_code == 1
    assert "Unexpected KeyError" in result.stderr
    assert "--debug" in result.stderr


def program(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "rnn_tutorial", *(str(argument) for argument in arguments)]


ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def test_as_a_process(toy: Path, tmp_path: Path):
    command = program("forecast", toy, *TOY, "--model", "naive", "--out", tmp_path / "out")
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT, cwd=tmp_path)
    assert done.stdout.startswith("seasonal naive (24) is the yardstick itself")
    assert "Reading" in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == RESULTS
    again = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd=tmp_path)
    assert again.returncode == 1
    assert again.stdout == ""
    assert again.stderr.startswith("Error: The folder ")


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_during_training_leaves_nothing(toy: Path, tmp_path: Path):
    command = program("forecast", toy, *TOY, "--epochs", 100_000, "--save", "model")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, cwd=tmp_path
    ) as process:
        assert process.stderr is not None
        seen = b""
        while b"epoch 1/" not in seen and process.poll() is None:
            seen += os.read(process.stderr.fileno(), 4096)
        time.sleep(0.5)  # into the loop
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert b"Interrupted: nothing was written" in err
    assert b"Traceback" not in err
    assert out == b""
    assert [path.name for path in tmp_path.iterdir()] == ["my.csv"]


def test_quantiles_bounds_and_the_forecasts_of_the_backtest(run: Run, toy: Path, tmp_path: Path):
    options = ("--quantile", 0.8, "--quantile", 0.1, "--lower", 75, "--upper", 124, "--quiet")
    result = run("forecast", toy, *TOY, "--model", "ridge", *options, "--horizon", 24)
    assert result.exit_code == 0, result.stderr
    forecast = pd.read_csv(tmp_path / "my-forecast" / "forecast.csv")
    assert list(forecast.columns) == ["time", "point", "lower", "upper", "q0.1", "q0.8"]
    numbers = forecast.drop(columns="time")
    assert numbers.min().min() >= 75
    assert numbers.max().max() == 124
    assert (forecast["q0.1"] <= forecast["q0.8"]).all()
    assert (forecast["lower"] <= forecast["q0.1"]).all()  # 5 %
    assert "from 75 to 124" in (tmp_path / "my-forecast" / "report.html").read_text()

    tested = pd.read_csv(tmp_path / "my-forecast" / "backtest.csv")
    simple = ["seasonal naive (24)", "persistence", "drift"]
    assert list(tested.columns) == ["made after", "step", "time", "truth", *simple, "ridge on 24 lags"]
    assert tested["ridge on 24 lags"].between(75, 124).all()
    values = pd.read_csv(toy).set_index("date")["load"]
    np.testing.assert_allclose(tested["truth"], values[tested["time"]])
    found = re.search(r"was ([\d.]+) MW against ([\d.]+) MW", result.stdout)
    assert found is not None
    for name, said in zip(("ridge on 24 lags", "seasonal naive (24)"), found.groups(), strict=True):
        assert float(said) == pytest.approx((tested[name] - tested["truth"]).abs().mean(), rel=1e-3)


def test_sizes_of_a_network(run: Run, refused: Refused, toy: Path, tmp_path: Path):
    sizes = ("--hidden", 8, "--input-length", 12, "--stride", 4)
    result = run("forecast", toy, *TOY, "--model", "gru", *sizes, "--quiet", "--save", "model")
    assert result.exit_code == 0, result.stderr
    with safe_open(tmp_path / "model", framework="np") as file:
        options = json.loads(json.loads(file.metadata()["rnn_tutorial.Forecaster"])["config"])["options"]
    assert (options["hidden_size"], options["input_length"], options["stride"]) == (8, 12, 4)
    message = refused("forecast", toy, *TOY, "--load", "model", "--hidden", 8, "--quiet", "--out", "new")
    assert "leave out --input-length, --hidden, --stride" in message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--quantile", 0), "--quantile lies between 0 and 1"),
        (("--quantile", 0.5, "--quantile", 1.5), "--quantile lies between 0 and 1"),
        (("--lower", 3, "--upper", 3), "--lower 3 should lie below --upper 3"),
        (("--hidden", 0), "--hidden should be 1 or more"),
        (("--input-length", 0), "--input-length should be 1 or more"),
        (("--stride", 0), "--stride should be 1 or more"),
        (("--quantile", 0.9999), "values, but at least"),
    ],
)
def test_bad_sizes_and_bounds(refused: Refused, toy: Path, options: tuple[object, ...], message: str):
    assert message in refused("forecast", toy, *TOY, "--model", "ridge", "--quiet", *options)
