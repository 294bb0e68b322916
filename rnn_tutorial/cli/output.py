r"""Files that appear all together when all are ready, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from rnn_tutorial.io import check_replaceable, sync

OURS = ("forecast.csv", "forecast.png", "report.html", "backtest.csv", "paths.csv")


def check_folder(folder: Path, force: bool, ours: Sequence[str] = OURS) -> None:
    r"""Refuse a folder that must not be replaced.

    Args:
        folder: Where the results are to be.
        force: Whether a folder of earlier results may be replaced.
        ours: Names of the files of results; ``*`` stands for any signs.

    Raises:
        FileExistsError: It exists; or, with ``force``, it is a link or holds anything but files of results.
        NotADirectoryError, FileNotFoundError: It is a file, or has no parent folder.
        PermissionError: Nothing may be written beside it.
    """
    parent = folder.absolute().parent
    if not parent.is_dir():
        raise FileNotFoundError(f"There is no folder {parent} to put {folder.name} into.")
    if not os.access(parent, os.W_OK):
        raise PermissionError(f"{parent} may not be written to: name another folder by --out.")
    if folder.is_symlink():
        raise FileExistsError(f"{folder} is a link to {folder.readlink()}: name that folder itself by --out.")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file: name a folder by --out.")
    if not force:
        raise FileExistsError(f"The folder {folder} exists: name another by --out, or replace it by --force.")
    found = list(folder.iterdir())
    others = sorted(path.name for path in found if not any(fnmatchcase(path.name, name) for name in ours))
    for path in found:
        if path.is_symlink() or not path.is_file():
            others.append(f"{path.name}, which is {'a link' if path.is_symlink() else 'a folder or a device'}")
    if others:
        raise FileExistsError(
            f"The folder {folder} holds other files than an earlier forecast ({', '.join(others[:3])}"
            f"{' …' if len(others) > 3 else ''}), so it is not replaced: name another by --out."
        )


def check_model_file(path: Path, force: bool) -> None:
    r"""Refuse a file that must not be replaced.

    Args:
        path: Where the model is to be kept.
        force: Whether a file may be replaced.

    Raises:
        FileExistsError: It exists and ``force`` is not given, or it is a folder, a link or a device.
        FileNotFoundError: Its folder does not exist.
    """
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.absolute().parent} to save {path.name} in.")
    check_replaceable(path)
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists: name another file by --save, or replace it by --force.")


@contextmanager
def all_or_nothing(folder: Path, model: Path | None = None) -> Iterator[tuple[Path, Path | None]]:
    r"""Give places to write to, which become ``folder`` and ``model`` when the block ends well.

    They lie beside their goals, so that the last step is a renaming. If the block ends by an error or by Ctrl-C they
    are removed, and what was there before is still there.

    Args:
        folder: A folder, new or to be replaced.
        model: A file, new or to be replaced.

    Yields:
        An empty folder and, with ``model``, the path of a file to write.
    """
    folder = folder.absolute()
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    draft = None if model is None else model.absolute().with_name(f".{model.name}.{work.name[-8:]}")
    ready, before = work / "new", work / "old"
    ready.mkdir()
    try:
        yield ready, draft
        for path in (*ready.iterdir(), ready):
            sync(path)
        if folder.exists():
            folder.rename(before)
        try:
            ready.rename(folder)
        except OSError:
            if before.exists():
                before.rename(folder)
            raise
        if draft is not None and model is not None:
            draft.replace(model.absolute())
            sync(model.absolute().parent)
        sync(folder.parent)
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
        shutil.rmtree(work, ignore_errors=True)
