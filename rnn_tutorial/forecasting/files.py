r"""Files of the user's own: written whole or not at all."""

from pathlib import Path

from rnn_tutorial.data import StorageError
from rnn_tutorial.io import write_atomically


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
