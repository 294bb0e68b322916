"""Wrong answers by exercise, a module a chapter: what people answer who have half understood it."""

from importlib import import_module
from typing import Any

from rnn_tutorial.exercises.answers import CHAPTERS

WRONG: dict[str, list[Any]] = {
    label: answers for name in CHAPTERS for label, answers in import_module(f".{name}", __package__).WRONG.items()
}
