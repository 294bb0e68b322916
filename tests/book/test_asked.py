"""The page of old wishes: each block of its code is short, runs by itself, and ends in an assertion that holds."""

import re
from typing import Any

import pytest
import torch
from torch import nn

import rnn_tutorial as rt
from tools import layout

PAGE = layout.BOOK / "asked.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", flags=re.M | re.S)
THREAD = re.compile(r"\[#(\d+)\]\(https://github\.com/pytorch/pytorch/issues/(\d+)\)")
MOST_LINES = 6


def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def entries() -> dict[str, str]:
    """Every wish by its heading, up to the next heading of any kind or label."""
    found = re.findall(r"^### ([^\n]+)\n(.*?)(?=^#|^\(|\Z)", without_code(text()), flags=re.M | re.S)
    return dict(found)


def without_code(page: str) -> str:
    """Put a mark in place of each block: a comment in code looks like a heading."""
    return BLOCK.sub("CODE\n", page)


BLOCKS = BLOCK.findall(text())
NAMES = list(entries())


def test_there_are_many_and_each_has_its_block():
    assert len(NAMES) >= 15
    assert len(BLOCKS) == len(NAMES)
    for name, entry in entries().items():
        assert entry.count("CODE") == 1, name


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_where_it_was_asked_and_where_to_read_on(name):
    entry = entries()[name]
    assert THREAD.search(entry)
    assert re.search(r"\b(open|closed),\s20\d\d\b", entry)
    assert re.search(r"Chapter:\s\{doc\}`\w+`", entry)
    assert re.search(r"Entry:\s\{(class|func)\}`rnn_tutorial\.[\w.]+`", entry)


def test_a_link_leads_to_the_thread_that_it_names():
    threads = THREAD.findall(text())
    assert len(threads) == text().count("](http")
    assert [shown for shown, linked in threads if shown != linked] == []


@pytest.mark.parametrize("number", range(len(BLOCKS)), ids=NAMES)
def test_a_block_is_short_and_ends_in_an_assertion(number):
    lines = BLOCKS[number].splitlines()
    assert len(lines) <= MOST_LINES
    assert lines[-1].lstrip().startswith("assert ")


# PyTorch's own forward-mode rules still compile a few functions in the way it calls deprecated.
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
@pytest.mark.parametrize("number", range(len(BLOCKS)), ids=NAMES)
def test_a_block_holds(number):
    torch.manual_seed(0)
    namespace: dict[str, Any] = {"torch": torch, "nn": nn, "rt": rt}
    exec(compile(BLOCKS[number], f"{PAGE.name}, block {number + 1}", "exec"), namespace)
