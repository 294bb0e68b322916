"""Numbers are those of the files; what is counted in a chapter is counted from 1."""

import re

from tools import layout
from tools.numbering import chapter_number, renumbered


def test_number_is_that_of_the_file():
    assert [chapter_number(name) for name in ("00_sequences", "10_your_own_data", "api", "2024")] == [0, 10, None, None]


def test_chapters_are_numbered_without_a_gap_in_reading_order():
    found = [number for page in layout.pages() if (number := chapter_number(page.stem)) is not None]
    assert found == list(range(len(found)))


def test_counting_begins_anew_and_keeps_the_order():
    counted: dict[str, tuple[int, ...]] = {"late": (10,), "early": (2,), "middle": (9,)}
    assert renumbered(counted, (3,)) == {"early": (3, 1), "middle": (3, 2), "late": (3, 3)}
    assert renumbered(counted, ()) == {"early": (1,), "middle": (2,), "late": (3,)}


def test_prose_names_chapters_that_are_there():
    chapters = {chapter_number(page.stem) for page in layout.pages()}
    for page in layout.pages():
        for number in re.findall(r"\bchapters? (\d+)", page.read_text(encoding="utf-8")):
            assert int(number) in chapters, f"{page.name} speaks of chapter {number}"
