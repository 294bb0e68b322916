"""What a name in the book stands for elsewhere: titles of pages, numbers of figures, authors and years."""

import functools
import re
from collections.abc import Mapping
from typing import Any

import nbformat
from pybtex.backends.markdown import Backend
from pybtex.database import Entry, parse_file
from pybtex.style.formatting.plain import Style

from tools import layout
from tools.numbering import chapter_number

LABEL = re.compile(r"^\(([\w-]+)\)=\s*$", re.MULTILINE)
EQUATION = re.compile(r"^\$\$ *\(([\w-]+)\) *$", re.MULTILINE)
EXERCISE = re.compile(r"^`{3,}\{exercise\}[^\n]*\n:label: *([\w-]+)", re.MULTILINE)


@functools.cache
def titles() -> dict[str, str]:
    """Return the title of every page by its stem."""
    return {path.stem: _title(path) for path in layout.pages()}


def _title(path: Any) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = nbformat.reads(text, as_version=4).cells[0].source
    found = re.search(r"^# +(.+)$", text, re.MULTILINE)
    return found[1] if found else path.stem


def link_to(stem: str, text: str = "") -> str:
    """Link from the reader's edition to another chapter of it, or to a page of the book that is no notebook."""
    is_notebook = (layout.BOOK / f"{stem}.ipynb").is_file()
    target = f"{stem}.ipynb" if is_notebook else f"../book/{stem}.md"
    return f"[{text or titles()[stem]}]({target})"


def numbered(stem: str, notebook: Any) -> dict[str, str]:
    """Number equations, figures and exercises as the page does: each kind from 1, in chapter 3 from 3.1."""
    chapter = chapter_number(stem)
    prefix = "" if chapter is None else f"{chapter}."
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    figures = [figure_of(cell)["name"] for cell in notebook.cells if figure_of(cell).get("name")]
    kinds = (
        [label for text in prose for label in EQUATION.findall(text)],
        figures,
        [label for text in prose for label in EXERCISE.findall(text)],
    )
    return {label: f"{prefix}{number}" for labels in kinds for number, label in enumerate(labels, start=1)}


def figure_of(cell: Any) -> Mapping[str, str]:
    """Return name and caption of the figure that a code cell draws, if it has one."""
    found: Mapping[str, str] = cell.metadata.get("mystnb", {}).get("figure", {})
    return found


@functools.cache
def _works() -> Any:
    return parse_file(str(layout.BOOK / "references.bib"))


def cited(key: str) -> tuple[str, str]:
    """Return the authors, as a text calls them, and the year of a work."""
    entry: Entry = _works().entries[key]
    names = [" ".join(person.rich_last_names[0].render_as("text").split()) for person in _people(entry)]
    authors = names[0] if len(names) == 1 else f"{names[0]} and {names[1]}" if len(names) == 2 else f"{names[0]} et al."
    return authors, entry.fields["year"]


def _people(entry: Entry) -> Any:
    return entry.persons.get("author") or entry.persons["editor"]


def bibliography(keys: list[str]) -> str:
    """List these works, sorted as the book sorts them."""
    formatted = Style().format_bibliography(_works(), keys)
    backend = Backend()
    lines = sorted(" ".join(entry.text.render(backend).split()) for entry in formatted)
    # Markdown shows the same without the backslashes before points and brackets, and people read the source too.
    return "\n".join("- " + re.sub(r"\\([.()-])", r"\1", line) for line in lines)
