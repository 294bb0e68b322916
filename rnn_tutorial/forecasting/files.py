r"""Files of the user's own: written whole or not at all."""

from pathlib import Path

from rnn_tutorial.data import StorageError
from rnn_tutorial.io import check_replaceable, write_atomically


def write(path: Path, data: bytes) -> None:
    r"""Write a file; one that exists is replaced, and kept if the writing fails.

    Args:
        path: The file; missing parent folders are made.
        data: Its whole content.

    Raises:
        FileExistsError: A folder, a link or a device has that name.
        StorageError: The disk refused.
    """
    check_replaceable(path)
    try:
        write_atomically(path, data)
    except OSError as error:
        reason = error.strerror or error
        raise StorageError(f"could not write {path}: {reason}; nothing was changed, choose another place") from error
