r"""What has to be the same for a run to go on from a checkpoint: model, data, loss, and how it is trained."""

import re
from collections.abc import Sized
from pathlib import Path
from typing import Any, cast

from torch import nn
from torch.utils.data import BatchSampler, DataLoader

from .digests import described, digest_of_weights
from .optim import name_of

Recipe = dict[str, Any]
INITIAL, DETAILS, UNCHECKED = "initial weights", "details", "not checked"
MOST_SHOWN = 12

CURES = {
    INITIAL: "The weights differ with which the run began: seed torch before the model is built, torch.manual_seed(0), "
    "or load the checkpoint's weights into the model to go on from them.",
}


class CheckpointMismatchError(ValueError):
    """A checkpoint belongs to another run; the message lists what differs. The checkpoint is left untouched."""


def recipe_of(
    model: nn.Module, train: DataLoader[Any], valid: DataLoader[Any] | None, given: tuple[Any, Any],
    functions: dict[str, Any], settings: Recipe,
) -> Recipe:  # fmt: skip
    r"""Describe a run that is about to begin.

    Args:
        model: With the weights that it begins with.
        train: Loader of the training data.
        valid: Loader of the validation data.
        given: What the user gave as training and validation data.
        functions: Loss, metrics, optimizer and schedule by name.
        settings: Numbers and words.

    Returns:
        What JSON can hold. ``"details"`` has a text for each part that a difference can be named by, ``"not checked"``
        the names of what has no content that could be compared.
    """
    known = {id(module): f"module {name}" for name, module in model.named_modules()}
    known |= {id(parameter): f"parameter {name}" for name, parameter in model.named_parameters()}
    details: dict[str, str] = {}
    unchecked: list[str] = []

    def look(thing: Any, name: str, subject: str, weights: bool = True) -> None:
        texts, without = described(thing, name, known, weights=weights)
        details.update({f"{subject}: {key}": text for key, text in texts.items()})
        unchecked.extend(without)

    for name, data, loader in (("training data", given[0], train), ("validation data", given[1], valid)):
        if loader is None:
            continue
        mine = isinstance(data, DataLoader)
        dataset = data.dataset if mine else data
        look(dataset, name, name)
        if mine:
            known[id(dataset)] = name
            sampler = loader.batch_sampler if type(loader.batch_sampler) is not BatchSampler else loader.sampler
            look(sampler, f"order of the {name}", name)
            look([loader.collate_fn, loader.drop_last], f"batches of the {name}", name)
    for name, module in model.named_modules():
        place = f"model.{name}" if name else "model"
        known.pop(id(module))
        look(module, place, "model", weights=False)
        known[id(module)] = f"module {name}"
    for name, function in functions.items():
        for key, one in function.items() if isinstance(function, dict) else [(name, function)]:
            look(one, key, name)
    return settings | {
        "model": re.sub(r" at 0x[0-9a-f]+", "", repr(model)),
        "shapes": shapes_of(model),
        INITIAL: digest_of_weights(model.state_dict()),
        **{name: sorted(one) if isinstance(one, dict) else name_of(one) for name, one in functions.items()},
        "training items": _size(train),
        "validation items": None if valid is None else _size(valid),
        DETAILS: details,
        UNCHECKED: sorted({*unchecked}),
    }


def compare(found: Recipe, now: Recipe, folder: Path) -> None:
    r"""Make sure that a checkpoint belongs to this run.

    Raises:
        CheckpointMismatchError: Something differs; the message names it and what to do.

    """
    main = [key for key in sorted({*found, *now} - {DETAILS, UNCHECKED}) if found.get(key) != now.get(key)]
    if "shapes" in main and INITIAL in main:
        main.remove(INITIAL)
    lines = [_line(key, found.get(key), now.get(key)) for key in main]
    before, after = found.get(DETAILS, {}), now.get(DETAILS, {})
    for key in sorted({*before, *after}):
        subject, _, name = key.partition(": ")
        if before.get(key) != after.get(key) and subject not in main:
            lines.append(_line(name, before.get(key), after.get(key)))
    if not lines:
        return
    more = len(lines) - MOST_SHOWN
    cures = [f"\n{cure}" for key, cure in CURES.items() if key in main]
    raise CheckpointMismatchError(
        f"The checkpoint in {folder} belongs to another run:\n"
        + "\n".join(lines[:MOST_SHOWN])
        + (f"\n  and {more} more" if more > 0 else "")
        + "".join(cures)
        + "\nUse the same arguments to resume it, or name another folder for this run (or delete that one)."
    )


def shapes_of(model: nn.Module) -> dict[str, str]:
    """Name, shape and dtype of everything in the state dict."""
    return {name: f"{tuple(value.shape)} {value.dtype}" for name, value in model.state_dict().items()}


def _line(name: str, before: Any, now: Any) -> str:
    return f"  {name}: {_short(before)} in the checkpoint, {_short(now)} now"


def _short(value: Any, limit: int = 160) -> str:
    text = "nothing" if value is None else " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _size(loader: DataLoader[Any]) -> int:
    return len(cast(Sized, loader.dataset))
