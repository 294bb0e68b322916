"""What the notebooks of the book have glued, as text: the numbers of the prose."""

import ast
from collections.abc import Mapping
from typing import Any

GLUE_PREFIX = "application/papermill.record/"
ANY = "\uffff"
"""In place of a number: any text may stand here. Two machines have different numbers in the same sentences."""


def glued(notebook: Any) -> dict[str, str]:
    """Return the text of everything that an executed notebook has glued, by name."""
    return {
        output["metadata"]["scrapbook"]["name"]: output["data"][GLUE_PREFIX + "text/plain"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.get("metadata", {}).get("scrapbook") and GLUE_PREFIX + "text/plain" in output.get("data", {})
    }


class Values:
    """Numbers and words by ``name`` or ``notebook.ipynb::name``, formatted as the pages format them.

    Args:
        executed: Executed notebooks by stem; without any, every answer is ``ANY``.
        home: The notebook that names without another's refer to.
    """

    def __init__(self, executed: Mapping[str, Any] | None, home: str) -> None:
        self.home = home
        self.known = None if executed is None else {stem: glued(notebook) for stem, notebook in executed.items()}

    def __call__(self, target: str) -> str:
        """Return the text for ``name:format``.

        Raises:
            KeyError: Nothing of that name was glued.
        """
        if self.known is None:
            return ANY
        notebook, _, name = target.rpartition("::")
        name, _, spec = name.partition(":")
        stem = notebook.removesuffix(".ipynb") or self.home
        text = self.known[stem][name]
        if not spec:
            value = _unquoted(text)
            return str(value)
        return format(_unquoted(text) if spec.endswith("s") else float(text), spec)


def _unquoted(text: str) -> Any:
    # What was glued is kept as its repr.
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, str) else text
