r"""Files that appear whole or not at all, on the disk and not only in memory, and folders that one process writes."""

import errno
import os
import platform
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

UNFINISHED = ".unfinished"
FORGOTTEN = 3600.0
"""Seconds after which a file that was begun and never finished is taken for that of a process that was killed."""

_SWEPT: dict[Path, float] = {}
"""When this process last looked through a folder for such files: thousands of files are not listed at every write."""

LOCK, HOLDER = ".lock", ".lock-holder"


class FolderInUseError(RuntimeError):
    """Another process, or another call in this one, writes to the folder; the message says which."""


def write_atomically(path: str | Path, data: bytes | str) -> None:
    r"""Write a file so that a reader sees either none, the old one or all of the new one, after a power cut as well.

    The bytes go to a temporary file of a unique name in the same folder, which is then renamed. Two processes may
    therefore write the same path at the same time; the last one wins and neither sees the other's half file. What
    killed processes left in the folder an hour ago or earlier is removed by the first write of a process to that
    folder, and again by one an hour later.

    Args:
        path: The file; missing parent folders are made.
        data: Its whole content; text is written as UTF-8.

    Raises:
        OSError: The disk is full or the folder may not be written. Nothing is left behind.
    """
    path, temporary = Path(path), None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", suffix=UNFINISHED, delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # readable by others, which tempfile's 0600 is not
        os.replace(temporary, path)  # noqa: PTH105 -- the name the tests look for
        sync(path.parent)
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def packed(arrays: Mapping[str, Any], compressed: bool = False) -> bytes:
    r"""Return arrays as NumPy's ``.npz``, without pickles. An interrupt waits until they are packed."""
    import numpy as np

    buffer, save = BytesIO(), np.savez_compressed if compressed else np.savez
    with interrupts_wait():
        save(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def handler_of_interrupts() -> Callable[[int, FrameType | None], Any] | None:
    """Return what Ctrl-C calls, if this is the main thread, which signals reach alone, and if it calls anything."""
    handler = signal.getsignal(signal.SIGINT)
    return handler if threading.current_thread() is threading.main_thread() and callable(handler) else None


@contextmanager
def interrupts_wait() -> Iterator[None]:
    r"""Let Ctrl-C wait for the end of something short that would lose it, or make an error of its own out of it.

    ``zipfile`` does both: closing after an interrupt raises a ValueError, and what is raised in ``__del__`` is lost.
    """
    before = handler_of_interrupts()
    if before is None:
        yield
        return
    waiting: list[tuple[int, Any]] = []
    signal.signal(signal.SIGINT, lambda number, frame: waiting.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if waiting:
            before(*waiting[0])


def check_replaceable(path: Path) -> None:
    r"""Refuse what is no plain file: a folder, a device, or a link, which would be replaced and not followed.

    Raises:
        FileExistsError: Such a thing is there.
    """
    if path.is_symlink():
        raise FileExistsError(f"{path} is a link to {path.readlink()}: name that file itself, or remove the link")
    if path.is_dir():
        raise FileExistsError(f"{path} is a folder: name a file")
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path} is a device or a pipe, which cannot be replaced by a file: name another")


def sync(path: Path) -> None:
    r"""Wait until the disk holds a file's bytes, or the names in a folder.

    Raises:
        OSError: The disk refused. Of a folder only a real failure counts: some systems cannot do this for folders.
    """
    folder = path.is_dir()
    if folder and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if not folder or error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EACCES):
            raise
    finally:
        os.close(descriptor)


@contextmanager
def alone_in(folder: Path, why: str) -> Iterator[None]:
    r"""Keep a folder to this call: whoever asks for it meanwhile is refused at once, and told who has it.

    The operating system holds the lock and drops it when the process ends, however it ends: a dead process blocks
    nobody. A folder that cannot be locked, such as one that is read-only, is used without.

    Args:
        folder: Made if it does not exist.
        why: What goes wrong with two, for the message.

    Raises:
        FolderInUseError: It is in use.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        holder = "another process"
        with suppress(OSError):
            holder = (folder / HOLDER).read_text(encoding="utf-8").strip() or holder
        raise FolderInUseError(
            f"The folder {folder} is in use by {holder}: {why}. Wait until it has ended, or name another folder."
        ) from error
    except (OSError, NotImplementedError):
        yield
        return
    try:
        since = time.strftime("%Y-%m-%d %H:%M:%S")
        with suppress(OSError):
            write_atomically(folder / HOLDER, f"process {os.getpid()} on {platform.node()}, since {since}\n")
        yield
    finally:
        with suppress(OSError):
            (folder / HOLDER).unlink()
        lock.release()


def _sweep(folder: Path) -> None:
    folder, now = folder.absolute(), time.time()
    before = now - FORGOTTEN
    if _SWEPT.get(folder, before) > before:
        return
    _SWEPT[folder] = now
    for debris in folder.glob(f".*.????????{UNFINISHED}"):
        with suppress(OSError):
            if debris.stat().st_mtime < before:
                debris.unlink()
