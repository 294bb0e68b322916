"""What is sealed comes back as it was, or is refused by name."""

import hashlib
import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from rnn_tutorial.sealed import Seal


def lengths(text, tensors):
    return hashlib.sha256(
        f"{text} {[(name, value.tolist()) for name, value in sorted(tensors.items())]}".encode()
    ).hexdigest()


SEAL = Seal("toy", 1, "toy", "sum", lengths)
CONFIG, TENSORS = {"a": [1, 2.5, None]}, {"w": torch.arange(3.0), "b": torch.zeros(2, 2)}


@pytest.fixture
def path(tmp_path):
    SEAL.write(tmp_path / "toy", CONFIG, TENSORS)
    return tmp_path / "toy"


def test_content_comes_back_and_the_same_content_has_the_same_bytes(path):
    text, tensors = SEAL.read(path)
    assert json.loads(text) == CONFIG
    assert {name: value.tolist() for name, value in tensors.items()} == {n: v.tolist() for n, v in TENSORS.items()}
    assert path.read_bytes() == SEAL.packed(CONFIG, dict(reversed(TENSORS.items())))
    with safe_open(path, framework="pt") as file:
        assert set(file.metadata()) == {"toy"}
        assert set(json.loads(file.metadata()["toy"])) == {"version", "config", "sum"}


def test_weights_that_share_memory_are_kept_twice(tmp_path):
    shared = torch.arange(4.0)
    SEAL.write(tmp_path / "toy", {}, {"whole": shared, "part": shared[:2]})
    assert SEAL.read(tmp_path / "toy")[1]["part"].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (None, "is a safetensors file, but holds no saved toy"),
        ("[]", "its description cannot be read"),
        ("{", "its description cannot be read"),
        (json.dumps({"version": 2, "config": "", "sum": ""}), "has version 2 of the format, this package reads 1"),
        (json.dumps({"version": 1, "config": "{}", "sum": "0"}), "was changed after it was saved"),
    ],
)
def test_other_files_are_refused(tmp_path, about, words):
    save_file(TENSORS, tmp_path / "odd", None if about is None else {"toy": about})
    with pytest.raises(ValueError, match=words):
        SEAL.read(tmp_path / "odd")


def test_damage_and_absence_are_told(path):
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="toy cannot be read as safetensors"):
        SEAL.read(path)
    with pytest.raises(FileNotFoundError, match=r"no saved toy at .*nowhere"):
        SEAL.read(path.parent / "nowhere")


def test_a_link_or_a_folder_is_not_replaced(path):
    (path.parent / "link").symlink_to(path)
    (path.parent / "folder").mkdir()
    for name in ("link", "folder"):
        with pytest.raises(FileExistsError, match=name):
            SEAL.write(path.parent / name, {}, {})
