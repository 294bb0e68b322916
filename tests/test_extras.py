"""The core works alone, and what is missing is named with the line that installs it."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

import rnn_tutorial as rt
from rnn_tutorial import extras, lazy
from tools import requirements
from tools.reader import opening

ROOT = Path(__file__).resolve().parent.parent
CORE = {"torch", "numpy", "lazy_loader"}
# Modules that a requirement brings along, and that are of no use without it.
COMES_WITH = {"llvmlite": "numba", "IPython": "ipykernel", "matplotlib_inline": "ipykernel", "myst_nb": "jupyter-book"}
COMES_WITH |= {"triton": "torch", "traitlets": "ipykernel"}
OPTIONAL = sorted({module for modules in extras.MODULES.values() for module in modules})


@cache
def distributions() -> dict[str, list[str]]:
    return {
        module: [name.lower().replace("_", "-") for name in names]
        for module, names in metadata.packages_distributions().items()
    }


def third_party(source: str) -> Iterator[str]:
    """Top-level modules that a source imports, wherever in it, beside Python's and our own."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [str(node.module)]
        for name in names:
            module = name.partition(".")[0]
            if module not in sys.stdlib_module_names | {"rnn_tutorial"}:
                yield module


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program in which nothing but the core can be imported."""
    # None in sys.modules is Python's own way to say that a module cannot be had.
    start = f"import sys; sys.modules.update(dict.fromkeys({OPTIONAL!r}))\n"
    command = [sys.executable, "-W", "error", "-c", start + program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


# ---- the table ---------------------------------------------------------------------------------------------------


def test_every_import_of_the_package_is_core_or_in_the_table():
    used = {m for path in (ROOT / "rnn_tutorial").rglob("*.py") for m in third_party(path.read_text(encoding="utf-8"))}
    assert used - CORE - {"triton"} == set(OPTIONAL)  # PyTorch brings Triton where it can run


@pytest.mark.parametrize("extra", extras.MODULES)
def test_the_table_agrees_with_pyproject(extra):
    brought = requirements.core() | requirements.extra(extra)
    for module in extras.MODULES[extra]:
        names = [COMES_WITH[module]] if module in COMES_WITH else distributions()[module]
        assert set(names) & brought.keys(), f"{module} is not in the extra {extra} of pyproject.toml"


def test_every_requirement_of_the_forecast_extra_is_in_the_table():
    """So that the check at the door of a room is complete."""
    listed = {name for module in extras.MODULES["forecast"] for name in distributions()[module]}
    assert requirements.extra("forecast").keys() - {"pip"} == listed  # pip is run, not imported


def test_notebooks_import_nothing_that_their_extra_does_not_bring():
    brought = requirements.core() | requirements.extra("notebook")
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        for source in sources:
            plain = re.sub(r"^\s*[%!].*$", "", source, flags=re.M)
            for module in third_party(plain):
                names = [COMES_WITH[module]] if module in COMES_WITH else distributions()[module]
                assert set(names) & brought.keys(), f"{path.name}: {module}"


# ---- the line ----------------------------------------------------------------------------------------------------


def test_the_address_is_read_from_the_metadata():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    address = project["urls"]["Repository"]
    assert extras.repository() == address, "the environment is older than pyproject.toml: install again"
    assert extras.install_line("fast") == f'pip install "rnn-tutorial[fast] @ git+{address}"'
    assert "rnn-tutorial[notebook] @ git+" in opening.SETUP


def test_the_address_stands_in_one_place():
    address = requirements.project()["urls"]["Repository"].removeprefix("https://")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [path for path in listed.split() if path.endswith((".py", ".pyi", ".toml", ".yml", ".cfg", "Makefile"))]
    assert [path for path in files if address in (ROOT / path).read_text(encoding="utf-8")] == ["pyproject.toml"]


def test_readme_gives_the_line_and_real_extras():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert extras.install_line("forecast,fast") in readme
    assert set(re.findall(r"git\+([^\s\"]+)", readme)) == {extras.repository()}
    install = readme[readme.index("## Install") : readme.index("## Forecast your own series")]
    cells = re.findall(r"^\| (`.*?) \|", install, flags=re.M)
    named = {name for cell in cells for name in re.findall("`([a-z]+)`", cell)}
    extra_names = requirements.project()["optional-dependencies"].keys()
    assert named == extra_names - {"book", "test", "offline"}  # those are for this folder, or part of others


def test_no_other_line_is_written_by_hand():
    for path in (ROOT / "rnn_tutorial").rglob("*.py"):
        if path.name != "extras.py":
            assert not re.search(r"rnn-tutorial\[|pip install", path.read_text(encoding="utf-8")), path


def test_a_source_tree_that_nobody_installed_names_its_folder(monkeypatch):
    monkeypatch.setattr(extras, "DISTRIBUTION", "a-package-that-is-not-there")
    extras.repository.cache_clear()
    try:
        assert extras.install_line("fast") == 'pip install -e ".[fast]" in the folder of the sources'
    finally:
        extras.repository.cache_clear()


# ---- the core alone ----------------------------------------------------------------------------------------------

TRAIN = """
import numpy as np
import torch
import rnn_tutorial as rt
from rnn_tutorial import checks, convert

torch.manual_seed(0)
layer = rt.ConvLSTM(1, 4, kernel_size=3, batch_first=True, backend="reference")
read = torch.nn.Conv2d(4, 1, 1)
picture = (torch.rand(2, 1, 8, 8) > 0.7).float()
videos = torch.stack([picture.roll(t, -1) for t in range(5)], dim=1)  # it drifts to the right
optimizer = torch.optim.Adam([*layer.parameters(), *read.parameters()], lr=0.03)
losses = []
for _ in range(60):
    output, _ = layer(videos[:, :-1])
    loss = (read(output.flatten(0, 1)).unflatten(0, (2, 4)) - videos[:, 1:]).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
assert losses[-1] < losses[0] / 2, losses
lstm = rt.LSTM(3, 4, batch_first=True)
checks.assert_causal(lambda x: lstm(x)[0], torch.rand(2, 5, 3))
convert.to_keras(lstm), convert.to_onnx(lstm), convert.to_torch(lstm)
windows = rt.WindowDataset(np.arange(30.0), 5, 2)
assert len(windows) == 24
rt.budget(), rt.machine(), rt.in_chunks(lstm, torch.rand(2, 9, 3), steps=4)
print(*sorted(m for m in sys.modules if sys.modules[m] is not None))
"""


def test_layers_checks_and_conversions_need_the_core_alone():
    done = run(TRAIN)
    assert done.returncode == 0, done.stderr
    assert not set(OPTIONAL) & set(done.stdout.split())


MISSING = [
    ("rt.Forecaster", "rnn_tutorial.Forecaster needs accelerate, filelock, joblib", "forecast"),
    ("rt.backtest", "rnn_tutorial.backtest needs accelerate", "forecast"),
    ("rt.fit", "rnn_tutorial.fit needs accelerate", "forecast"),
    ("rt.forecasting.mae", "rnn_tutorial.forecasting needs accelerate", "forecast"),
    ("rt.plotting", "rnn_tutorial.plotting needs", "forecast"),
    ("rt.Series", "rnn_tutorial.Series needs pandas", "forecast"),
    ("rt.load_series", "rnn_tutorial.load_series needs", "forecast"),
    ("rt.read_series", "rnn_tutorial.read_series needs pandas", "forecast"),
    ("rt.load_grid", "rnn_tutorial.load_grid needs accelerate.* and h5py", "grids"),
    ("rt.experiments.demand", "rnn_tutorial.experiments needs", "forecast"),
    (
        "import rnn_tutorial.data.fetching.storage as storage; storage.cache_dir()",
        "the folder of downloaded data needs platformdirs",
        "mnist",
    ),
    ("rt.export_onnx(rt.LSTM(2, 3), 'model.onnx')", "export_onnx needs onnx", "onnx"),
    ("__import__('rnn_tutorial.training.loop')", "rnn_tutorial.training needs", "forecast"),
    ("exec('from rnn_tutorial.plotting import digits')", "rnn_tutorial.plotting needs", "forecast"),
]
ASK = """
import json, sys
import rnn_tutorial as rt

said = {}
for asked in json.loads(sys.argv[1]):
    try:
        exec(asked)
    except ImportError as error:
        said[asked] = f"{type(error).__name__} {error}"
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """What one process without extras answers to all of them, one after the other."""
    with pytest.MonkeyPatch.context() as changed:
        changed.delenv("RNN_TUTORIAL_CACHE", raising=False)
        done = run(ASK, json.dumps([asked for asked, _, _ in MISSING]))
    assert done.returncode == 0, done.stderr
    answers: dict[str, str] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize(("asked", "named", "extra"), MISSING)
def test_what_is_missing_is_named_with_the_line_to_type(asked, named, extra, said):
    assert re.match(f"MissingExtraError {named}", said[asked]), said[asked]
    assert said[asked].endswith(f"not installed: {extras.install_line(extra)}")


def test_the_program_says_it_in_one_line():
    done = run("sys.argv[0] = 'rnn-tutorial'\nfrom rnn_tutorial.cli import main\nmain()", "doctor")
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(r"Error: the program rnn-tutorial needs accelerate.* and typer, which are .*\n", done.stderr)
    assert extras.install_line("cli") in done.stderr


def test_mnist_from_a_folder_needs_the_core_alone_and_other_sources_say_what_they_need(tmp_path, monkeypatch):
    monkeypatch.delenv("RNN_TUTORIAL_CACHE", raising=False)
    program = """
import rnn_tutorial as rt
try:
    rt.load_mnist(sources=["cache", "torchvision", "digits"])
except rt.data.DataError as error:
    print(error)
"""
    done = run(program)
    assert done.returncode == 0, done.stderr
    for module in ("platformdirs", "torchvision", "sklearn"):
        assert f"needs {module}, which is not installed: {extras.install_line('mnist')}" in done.stdout


def test_a_layer_without_numba_gives_the_line(monkeypatch):
    program = """
import torch, warnings
import rnn_tutorial as rt
layer = rt.ConvLSTM(1, 2, 3, backend="fused")
try:
    layer(torch.zeros(3, 2, 1, 4, 4))
except ValueError as error:
    print(error)
"""
    done = run(program)
    assert f"do without Numba ({extras.install_line('fast')})" in done.stdout, done.stderr


# ---- the pieces --------------------------------------------------------------------------------------------------


def test_an_import_that_fails_for_another_reason_passes_as_it_is():
    with pytest.raises(ModuleNotFoundError, match="No module named 'not_there'") as caught, extras.explained("this"):
        import not_there  # type: ignore[import-not-found]  # noqa: F401
    assert not isinstance(caught.value, extras.MissingExtraError)


def test_the_outermost_name_is_the_one_in_the_message(monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    refused = pytest.raises(extras.MissingExtraError, match=r"^the outer needs h5py, which is")
    with refused as caught, extras.explained("the outer"), extras.explained("the inner"):
        import h5py  # noqa: F401
    assert caught.value.name == "h5py"
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


def test_what_is_there_is_not_refused():
    for extra in ("forecast", "mnist", "cli", "grids", "onnx"):
        extras.require(extra, "this test")


@pytest.mark.parametrize(
    ("room", "asked", "meant"),
    [
        (rt, "LSTN", "LSTM"),
        (rt, "lstm", "LSTM"),
        (rt, "backtests", "backtest"),
        (rt.layers, "ConvLstm", "ConvLSTM"),
        (rt.convert, "from_kera", "from_keras"),
        (rt.data, "load_sereis", "load_series"),
        (rt.forecasting, "HoltWinter", "HoltWinters"),
        (rt.plotting, "unroled", "unrolled"),
        (rt.training, "Histroy", "History"),
        (rt.experiments, "demnad", "demand"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_one_meant(room, asked, meant):
    with pytest.raises(AttributeError, match=f"^{room.__name__} has no attribute '{asked}', did you mean {meant}\\?$"):
        getattr(room, asked)


def test_python_adds_no_second_guess():
    done = subprocess.run(
        [sys.executable, "-c", "import rnn_tutorial; rnn_tutorial.LSTN"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.stderr.count("id you mean") == 1


def test_a_name_like_no_other_gets_no_suggestion():
    assert lazy.nearest("zzz", ["LSTM", "GRU"]) is None
    for name in ("zzz", "_LSTM", "__wrapped__"):
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'$"):
            getattr(rt, name)
    assert not hasattr(rt, "Transformer")
