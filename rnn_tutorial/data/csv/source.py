r"""The text of a file: whatever it is that was named, only so much of it is read."""

import gzip
import io
import zlib
from pathlib import Path
from typing import IO

Source = str | Path | IO[str] | IO[bytes]
LARGEST = 2**29
"""Bytes of text, unpacked, beyond which a file is refused: its cells would take some ten times as much."""
_PIECE = 2**20
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class ReadError(ValueError):
    """A file cannot be read as a series; the message names the line, what stands there and what to do about it."""


def text_of(source: Source) -> tuple[str, str]:
    r"""Return name and text of a file.

    Args:
        source: Path, or an open file; UTF-8 or UTF-16 with a byte-order mark, gzip-compressed or not.

    Raises:
        FileNotFoundError: There is no such file.
        TypeError: Something that is neither.
        ReadError: No text, or too much of it.
    """
    if isinstance(source, (str, Path)):
        path = Path(source)
        if not path.exists():
            raise FileNotFoundError(f"There is no file {path} (looked for in {Path.cwd()}).")
        if path.is_dir():
            raise ReadError(f"{path} is a folder, not a file.")
        with path.open("rb") as stream:
            return path.name, _decoded(path.name, _content(path.name, stream))
    if not hasattr(source, "read"):
        raise TypeError(
            f"the source should be the path of a CSV file or an open one, not a {type(source).__name__}; a pandas "
            "column becomes a series by Series.of(column)"
        )
    file, read = str(getattr(source, "name", None) or "the file"), source.read(LARGEST + 1)
    if len(read) > LARGEST:
        raise _too_long(file)
    if isinstance(read, str):
        return file, read.removeprefix("\ufeff")
    return file, _decoded(file, _content(file, io.BufferedReader(io.BytesIO(read))))


def _content(file: str, stream: io.BufferedReader) -> bytes:
    # Of a stream of bytes, unpacked if it is packed.
    if stream.peek(2)[:2] != b"\x1f\x8b":
        return _bounded(file, stream)
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            return _bounded(file, unpacked)
    except (OSError, EOFError, zlib.error) as error:
        raise ReadError(f"{file} looks compressed by gzip but cannot be unpacked ({error}).") from error


def _bounded(file: str, stream: IO[bytes] | gzip.GzipFile) -> bytes:
    # A device or an archive of zeros has no end, and no text in it.
    content = bytearray()
    while piece := stream.read(_PIECE):
        content += piece
        if content[:4] in _ZIP:
            raise ReadError(f"{file} is a workbook or a zip archive, not text: save the sheet as CSV (UTF-8) first.")
        if b"\0" in piece and content[:2] not in _UTF16:
            line = content[: content.index(b"\0")].count(b"\n") + 1
            raise ReadError(f"{file}, line {line}: byte 0x00 is in no text. Save the file as CSV (UTF-8).")
        if len(content) > LARGEST:
            raise _too_long(file)
    return bytes(content)


def _too_long(file: str) -> ReadError:
    return ReadError(
        f"{file} holds more than {LARGEST / 2**20:.0f} MB of text, which would not fit into memory as cells: cut it to "
        "the columns and rows that are needed."
    )


def _decoded(file: str, content: bytes) -> str:
    encoding = "utf-16" if content[:2] in _UTF16 else "utf-8-sig"
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ReadError(
            f"{file}, line {line}: byte 0x{content[error.start]:02x} is not UTF-8 text. Save the file as CSV (UTF-8)."
        ) from error
