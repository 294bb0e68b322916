r"""Files of the user's own: written whole or not at all."""

from pathlib import Path

from rnn_tutorial.data import StorageError
from rnn_tutorial.data.fetching.storage import atomic_write


def write(path: Path, data: bytes) -> None:
    r"""Write a file; one that exists is replaced, and kept if the writing fails.

    Args:
        path: The file; missing parent folders are made.
        data: Its whole content.

    Raises:
        StorageError: The disk refused.
    """
    try:
        atomic_write(path, data)
    except StorageError as error:
        cause = error.__cause__
        reason = getattr(cause, "strerror", None) or cause
        raise StorageError(f"could not write {path}: {reason}; nothing was changed, choose another place") from cause
