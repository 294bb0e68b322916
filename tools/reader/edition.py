"""Write the reader's edition of every notebook to ``notebooks/``, where it is not in step with its source.

    python -m tools.reader.edition            # what has changed in text or code; `make book` does it
    python -m tools.reader.edition --fresh    # all, with the numbers and figures of this machine's execution
    python -m tools.reader.edition --check    # write nothing; exit status 1 if one is not in step

Its numbers and outputs are those of an execution, whose machine it names. On another machine they would differ a
little, so a notebook is written again only when its source has changed.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from rnn_tutorial.devices import budget
from rnn_tutorial.expectations import MIME
from rnn_tutorial.io import write_atomically
from tools import execution_cache, layout
from tools.fingerprint import fingerprint
from tools.reader import markdown, opening, references, step
from tools.reader.values import GLUE_PREFIX, Values

FOLDER = layout.ROOT / "notebooks"
ASKED = re.compile(r"^exercises\.check\(\s*\"([\w-]+)\"", re.MULTILINE)
"""The exercise whose answer a cell checks, where the reader writes it into that cell."""


def main() -> int:
    """Run the command line: exit status 0 if every notebook of the edition is in step."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.reader.edition", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fresh", action="store_true", help="write all")
    parser.add_argument("--check", action="store_true", help="write none")
    options = parser.parse_args()
    sources = layout.notebooks()
    behind = [path for path in sources if options.fresh or not is_in_step(path)]
    strays = sorted({path.name for path in FOLDER.glob("*.ipynb")} - {path.name for path in sources})
    if options.check:
        for name in [*(path.name for path in behind), *strays]:
            print(f"error: notebooks/{name} is not in step with book/{name}: make notebooks", file=sys.stderr)
        return bool(behind or strays)
    if behind and budget() == "smoke":
        print("notebooks/ is not in step with book/; it is written from an execution with the laptop budget")
        return 0
    executed = _executed(sources) if behind else {}
    for path in behind:
        if missing := [stem for stem in _needed(path) if stem not in executed]:
            print(f"error: notebooks/{path.name} needs the execution of {', '.join(missing)}", file=sys.stderr)
            return 1
        edition = edition_of(path, executed)
        write_atomically(FOLDER / path.name, nbformat.writes(edition) + "\n")
        print(f"notebooks/{path.name} written: its source has changed")
    for name in strays:
        (FOLDER / name).unlink()
        print(f"notebooks/{name} removed: it has no source")
    return 0


def is_in_step(path: Path) -> bool:
    """Say whether the edition of a source has the same code and, but for numbers, the same text."""
    target = FOLDER / path.name
    if not target.is_file():
        return False
    return step.differences(edition_of(path, None), nbformat.read(target, as_version=4)) == []


def edition_of(path: Path, executed: Mapping[str, Any] | None) -> Any:
    """Return the reader's edition of a notebook.

    Args:
        path: Its source.
        executed: Executed notebooks by stem, for numbers and outputs; without any, ``values.ANY`` stands for numbers.
    """
    source = nbformat.read(path, as_version=4)
    outputs = None if executed is None else [cell.outputs for cell in execution_cache.code_cells(executed[path.stem])]
    context = markdown.Context(Values(executed, path.stem), references.numbered(path.stem, source))
    writer = _Writer(context)
    codes = 0
    for cell in source.cells:
        if cell.cell_type == "markdown":
            writer.prose(cell.source)
            continue
        writer.code(cell, [] if outputs is None else _shown(outputs[codes]))
        codes += 1
    cells = opening.begin(path.stem, writer.cells)
    executed_cells = 0
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:03d}"
        if cell.get("outputs"):  # else nbval takes what it shows for leftovers of a cell that never ran
            executed_cells += 1
            cell["execution_count"] = executed_cells
    kept = {key: source.metadata[key] for key in ("kernelspec", "language_info") if key in source.metadata}
    return new_notebook(cells=cells, metadata=kept)


@dataclass
class _Writer:
    """Collects cells; between the beginning and the end of a solution, the parts of one folded cell."""

    context: markdown.Context
    cells: list[Any] = field(default_factory=list)
    solution: list[str] | None = None
    asked: set[str] = field(default_factory=set)

    def prose(self, text: str) -> None:
        """Take a cell of Markdown, which may begin or end solutions."""
        between: list[str | markdown.Directive] = []
        for piece in markdown.pieces(text):
            if isinstance(piece, markdown.Directive) and piece.name in ("solution-start", "solution-end"):
                self._say(between)
                between = []
                self._begin(piece.argument) if piece.name == "solution-start" else self._end()
            else:
                between.append(piece)
        self._say(between)

    def _say(self, parts: list[str | markdown.Directive]) -> None:
        converted = markdown.render(parts, self.context)
        if not converted:
            return
        if self.solution is None:
            self.cells.append(new_markdown_cell(converted))
        else:
            self.solution.append(converted)

    def _begin(self, label: str) -> None:
        if label not in self.asked:
            self.cells.append(new_code_cell("# Your answer:"))
        self.solution = [f"<details>\n<summary>Solution of exercise {self.context.numbers[label]}</summary>"]

    def _end(self) -> None:
        if self.solution is None:
            raise ValueError("a solution ends that has not begun")
        self.cells.append(new_markdown_cell("\n\n".join([*self.solution, "</details>"])))
        self.solution = None

    def code(self, cell: Any, outputs: list[Any]) -> None:
        """Take a cell of code with what it has shown."""
        tags = cell.metadata.get("tags", ())
        if "remove-cell" in tags:
            return
        if self.solution is not None:
            self.solution.append(f"```python\n{cell.source}\n```")
            # What it prints depends on the machine where nothing else of the folded text does.
            self.solution += [f"```text\n{text}\n```" for text in map(_printed, outputs) if text]
            return
        self.asked |= {*ASKED.findall(cell.source)}
        folded = {"source_hidden": True} if {"hide-input", "hide-cell"} & set(tags) else {}
        metadata = {"jupyter": folded} if folded else {}
        self.cells.append(new_code_cell(cell.source, metadata=metadata, outputs=outputs))
        figure = references.figure_of(cell)
        if "caption" in figure:
            number = self.context.numbers[figure["name"]]
            self.cells.append(
                new_markdown_cell(f"**Figure {number}.** {markdown.convert(figure['caption'], self.context)}")
            )


def _shown(outputs: list[Any]) -> list[Any]:
    """Return what a reader sees of a cell's outputs: no records for machines, one form of each."""
    return [output for output in map(_one_form, outputs) if output is not None]


def _one_form(output: Any) -> Any:
    if "data" not in output:
        return deepcopy(output)
    data = {kind: content for kind, content in output["data"].items() if kind != MIME}
    if not data or any(kind.startswith(GLUE_PREFIX) for kind in data):
        return None
    plainer = deepcopy(output)
    best = next((kind for kind in ("image/png", "text/html") if kind in data), None)
    plainer["data"] = {best: data[best]} if best else data
    plainer["metadata"] = {}
    plainer.pop("execution_count", None)
    if plainer["output_type"] == "execute_result":  # its number would have to be that of its cell
        plainer["output_type"] = "display_data"
    return plainer


def _printed(output: Any) -> str:
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return str(text).rstrip("\n")


def _executed(sources: list[Path]) -> dict[str, Any]:
    current = fingerprint()
    found = {path.stem: execution_cache.executed(path, current) for path in sources}
    return {stem: notebook for stem, notebook in found.items() if notebook is not None}


def _needed(path: Path) -> set[str]:
    """Return the stems of the notebooks whose numbers a notebook prints, its own included."""
    source = nbformat.read(path, as_version=4)
    prose = "\n".join(cell.source for cell in source.cells if cell.cell_type == "markdown")
    others = {
        target.partition(".ipynb::")[0]
        for name, target in markdown.ROLE.findall(prose)
        if name == "glue:text" and "::" in target
    }
    return others | {path.stem}


def dropped(path: Path) -> Iterator[tuple[str, str]]:
    """Yield cell by cell the code of a source: ``"kept"``, which the edition runs, or ``"dropped"``."""
    solution = False
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            for piece in markdown.pieces(cell.source):
                if isinstance(piece, markdown.Directive) and piece.name.startswith("solution-"):
                    solution = piece.name == "solution-start"
        else:
            is_dropped = solution or "remove-cell" in cell.metadata.get("tags", ())
            yield ("dropped" if is_dropped else "kept"), cell.source


def missing_names(path: Path) -> set[str]:
    """Return the names that code of the edition reads and only dropped code defines: there must be none."""
    kept: set[str] = set()
    gone: set[str] = set()
    missing: set[str] = set()
    for kind, code in dropped(path):
        names = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)]
        stored = {node.id for node in names if isinstance(node.ctx, ast.Store)} | _defined(code)
        if kind == "dropped":
            gone |= stored
            continue
        missing |= ({node.id for node in names if isinstance(node.ctx, ast.Load)} & gone) - kept - stored
        kept |= stored
    return missing


def _defined(code: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return found


if __name__ == "__main__":
    sys.exit(main())
