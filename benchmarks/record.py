"""What is written beside each measured figure: machine, threads, versions, date; results whole or not at all."""

import json
import os
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rnn_tutorial.experiments.ch09_speed import Ratio, Timing

PACKAGES = ("torch", "numpy", "numba", "onnxruntime", "torchrecurrent", "keras", "triton", "rnn-tutorial")


def provenance() -> dict[str, Any]:
    """Return machine, threads and versions."""
    import torch

    from rnn_tutorial.devices import machine

    return {
        "machine": machine(),
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "date": datetime.now(UTC).date().isoformat(),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def made_here() -> dict[str, Any]:
    """Return what is written into each row of a file that grows over days and machines."""
    made = provenance()
    return {"machine": made["machine"], "torch": made["versions"]["torch"], "date": made["date"]}


def kept(path: Path) -> list[dict[str, Any]]:
    """Return the rows that a file holds, none if it is not there yet."""
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.exists() else []
    return rows


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows and provenance as JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    made = provenance()
    if {made["machine"]} < {made["machine"], *(row["machine"] for row in rows if "machine" in row)}:
        made["machine"] = "several machines (each row names its own)"
    temporary.write_text(json.dumps({"provenance": made, "rows": rows}, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)


def complete(
    path: Path, names: Sequence[str], cases: Iterable[tuple[Any, ...]], run: Callable[..., dict[str, Any]]
) -> None:
    r"""Add to a file the rows that it lacks, and keep each as soon as it is found, so that the command may be stopped.

    Args:
        path: The file.
        names: Of the numbers and words that tell one row from the others.
        cases: These numbers and words, for each row that is wanted.
        run: Takes them and returns the rest of the row. Its seconds of the processor are measured.
    """
    rows = kept(path)
    known = {tuple(row[name] for name in names) for row in rows}
    for case in cases:
        if case not in known:
            cpu = time.process_time()
            found = run(*case)
            seconds = round(time.process_time() - cpu, 1)
            rows.append(dict(zip(names, case, strict=True)) | found | {"cpu_s": seconds} | made_here())
            write(path, rows)
            print(*case, f"{seconds:.0f} s", sep="  ", flush=True)


def row(network: str, passes: str, size: tuple[int, ...], what: str, timing: Timing) -> dict[str, Any]:
    """Return one line of a result table."""
    return {"network": network, "pass": passes, "size": " × ".join(map(str, size)), "what": what, **asdict(timing)}


def show(line: dict[str, Any]) -> None:
    """Print one line, marked where its rounds disagree too much for the ratio to be believed."""
    low, high = 1e3 * line["lower_quartile_s"], 1e3 * line["upper_quartile_s"]
    ratio = Ratio(line["ratio"], line["ratio_lower_quartile"], line["ratio_upper_quartile"], line["control"])
    print(
        f"{line['network']:13} {line['pass']:9} {line['size']:21} {line['what']:28} "
        f"{1e3 * line['median_s']:9.2f} ms {low:9.2f} … {high:9.2f} {line['ratio']:8.3f}"
        f"{'  noisy' if ratio.noisy else ''}",
        flush=True,
    )
