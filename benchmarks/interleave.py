"""Time several functions in turn, A B C A B C …, so that a machine that slows down slows all of them alike."""

import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Timing:
    """Median seconds, its quartiles, and the median of the round-by-round ratio to the peer (1.0 for the peer)."""

    median_s: float
    lower_quartile_s: float
    upper_quartile_s: float
    ratio: float


def interleave(
    calls: Mapping[str, Callable[[], object]], peer: str, *, rounds: int = 50, warmup: int = 5
) -> dict[str, Timing]:
    """Time each call ``rounds`` times in turn and compare with ``peer`` within each round."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(warmup + rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
    measured = {name: found[warmup:] for name, found in seconds.items()}
    result = {}
    for name, found in measured.items():
        low, middle, high = quantiles(found, n=4)
        ratio = median(a / b for a, b in zip(found, measured[peer], strict=True))
        result[name] = Timing(middle, low, high, ratio)
    return result


def provenance() -> dict[str, Any]:
    """Return machine, threads and versions, for the record beside each figure."""
    import torch

    from rnn_tutorial.devices import machine

    return {
        "machine": machine(),
        "threads": torch.get_num_threads(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("torch", "numpy", "rnn-tutorial")},
        "date": datetime.now(UTC).date().isoformat(),
    }


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows and provenance as JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps({"provenance": provenance(), "rows": rows}, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)


def row(case: str, name: str, timing: Timing) -> dict[str, Any]:
    """One line of a result table."""
    return {"case": case, "what": name, **asdict(timing)}
