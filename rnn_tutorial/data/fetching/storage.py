r"""The cache on disk: where it lies, how a file is checked, how it is written so that no half file can be seen."""

import errno
import hashlib
import os
from pathlib import Path

from rnn_tutorial import extras
from rnn_tutorial.data.errors import StorageError
from rnn_tutorial.io import write_atomically

CACHE_VARIABLE = "RNN_TUTORIAL_CACHE"


def cache_dir() -> Path:
    r"""Folder in which verified files are kept; it need not exist yet.

    Returns:
        The folder named by the environment variable ``RNN_TUTORIAL_CACHE`` if that is set, otherwise the
        operating system's cache folder of the user (``~/.cache/rnn_tutorial`` on Linux).

    Raises:
        MissingExtraError: No folder is named, and platformdirs, which knows the system's, is not installed.
    """
    if named := os.environ.get(CACHE_VARIABLE):
        return Path(named).expanduser()
    with extras.explained("the folder of downloaded data", "mnist"):
        import platformdirs
    return Path(platformdirs.user_cache_dir("rnn_tutorial"))


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256 digest of ``data``."""
    return hashlib.sha256(data).hexdigest()


def storage_error(error: OSError, path: Path) -> StorageError:
    """Say in one sentence why ``path`` could not be written or read, and what to do about it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = "no space is left on that disk; free some"
    elif isinstance(error, PermissionError):
        reason = "permission denied; make the folder writable"
    else:
        reason = f"{error.strerror or error}; check the folder"
    return StorageError(f"Cannot use {path}: {reason}, or name another cache folder in {CACHE_VARIABLE}.")


def keep(path: Path, data: bytes) -> None:
    r"""Write a file of the cache, whole or not at all.

    Raises:
        StorageError: The disk is full or the folder may not be written. Nothing is left behind.
    """
    try:
        write_atomically(path, data)
    except OSError as error:
        raise storage_error(error, path) from error


def read_verified(path: Path, digest: str) -> bytes | None:
    r"""Content of ``path`` if its SHA-256 is ``digest``.

    Args:
        path: The file to read.
        digest: The SHA-256 it must have, in hexadecimal.

    Returns:
        The bytes; ``None`` if there is such a file but its content is another one.

    Raises:
        FileNotFoundError: There is no such file.
        StorageError: There is one that cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise storage_error(error, path) from error
    return data if sha256(data) == digest else None
