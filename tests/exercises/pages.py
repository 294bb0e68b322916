"""The exercises as the pages pose them: for each label the cell to answer in, and the cell of the solution."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from tools import layout
from tools.reader.references import EXERCISE


@dataclass(frozen=True)
class Exercise:
    """The label of an exercise, its page, and the code of all cells there."""

    label: str
    page: str
    codes: tuple[str, ...]

    @property
    def stub(self) -> str:
        """The cell to answer in."""
        return self._the_one("check")

    @property
    def solution(self) -> str:
        """The cell of the solution."""
        return self._the_one("solved")

    def _the_one(self, call: str) -> str:
        calls = f'exercises.{call}("{self.label}", '
        cells = [code for code in self.codes if calls in code]
        assert len(cells) == 1, f"{calls}…) stands in {len(cells)} cells of {self.page} and not in one"
        return cells[0]

    def verdict(self, code: str) -> Any:
        """Run a cell with nothing but the notebook's imports and return its last line's value."""
        names: dict[str, Any] = {}
        exec(compile(imports(self.codes), self.page, "exec"), names)
        body = ast.parse(code).body
        last = body.pop()
        assert isinstance(last, ast.Expr), "the cell ends with the check"
        exec(compile(ast.Module(body, []), self.label, "exec"), names)
        return eval(compile(ast.Expression(last.value), self.label, "eval"), names)


@cache
def exercises_of(path: Path) -> list[Exercise]:
    """Return the exercises of a notebook in their order."""
    notebook = nbformat.read(path, as_version=4)
    codes = tuple(cell.source for cell in notebook.cells if cell.cell_type == "code")
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return [Exercise(label, path.stem, codes) for label in EXERCISE.findall(prose)]


@cache
def imports(codes: tuple[str, ...]) -> str:
    """Return all that a notebook imports, without the rest of its code."""
    nodes = [node for code in codes for node in ast.parse(code).body]
    return "\n".join(ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def all_exercises() -> list[Exercise]:
    """Return those of the whole book."""
    return [exercise for path in sorted(layout.BOOK.glob("*.ipynb")) for exercise in exercises_of(path)]
