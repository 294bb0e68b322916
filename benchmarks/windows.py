"""What a dataset of windows costs: seconds and memory for a million steps, windows of 336 and 48.

python -m benchmarks.windows                  table on the screen
python -m benchmarks.windows --out FILE.json  the same, kept with machine and versions

Each case runs in a process of its own. Memory is the most that was taken while the dataset was made, beside what was
there before: as Python and NumPy count it (tracemalloc, without PyTorch's tensors), and as the operating system does
(Linux only; memory that the process had freed but not given back is taken first and not counted). Ratios are to the
bytes of what the dataset was made from: the float64 series and, where there are some, its covariates.
"""

import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import typer

STEPS, LENGTH, HORIZON, BATCH = 1_000_000, 336, 48, 256


def case(name: str) -> dict[str, Any]:
    """Return the arguments of one case."""
    from rnn_tutorial.data import Covariates

    values = np.sin(np.arange(STEPS) / 24)
    if name == "one series":
        return {"values": values}
    if name == "100 series":
        return {"values": np.split(values, 100)}
    if name == "10 % missing":
        values[np.random.default_rng(0).random(STEPS) < 0.1] = np.nan
        return {"values": values, "missing": "mask"}
    if name == "2 past, 4 known columns":
        return {"values": values, "covariates": Covariates(np.ones((STEPS, 2)), np.ones((STEPS + HORIZON, 4)))}
    raise ValueError(name)


CASES = ["one series", "100 series", "10 % missing", "2 past, 4 known columns"]


def own_bytes(arguments: dict[str, Any]) -> int:
    """Return the bytes of the series and its covariates."""
    values, beside = arguments["values"], arguments.get("covariates")
    total = sum(v.nbytes for v in values) if isinstance(values, list) else values.nbytes
    return total + (beside.past.nbytes + beside.known.nbytes if beside is not None else 0)


def resident(make: Callable[[], object]) -> int | None:
    """Return how far the process's resident memory rose above what it was, at most; None outside Linux."""
    status, reset = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not status.exists():
        return None

    def kilobytes(field: str) -> int:
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith(field))

    try:
        reset.write_text("5")  # the high-water mark starts again
    except OSError:
        return None
    before = kilobytes("VmRSS")
    made = make()
    peak = kilobytes("VmHWM")
    del made
    return 1024 * (peak - before)


def measure(name: str, rounds: int) -> dict[str, Any]:
    """Time and weigh one case in this process."""
    from rnn_tutorial.data import WindowDataset

    arguments = case(name)
    own = own_bytes(arguments)

    def make() -> WindowDataset:
        return WindowDataset(input_length=LENGTH, horizon=HORIZON, **arguments)

    WindowDataset(np.arange(9.0), 2, 1)[[0, 1]]  # PyTorch's own first steps are not the dataset's
    rss = resident(make)
    tracemalloc.start()
    made = make()
    traced = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    picks = np.random.default_rng(0).permutation(len(made))
    seconds, batches = [], []
    for k in range(rounds):
        start = time.perf_counter()
        made = make()
        seconds.append(time.perf_counter() - start)
        chosen = picks[k * BATCH : (k + 1) * BATCH].tolist()
        start = time.perf_counter()
        made[chosen]
        batches.append(time.perf_counter() - start)
    return {
        "case": name,
        "steps": STEPS,
        "input_length": LENGTH,
        "horizon": HORIZON,
        "windows": len(made),
        "own_bytes": own,
        "construction_s": median(seconds),
        "slowest_construction_s": max(seconds),
        "batch": BATCH,
        "batch_s": median(batches),
        "traced_peak_bytes": traced,
        "resident_peak_bytes": rss,
        "resident_over_own": None if rss is None else rss / own,
    }


def show(row: dict[str, Any]) -> None:
    """Print one line."""
    rss = row["resident_peak_bytes"]
    memory = "not measured" if rss is None else f"{rss / 1e6:6.1f} MB, {row['resident_over_own']:.2f} x its own"
    print(
        f"{row['case']:24} {row['windows']:9,} windows  made in {row['construction_s']:.4f} s (slowest "
        f"{row['slowest_construction_s']:.4f})  resident {memory}  traced {row['traced_peak_bytes'] / 1e6:5.1f} MB  "
        f"batch of {row['batch']} in {1e3 * row['batch_s']:.2f} ms",
        flush=True,
    )


def main(
    out: Annotated[Path | None, typer.Option(help="Write the rows as JSON, with machine and versions.")] = None,
    rounds: Annotated[int, typer.Option(help="Timed rounds of each case.")] = 9,
    only: Annotated[str | None, typer.Option(help="One case, in this process, as a line of JSON.")] = None,
) -> None:
    """Make windows over a million steps and print one line a case."""
    if only is not None:
        print(json.dumps(measure(only, rounds)))
        return
    rows = []
    for name in CASES:
        command = [sys.executable, "-m", "benchmarks.windows", "--only", name, "--rounds", str(rounds)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        show(rows[-1])
    if out is not None:
        from benchmarks.record import write

        write(out, rows)
        print(f"wrote {out}")


if __name__ == "__main__":
    typer.run(main)
