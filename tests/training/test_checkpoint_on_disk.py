"""What is on the disk is checked byte by byte, and one that is damaged gives way to the one before."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from rnn_tutorial import io
from rnn_tutorial.training import CheckpointError, CheckpointMismatchError, checkpoint
from rnn_tutorial.training.checkpoint import BEST, CHECKSUMS, HISTORY, RECIPE, STATE, WEIGHTS, seal
from rnn_tutorial.training.recipe import DETAILS, DIGESTS, FORM, INITIAL

from .conftest import assert_identical, network, pairs, weights, without_time
from .test_resume import epochs_in, newest, run

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("seed", range(4))
def test_no_flipped_bit_passes(tmp_path, seed):
    run(checkpoint=tmp_path, epochs=1, patience=1)
    draw, folder = random.Random(seed), newest(tmp_path)
    for path in sorted(folder.iterdir()):
        if path.name == CHECKSUMS:
            continue
        whole = path.read_bytes()
        for _ in range(6):
            damaged = bytearray(whole)
            damaged[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
            path.write_bytes(damaged)
            with pytest.raises(ValueError, match=rf"the checksum of {path.name} differs"):
                checkpoint.check_seal(folder)
        path.write_bytes(whole)
    checkpoint.check_seal(folder)


@pytest.mark.parametrize("damage", ["bit", "cut", "gone", "added", "no checksums"])
def test_a_damaged_newest_epoch_gives_way_to_the_one_before(tmp_path, damage):
    straight, expected = run()
    run(checkpoint=tmp_path, epochs=3)
    path = newest(tmp_path) / WEIGHTS
    if damage == "bit":
        damaged = bytearray(path.read_bytes())
        damaged[-1] ^= 1
        path.write_bytes(damaged)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    elif damage == "gone":
        path.unlink()
    elif damage == "added":
        path.with_name("best.safetensors").write_bytes(path.read_bytes())
    else:
        path.with_name(CHECKSUMS).unlink()
    with pytest.warns(RuntimeWarning, match=r"epoch-00003 is damaged .*: the run goes on from epoch-00002"):
        resumed, history = run(checkpoint=tmp_path)
    assert_identical(weights(resumed), weights(straight))
    assert without_time(history) == without_time(expected)
    assert epochs_in(tmp_path) == [3, 4]


def test_all_epochs_damaged(tmp_path):
    run(checkpoint=tmp_path, epochs=3)
    for path in tmp_path.glob(f"epoch-0*/{WEIGHTS}"):
        path.write_bytes(b"")
    with pytest.raises(CheckpointError, match=r"epoch-00003 cannot be read .*checksum of model.* Delete the folder"):
        run(checkpoint=tmp_path)


def without(key):
    return lambda state: state.pop(key)


def of_another_shape(state):
    state["optimizer"]["state"][0]["exp_avg"] = torch.zeros(2)


def of_fewer_parts(state):
    del state["optimizer"]["state"][0]["exp_avg"]


def of_another_kind(state):
    state["optimizer"]["param_groups"][0]["lr"] = "fast"


def with_a_switch(state):
    state["optimizer"]["state"][1]["step"] = True


def with_a_number(state):
    state["optimizer"]["state"][1]["exp_avg"] = 0.5


@pytest.mark.parametrize(
    "change",
    [
        without("schedule"),
        without("optimizer"),
        of_another_shape,
        of_fewer_parts,
        of_another_kind,
        with_a_switch,
        with_a_number,
    ],
)
def test_whole_files_of_another_content_are_refused(tmp_path, change):
    run(checkpoint=tmp_path, epochs=1)
    state = torch.load(newest(tmp_path) / STATE, weights_only=True)
    change(state)
    torch.save(state, newest(tmp_path) / STATE)
    checkpoint.seal(newest(tmp_path))
    model = network()
    before = weights(model)
    with pytest.raises(CheckpointError, match=r"cannot be gone on from .*Delete the folder"):
        run(model, checkpoint=tmp_path)
    assert_identical(weights(model), before)


@pytest.mark.parametrize("valid", [False, True])
@pytest.mark.parametrize("name", ["epoch", "train_loss", "valid_loss", "mae", "lr", "seconds"])
def test_a_history_of_other_columns_is_refused(tmp_path, name, valid):
    options = {"valid": pairs(9, seed=7), "metrics": {"mae": nn.L1Loss()}} if valid else {}
    run(checkpoint=tmp_path, epochs=1, **options)
    path = newest(tmp_path) / HISTORY
    content = json.loads(path.read_text())
    (row,) = content["rows"]
    row["another"] = row.pop(name, 0.0)
    path.write_text(json.dumps(content))
    seal(path.parent)
    with pytest.raises(CheckpointError, match=r"cannot be (gone on from|read) .*columns"):
        run(checkpoint=tmp_path, **options)


@pytest.mark.parametrize("name", [WEIGHTS, BEST])
def test_whole_weights_of_another_shape_are_refused(tmp_path, name):
    run(checkpoint=tmp_path, epochs=1, patience=3)
    path = newest(tmp_path) / name
    save_file({key: value[None] for key, value in load_file(path).items()}, path)
    checkpoint.seal(path.parent)
    with pytest.raises(CheckpointError, match=r"cannot be gone on from .*Delete the folder"):
        run(checkpoint=tmp_path, patience=3)


def test_the_disk_has_an_epoch_before_an_earlier_one_goes(tmp_path, monkeypatch):
    """Files, their folder, the renaming, the folder above; then it is read back; then the oldest is removed."""
    run(checkpoint=tmp_path, epochs=2)
    events = []
    real: dict[str, Any] = {
        "sync": checkpoint.sync,
        "check_seal": checkpoint.check_seal,
        "rmtree": checkpoint.shutil.rmtree,
    }

    def noted(name):
        def call(path, *arguments, **options):
            events.append((name, Path(path).name))
            return real[name](path, *arguments, **options)

        return call

    monkeypatch.setattr(checkpoint, "sync", noted("sync"))
    monkeypatch.setattr(checkpoint, "check_seal", noted("check_seal"))
    monkeypatch.setattr("shutil.rmtree", noted("rmtree"))
    run(checkpoint=tmp_path, epochs=3)
    first = [name for kind, name in events if kind == "sync"][:6]
    assert first[:-1] == ["history.json", "model.safetensors", "recipe.json", "state.pt", CHECKSUMS]
    assert first[-1].startswith(".unfinished-")
    place = events.index(("sync", tmp_path.name))
    assert events[place + 1 : place + 3] == [("check_seal", "epoch-00003"), ("rmtree", "epoch-00001")]


def test_a_disk_that_gives_back_something_else(tmp_path, monkeypatch):
    run(checkpoint=tmp_path, epochs=2)
    real = checkpoint.sync

    def loses(path):
        real(path)
        if path == tmp_path:
            (newest(tmp_path) / WEIGHTS).write_bytes(b"0")

    monkeypatch.setattr(checkpoint, "sync", loses)
    with pytest.raises(CheckpointError, match=r"epoch-00003: the checksum .* differs.*epoch-00002 is still there"):
        run(checkpoint=tmp_path, epochs=3)
    assert epochs_in(tmp_path) == [1, 2, 3]


HOLDS = """
import sys, time
from pathlib import Path
from rnn_tutorial.io import alone_in
with alone_in(Path(sys.argv[1]), "of the test"):
    print("held", flush=True)
    time.sleep(600)
"""


def holder_of(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_and_a_dead_one_blocks_nobody(tmp_path):
    run(checkpoint=tmp_path, epochs=1)
    with holder_of(tmp_path) as process:
        try:
            with pytest.raises(CheckpointError, match=rf"in use by process {process.pid} on .*another folder"):
                run(checkpoint=tmp_path)
            assert epochs_in(tmp_path) == [1]
        finally:
            process.kill()
    assert (tmp_path / io.HOLDER).exists()  # what a killed process leaves
    straight, _ = run()
    assert_identical(weights(run(checkpoint=tmp_path)[0]), weights(straight))
    assert not (tmp_path / io.HOLDER).exists()


def test_the_same_process_cannot_have_it_twice(tmp_path):
    def within(prediction, target):
        with pytest.raises(CheckpointError, match=f"in use by process {os.getpid()}"):
            run(checkpoint=tmp_path, epochs=1)
        return 0.0

    run(checkpoint=tmp_path, epochs=1, metrics={"within": within})


@pytest.mark.parametrize("form", [None, FORM + 1])
def test_digests_of_another_version_are_not_taken_for_other_data(tmp_path, form):
    run(checkpoint=tmp_path, epochs=1)
    folder = newest(tmp_path)
    recipe = json.loads((folder / RECIPE).read_text())
    recipe |= {INITIAL: "content 0", DETAILS: dict.fromkeys(recipe[DETAILS], "content 0"), DIGESTS: form}
    (folder / RECIPE).write_text(json.dumps(recipe))
    seal(folder)
    with pytest.raises(CheckpointMismatchError, match="Another version of rnn_tutorial wrote it") as caught:
        run(checkpoint=tmp_path, epochs=1)
    assert str(caught.value).count(" in the checkpoint, ") == 1
    assert f"form of digests: {form or 'nothing'} in the checkpoint, {FORM} now" in str(caught.value)
