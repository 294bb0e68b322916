"""Measure how far every expectation strays: all notebooks under other seeds, thread counts and instruction sets.

Takes hours and goes on where it was stopped: each finished notebook is kept in ``_build/margins``. At the end the
values, their means, spreads and margins are written to ``rnn_tutorial/margins.json``, for pages and tests. What that
file holds already counts as measured; after changing an experiment, measure its notebook again with ``--fresh``.

    python -m tools.margins                      # all that is missing, then the table
    python -m tools.margins --only "seeds 3"     # one configuration
    python -m tools.margins --collect            # only the table, from what is there
    python -m tools.margins --forget 03_gru      # drop its values of an earlier experiment, then measure
    python -m tools.margins --executed "as it is"   # what make book or make test has just found counts as measured
"""

import argparse
import ast
import json
import math
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import torch
from tqdm import tqdm  # type: ignore[import-untyped]

from rnn_tutorial.devices import budget, machine
from rnn_tutorial.expectations import Spread, inside
from rnn_tutorial.io import write_atomically
from tools import layout
from tools.execution_cache import code_cells, executions, expectations
from tools.fingerprint import fingerprint, surroundings
from tools.run_notebooks import notebook_environment

FOLDER = layout.BUILD / "margins"
MARGINS = layout.PACKAGE / "margins.json"
CELL_LIMIT_S = 4 * 3600
SHIFT = 1_000_003
"""Between one set of seeds and the next: no seed of one set is a seed of another."""

CONFIGURATIONS: dict[str, dict[str, str]] = {
    "as it is": {},
    **{f"seeds {k}": {"RNN_TUTORIAL_SEED_SHIFT": str(k * SHIFT)} for k in range(1, 6)},
    "two threads": {"OMP_NUM_THREADS": "2"},
    "oldest instructions": {
        "ATEN_CPU_CAPABILITY": "default",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "NUMBA_CPU_NAME": "generic",
    },
    "AVX2 instructions": {
        "ATEN_CPU_CAPABILITY": "avx2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "NUMBA_CPU_NAME": "haswell",
    },
    "reference": {"RNN_TUTORIAL_SWEEP_BACKEND": "reference"},
}
"""What is changed in the environment of a notebook, by the name of the configuration.

The first run has the newest instructions that the processor knows, AVX-512 where it is there. The three libraries that
choose instructions by themselves are set back together: rounding differs in all three at once, in one run.
"""


def main() -> int:
    """Run the command line: exit status 0 if every notebook ran to its end in every configuration."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.margins", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=[*CONFIGURATIONS], help="a configuration; may be repeated")
    parser.add_argument("--notebook", action="append", help="such as 03_gru; may be repeated")
    parser.add_argument("--workers", type=int, default=2, help="notebooks at a time (default: %(default)s)")
    parser.add_argument("--fresh", action="store_true", help="measure again what was measured already")
    parser.add_argument("--collect", action="store_true", help="run nothing")
    parser.add_argument(
        "--executed",
        choices=[*CONFIGURATIONS],
        help="run nothing: take what make book has found under this configuration",
    )
    parser.add_argument(
        "--forget", action="append", default=[], help="a notebook whose stored values are those of another experiment"
    )
    parser.add_argument("--job", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        run(*options.job)
        return 0
    for stem in options.forget:
        forget(stem)
    if options.executed:
        take_executed(options.executed)
    failed = [] if options.collect or options.executed else sweep(options)
    for name in failed:
        print(f"error: {name} did not run to its end", file=sys.stderr)
    collected = collect()
    write_atomically(MARGINS, json.dumps(collected, indent=1, ensure_ascii=False) + "\n")
    print(table(collected))
    return bool(failed)


def sweep(options: argparse.Namespace) -> list[str]:
    """Run what is missing; return what failed. The order is by configuration: an early end leaves whole ones."""
    stems = options.notebook or [path.stem for path in layout.notebooks() if expected_in(path)]
    todo = [
        (configuration, stem)
        for configuration in options.only or CONFIGURATIONS
        if makes_a_difference(configuration)
        for stem in stems
        if options.fresh or not is_measured(configuration, stem)
    ]
    failed = []
    with ThreadPoolExecutor(options.workers) as pool, tqdm(total=len(todo), unit="notebook") as bar:
        for (configuration, stem), status in zip(todo, pool.map(lambda job: job_in_process(*job), todo), strict=True):
            if status:
                failed.append(f"{stem} ({configuration})")
            bar.set_postfix_str(f"{configuration}: {stem}")
            bar.update()
    return failed


def makes_a_difference(configuration: str) -> bool:
    """Say whether this processor can do what is asked: other families know nothing of these instructions."""
    known = torch.backends.cpu.get_cpu_capability().lower().startswith("avx")
    return known or "ATEN_CPU_CAPABILITY" not in CONFIGURATIONS[configuration]


def job_in_process(configuration: str, stem: str) -> int:
    """Run a notebook in a process of its own, whose environment the configuration decides."""
    environment = notebook_environment()
    environment["PYTHONPATH"] = os.pathsep.join([str(layout.ROOT / "tools" / "sweep"), str(layout.ROOT)])
    environment |= CONFIGURATIONS[configuration]
    command = [sys.executable, "-m", "tools.margins", "--job", configuration, stem]
    done = subprocess.run(command, cwd=layout.ROOT, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        tqdm.write(f"{stem} ({configuration}):\n{done.stderr[-3000:]}", file=sys.stderr)
    return done.returncode


def run(configuration: str, stem: str) -> None:
    """Execute a notebook in this process's environment and keep what it expected and found."""
    from nbclient import NotebookClient

    path = layout.BOOK / f"{stem}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    started = time.monotonic()
    resources = {"metadata": {"path": str(layout.BOOK)}}
    NotebookClient(notebook, timeout=CELL_LIMIT_S, kernel_name="python3", resources=resources).execute()
    seconds = time.monotonic() - started
    records = expectations([output for cell in notebook.cells for output in cell.get("outputs", ())])
    keep(configuration, stem, seconds, machine(), budget(), surroundings(), records)


def forget(stem: str) -> None:
    """Drop what is written down of a notebook."""
    known = json.loads(MARGINS.read_text(encoding="utf-8"))
    known["provenance"]["runs"] = [run for run in known["provenance"]["runs"] if run["notebook"] != stem]
    known["expectations"] = {n: e for n, e in known["expectations"].items() if not n.startswith(f"{stem}: ")}
    write_atomically(MARGINS, json.dumps(known, indent=1, ensure_ascii=False) + "\n")


def take_executed(configuration: str) -> None:
    """Keep what ``make book`` or ``make test`` has just found, called with this configuration's settings."""
    for path, execution in executions(fingerprint()).items():
        if execution is None:
            raise SystemExit(f"{path.name} was not executed as it is now: run make book with the settings first")
        if execution.expectations:
            known = execution.surroundings
            keep(
                configuration, path.stem, execution.seconds, execution.machine, known["budget"], known,
                execution.expectations,
            )  # fmt: skip


def keep(
    configuration: str,
    stem: str,
    seconds: float,
    computed_on: str,
    budget_of_run: str,
    versions: Mapping[str, str],
    records: Sequence[Any],
) -> None:
    """Write down what a notebook expected and found, and where."""
    found = {
        "configuration": configuration,
        "notebook": stem,
        "seconds": round(seconds),
        "machine": computed_on,
        "budget": budget_of_run,
        "date": date.today().isoformat(),
        "versions": {name: v for name, v in versions.items() if name in ("python", "torch", "numpy", "numba")},
        "expectations": records,
    }
    write_atomically(result_file(configuration, stem), json.dumps(found, indent=1, ensure_ascii=False))


def is_measured(configuration: str, stem: str) -> bool:
    """Say whether each expectation that this notebook has now has a value in this configuration."""
    values = stored()
    file = result_file(configuration, stem)
    if file.is_file():
        found = json.loads(file.read_text(encoding="utf-8"))["expectations"]
        values |= {record["name"]: {configuration: record["value"]} for record in found}
    expected = [name for name, _, _ in expected_in(layout.BOOK / f"{stem}.ipynb")]
    return all(any(configuration in values[known] for known in values if matches(name, known)) for name in expected)


def stored() -> dict[str, dict[str, float]]:
    """Return the values that were measured and written down before: by expectation, then by configuration."""
    if not MARGINS.is_file():
        return {}
    entries = json.loads(MARGINS.read_text(encoding="utf-8"))["expectations"]
    return {name: dict(entry["values"]) for name, entry in entries.items()}


def matches(name: str, known: str) -> bool:
    """Say whether a measured expectation is the one of this name; ``{}`` in it is whatever the notebook puts there."""
    return re.fullmatch(".+".join(re.escape(part) for part in name.split("{}")), known) is not None


def result_file(configuration: str, stem: str) -> Path:
    """Return where the result of a run is kept."""
    return FOLDER / configuration.replace(" ", "-") / f"{stem}.json"


def expected_in(path: Path) -> list[tuple[str, float | None, float | None]]:
    """Return name, lower and upper threshold of every ``checks.expect`` in a notebook; ``{}`` for parts of a name.

    Raises:
        ValueError: A name is no text, or a threshold no number, that can be read without running the notebook.
    """
    found = []
    for cell in code_cells(nbformat.read(path, as_version=4)):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "checks.expect":
                limits = {k.arg: _number(k.value, path) for k in node.keywords if k.arg in ("above", "below")}
                found.append((_name(node.args[0], path), limits.get("above"), limits.get("below")))
    return found


def _name(node: ast.expr, path: Path) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError(f"{path.name}: the name of an expectation should be a text, got {ast.unparse(node)}")


def _number(node: ast.expr, path: Path) -> float:
    try:
        return float(ast.literal_eval(node))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path.name}: a threshold should be a number, got {ast.unparse(node)}") from error


def collect() -> dict[str, Any]:
    """Add all results to what is written down; return provenance, and for each expectation values, spread and margin.

    Thresholds are those that the notebooks have now, and expectations that no notebook has any more are left out.
    """
    values = stored()
    made = json.loads(MARGINS.read_text(encoding="utf-8"))["provenance"]["runs"] if MARGINS.is_file() else []
    runs = {(run["configuration"], run["notebook"]): run for run in made}
    for file in sorted(FOLDER.rglob("*.json")):
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["budget"] != "laptop":
            raise SystemExit(f"margins are those of the laptop budget; {file} is a result of {found['budget']}")
        for record in found.pop("expectations"):
            if not isinstance(record["value"], int | float):
                raise SystemExit(
                    f"no number came out of {record['name']} ({found['configuration']}): {record['value']}"
                )
            values.setdefault(record["name"], {})[found["configuration"]] = record["value"]
        runs[found["configuration"], found["notebook"]] = found
    order = [*CONFIGURATIONS]
    entries = {}
    for path in layout.notebooks():
        for name, above, below in expected_in(path):
            for known in sorted(k for k in values if matches(name, k)):
                in_order = dict(sorted(values[known].items(), key=lambda item: order.index(item[0])))
                entries[known] = summary(in_order, above, below)
    sources = [runs[key] for key in sorted(runs, key=lambda key: (order.index(key[0]), key[1]))]
    provenance = {"made by": "python -m tools.margins", "configurations": CONFIGURATIONS, "runs": sources}
    return {"provenance": provenance, "expectations": entries}


def summary(values: dict[str, float], above: float | None, below: float | None) -> dict[str, Any]:
    """Return one expectation's entry. The margin is counted in standard deviations, from the mean to the threshold."""
    numbers = list(values.values())
    spread = Spread(
        statistics.fmean(numbers), statistics.stdev(numbers) if len(numbers) > 1 else 0.0, min(numbers), max(numbers),
        len(numbers),
    )  # fmt: skip
    margin = spread.margin(above, below)
    return {
        "above": above, "below": below, "mean": spread.mean, "sd": spread.sd, "lowest": spread.lowest,
        "highest": spread.highest, "runs": spread.runs,
        "margin": margin if math.isfinite(margin) else "exact" if margin > 0 else "missed",
        "worst": min(values, key=lambda name: inside(values[name], above, below)), "values": values,
    }  # fmt: skip


def table(collected: dict[str, Any]) -> str:
    """Return a line an expectation, the narrowest margin first."""

    def order(entry: tuple[str, Any]) -> float:
        return {"exact": math.inf, "missed": -math.inf}.get(entry[1]["margin"]) or float(entry[1]["margin"])

    lines = [f"{'margin':>8} {'mean':>9} {'sd':>8} {'lowest':>9} {'highest':>9}  expected       runs  name"]
    for name, e in sorted(collected["expectations"].items(), key=order):
        margin = e["margin"] if isinstance(e["margin"], str) else f"{e['margin']:.1f}"
        limits = " ".join(f"{sign} {e[k]:.4g}" for sign, k in ((">", "above"), ("<", "below")) if e[k] is not None)
        lines.append(
            f"{margin:>8} {e['mean']:9.4g} {e['sd']:8.2g} {e['lowest']:9.4g} {e['highest']:9.4g}  {limits:14} "
            f"{e['runs']:4}  {name} (worst: {e['worst']})"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
