"""What is written beside each measured figure: machine, threads, versions, date; results whole or not at all."""

import json
import os
import platform
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
    temporary.write_text(json.dumps({"provenance": provenance(), "rows": rows}, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)


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
