"""Files that are none: devices, pipes, bombs, cells without an end."""

import gzip
import io
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rnn_tutorial.cli.app import app
from rnn_tutorial.data import ReadError, read_series
from rnn_tutorial.data.csv import source

from .conftest import Tally

FAMILY = "csv"
FILE = "time,load\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n"


def read(given: Any) -> Any:
    return read_series(given, "time", "load")


def bomb(piece: bytes, pieces: int) -> bytes:
    """A small file that unpacks to a large one."""
    packed = io.BytesIO()
    with gzip.open(packed, "wb") as stream:
        for _ in range(pieces):
            stream.write(piece)
    return packed.getvalue()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom", "/dev/null"])
def test_devices(device: str, tally: Tally):
    with tally(device, ReadError, words=r"byte 0x.. is|is empty"):
        read(device)
    with tally(f"the program on {device}"):
        done = CliRunner().invoke(
            app, ["forecast", device, "--time", "t", "--target", "y", "--horizon", "3", "--out", "none"]
        )
        assert done.exit_code == 1
        assert "defect of the program" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_a_file_like_any_other(tmp_path: Path, tally: Tally):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=(FILE,))
    writer.start()
    with tally("a pipe"):
        assert read(tmp_path / "pipe").values.tolist() == [1, 2, 4]
    writer.join()


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize(
    ("piece", "words"), [(b"\0", "0x00 is in no text"), (b"1", "more than 4 MB"), (b"\n", "more than 4 MB")]
)
def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally, piece: bytes, words: str, opened: bool):
    monkeypatch.setattr(source, "LARGEST", 2**22)
    packed = bomb(piece * 2**20, 64)
    (tmp_path / "bomb.csv.gz").write_bytes(packed)
    with tally(f"a bomb of {piece!r}", ReadError, words=words):
        read(io.BytesIO(packed) if opened else tmp_path / "bomb.csv.gz")


def test_too_long_a_file_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tally: Tally):
    monkeypatch.setattr(source, "LARGEST", 2**22)
    (tmp_path / "long.csv").write_bytes(b"1,2\n" * 2**21)
    for given in (tmp_path / "long.csv", io.BytesIO(b"1,2\n" * 2**21), io.StringIO("1,2\n" * 2**21)):
        with tally("too long a file", ReadError, words="cut it to the columns and rows"):
            read(given)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 200_000 + ",load\n1,2\n", "field larger than field limit"),
        ('"time,load\n' + "1,2\n" * 100_000, "field larger than field limit"),
        ("time,load," + "y" * 100_000 + "\n2024-01-01,1\n", "line 2: 2 cells"),
        ('""\n', "has no column 'time'"),
        (";;;\n\n", "has no column 'time'"),
        (",".join(f"column {k}" for k in range(5_000)) + "\n", "and 4950 others"),
        ("\x1c\n", "is empty"),
    ],
)
def test_headers(text: str, words: str, tally: Tally):
    with tally(text[:100], ReadError, words=words):
        read(io.StringIO(text))


def test_a_header_may_begin_with_the_signs_of_a_zip(tally: Tally):
    with tally("a column PK"):
        assert read(io.BytesIO(b"PK," + FILE.encode().replace(b"\n2", b"\n1,2"))).values.tolist() == [1, 2, 4]
    for start in (b"PK\x03\x04", b"PK\x05\x06"):
        with tally("a zip", ReadError, words="a workbook or a zip archive"):
            read(io.BytesIO(start + FILE.encode()))


@pytest.mark.parametrize("delimiter", ['"', "\n", "\r", "\0", "", ",,"])
def test_delimiters(delimiter: str, tally: Tally):
    with tally(delimiter, ReadError, words="should be one character"):
        read_series(io.StringIO(FILE), "time", "load", delimiter=delimiter)


def test_no_memory_is_no_defect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tally: Tally):
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    (tmp_path / "a.csv").write_text(FILE)
    monkeypatch.setattr("rnn_tutorial.cli.request.read_series", full)
    given = ["forecast", str(tmp_path / "a.csv"), "--time", "time", "--target", "load", "--horizon", "1", "--out"]
    with tally("no memory"):
        done = CliRunner().invoke(app, [*given, str(tmp_path / "out")])
        assert (done.exit_code, "not enough memory" in done.stderr, "defect of the" in done.stderr) == (1, True, False)
