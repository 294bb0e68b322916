"""How every notebook of the reader's edition begins: where to run it, and what it takes."""

from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell

from tools import requirements

SETUP = """\
# On a machine that does not have the package (Colab, Kaggle), install it; everywhere else this does nothing.
import importlib.util

if importlib.util.find_spec("rnn_tutorial") is None:
    %pip install -q "rnn-tutorial[notebook] @ git+{repository}"\
"""


def repository() -> str:
    """Return the address of the project's repository, which ``pyproject.toml`` alone knows."""
    return str(requirements.project()["urls"]["Repository"])


def begin(stem: str, cells: list[Any]) -> list[Any]:
    """Put links under the title, and a cell that installs what is missing before the first cell of code."""
    first = next(number for number, cell in enumerate(cells) if cell.cell_type == "code")
    title, _, rest = cells[0].source.partition("\n")
    links = " · ".join(f"[{name}]({address})" for name, address in launchers(stem).items())
    note = (
        f"*To run without installing: {links}. Change a cell, run it again, see what happens; solutions are folded. "
        "Where a number stands in the text, it was computed by these cells on the machine that the text names.*"
    )
    beginning = new_markdown_cell("\n\n".join([title, note, rest.strip("\n")]))
    setup = new_code_cell(SETUP.format(repository=repository()), metadata={"jupyter": {"source_hidden": True}})
    return [beginning, *cells[1:first], setup, *cells[first:]]


def launchers(stem: str) -> dict[str, str]:
    """Return by name the addresses at which this chapter can be run."""
    path = f"notebooks/{stem}.ipynb"
    owner_and_name = repository().removeprefix("https://github.com/")
    blob = f"{repository()}/blob/main/{path}"
    return {
        "Colab": f"https://colab.research.google.com/github/{owner_and_name}/blob/main/{path}",
        "Kaggle": f"https://kaggle.com/kernels/welcome?src={blob}",
        "Binder": f"https://mybinder.org/v2/gh/{owner_and_name}/main?urlpath=lab/tree/{path}",
    }
