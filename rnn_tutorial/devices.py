r"""Where and how large to compute: the device, the budget of a page, and a line that says what machine it was."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Literal, TypeVar

import torch

Budget = Literal["smoke", "laptop", "full"]
DEVICE_VARIABLE = "RNN_TUTORIAL_DEVICE"
BUDGET_VARIABLE = "RNN_TUTORIAL_BUDGET"
BUDGETS: tuple[Budget, ...] = ("smoke", "laptop", "full")

T = TypeVar("T")


def pick_device(name: str | None = None) -> torch.device:
    r"""Choose the device to compute on, without a ``.cuda()`` anywhere in the code.

    Args:
        name: ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"mps"``. ``None``: what the environment variable
            ``RNN_TUTORIAL_DEVICE`` says and, if it says nothing, the best there is: CUDA, then Apple's MPS, then CPU.

    Returns:
        A device that exists on this machine.

    Raises:
        ValueError: There is no device of that name in this package.
        RuntimeError: The device asked for is absent; the message names the ones present.

    Examples:
        >>> pick_device("cpu")
        device(type='cpu')
    """
    source = "pick_device's argument"
    if name is None and (name := os.environ.get(DEVICE_VARIABLE, "").strip() or None):
        source = f"the environment variable {DEVICE_VARIABLE}"
    present = _present()
    if name is None:
        return torch.device(present[-1].split(":")[0])
    kind, _, index = name.lower().partition(":")
    if kind not in ("cpu", "cuda", "mps") or not (index == "" or index.isdecimal()):
        raise ValueError(f'{source} is "{name}"; expected "cpu", "cuda", "cuda:<number>" or "mps".')
    if f"{kind}:{int(index or 0)}" not in present:
        raise RuntimeError(
            f'{source} asks for "{name}", which this machine (or this build of torch) does not have. '
            f"Present: {', '.join(present)}. Choose one of these, or unset {DEVICE_VARIABLE} to take the best."
        )
    return torch.device(name.lower())


def budget() -> Budget:
    r"""How much computation a page may spend.

    Returns:
        What the environment variable ``RNN_TUTORIAL_BUDGET`` says: ``"smoke"`` (seconds, to see that it runs),
        ``"laptop"`` (minutes on two cores) or ``"full"`` (the schedules of the papers). If it says nothing,
        ``"full"`` on CUDA and ``"laptop"`` elsewhere.

    Raises:
        ValueError: The variable holds another word.

    Examples:
        >>> budget() in ("smoke", "laptop", "full")
        True
    """
    asked = os.environ.get(BUDGET_VARIABLE, "").strip().lower()
    if not asked:
        return "full" if pick_device().type == "cuda" else "laptop"
    for known in BUDGETS:
        if asked == known:
            return known
    raise ValueError(f'{BUDGET_VARIABLE} is "{asked}"; expected "smoke", "laptop" or "full", or nothing at all.')


def by_budget(*, smoke: T, laptop: T, full: T) -> T:
    """Return the value for the current budget, e.g. the epochs: ``by_budget(smoke=1, laptop=3, full=10)``.

    Examples:
        >>> epochs = by_budget(smoke=1, laptop=3, full=10)
        >>> epochs == {"smoke": 1, "laptop": 3, "full": 10}[budget()]
        True
    """
    return {"smoke": smoke, "laptop": laptop, "full": full}[budget()]


def machine() -> str:
    """Describe in one line what computed a number: processor, cores, threads in use, GPU if any, torch version.

    Examples:
        >>> machine().endswith(f"torch {torch.__version__}")
        True
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = torch.get_num_threads()
    parts = [_processor(), f"{cores} core{'s' * (cores > 1)}", f"{threads} thread{'s' * (threads > 1)} in use"]
    if torch.cuda.is_available():
        count = torch.cuda.device_count()
        parts.append((f"{count} × " if count > 1 else "") + torch.cuda.get_device_name(0))
    elif torch.backends.mps.is_available():
        parts.append("Apple GPU (MPS)")
    else:
        parts.append("no GPU")
    return ", ".join([*parts, f"torch {torch.__version__}"])


def _present() -> list[str]:
    """Names of the devices present, the kind to prefer last."""
    present = ["cpu:0"]
    if torch.backends.mps.is_available():
        present.append("mps:0")
    if torch.cuda.is_available():
        present += [f"cuda:{k}" for k in range(torch.cuda.device_count())]
    return present


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if platform.system() == "Darwin":
        command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        if found:
            return found
    return platform.processor() or platform.machine() or "unknown processor"
