r"""What ties a notebook to its page in the book; outside of it, nothing."""

from typing import Any


def glue(name: str, value: Any, display: bool = True) -> None:
    """Give a value a name by which the text of the page can print it.

    Where the book's builder (myst-nb) is not installed there is no page, and the value is at most displayed.

    Args:
        name: As in ``{glue:text}`` of the page's text.
        value: Anything that a notebook can display.
        display: Show it below the cell as well.
    """
    try:
        from myst_nb import glue as glue_for_the_page
    except ModuleNotFoundError:
        if display:
            from IPython.display import display as show

            show(value)
        return
    glue_for_the_page(name, value, display=display)
