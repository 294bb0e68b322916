"""Code in the pages leads to the package's reference: ``rt.LSTM`` in a cell is a link (sphinx-codeautolink).

That extension follows the imports of a page from cell to cell and asks where a name was defined; the reference lists a
name where readers import it from. The map between the two is made here, from the package itself.
"""

import inspect
from importlib import import_module
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from tools.rooms import ROOMS, public
from tools.uses import PACKAGE


def inventory_map() -> dict[str, str]:
    """Return where the reference lists each class, method and function, by where it was defined."""
    found: dict[str, str] = {}
    for room in ROOMS:
        module = import_module(f"{PACKAGE}.{room}")
        for name, thing in public(module).items():
            listed, defined = f"{PACKAGE}.{room}.{name}", f"{thing.__module__}.{thing.__qualname__}"
            found[defined] = listed
            if inspect.isclass(thing):
                found |= {f"{defined}.{member}": f"{listed}.{member}" for member in vars(thing)}
    return found


def unwrap_untitled(app: Sphinx, doctree: nodes.document) -> None:
    """Make containers of sphinx-exercise's sections, which have no title: the extension fails on them."""
    for section in list(doctree.findall(nodes.section)):
        if not any(isinstance(child, nodes.title) for child in section.children):
            section.replace_self(nodes.container("", *section.children))


def tell_where_names_are_listed(app: Sphinx, config: Config) -> None:
    """Hand the map to the extension before it asks."""
    config["codeautolink_inventory_map"] = inventory_map()


def setup(app: Sphinx) -> dict[str, Any]:
    """Load the extension, and prepare it."""
    app.setup_extension("sphinx_codeautolink")
    app.connect("config-inited", tell_where_names_are_listed)
    app.connect("doctree-read", unwrap_untitled, priority=400)  # before the extension reads the cells
    return {"parallel_read_safe": True, "parallel_write_safe": True}
