r"""The folder of a backtest's results: it can be written to, and one backtest writes there at a time."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnn_tutorial.data import StorageError
from rnn_tutorial.io import alone_in


@contextmanager
def results_in(folder: str | Path | None) -> Iterator[Path | None]:
    r"""Give the folder, or None without one, after making sure that what is about to be computed can be kept there.

    Raises:
        StorageError: It is a file, or may not be written.
        FolderInUseError: Another backtest is at it; a ``RuntimeError``.
    """
    if folder is None:
        yield None
        return
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
    except OSError as error:
        reason = "it is a file" if path.is_file() else error.strerror or error
        raise StorageError(
            f"folder={str(path)!r} cannot hold results: {reason}; name a folder that may be written, which need not "
            "exist"
        ) from error
    with alone_in(path, "two backtests would do the same jobs"):
        yield path
