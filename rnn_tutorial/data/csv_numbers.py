r"""Numbers in a file, with a decimal point or a decimal comma."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from .csv_table import ReadError, Table

EMPTY = ("", "na", "n/a", "nan", "null", "none")  # lower case: a cell without a number
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")


def numbers(table: Table, column: str, decimal: str = ".") -> npt.NDArray[np.float64]:
    r"""A column as numbers.

    Args:
        table: The file.
        column: Which.
        decimal: The decimal sign.

    Returns:
        (rows,), NaN where a cell is empty.

    Raises:
        ReadError: A cell holds something else, or an infinite number.
    """
    texts = pd.Series(table.columns[column], dtype=object)
    empty = texts.str.lower().isin(EMPTY)
    plain = texts.str.replace(",", ".", regex=False) if decimal == "," else texts
    values = np.asarray(pd.to_numeric(plain.where(~empty), errors="coerce"), dtype=float)
    bad = np.flatnonzero((np.isnan(values) & ~empty.to_numpy()) | np.isinf(values))
    if len(bad):
        row = int(bad[0])
        raise table.error(row, f"{texts[row]!r} in column {column!r} is not a {_hint(texts[row], values[row])}")
    return values


def _hint(text: str, value: float) -> str:
    if np.isinf(value):
        return "finite number: delete it, or leave the cell empty and say how to fill (--fill)."
    if "," in text:
        return 'number: write it without thousands separators, or say which sign is decimal (decimal=",", --decimal).'
    if text.lower() in ("yes", "no", "true", "false"):
        return "number: write 1 and 0."
    return "number. Delete the text, or leave the cell empty and say how to fill (--fill)."


def decimal_sign(table: Table, columns: Sequence[str]) -> str:
    r"""The decimal sign of the columns, a point or a comma.

    Args:
        table: The file.
        columns: Of numbers.

    Raises:
        ReadError: Every comma could be a thousands separator as well.
    """
    cells = {text for column in columns for text in table.columns[column] if "," in text}
    if not cells:
        return "."
    points = any("." in text for column in columns for text in table.columns[column])
    if points or not all(_DECIMAL_COMMA.fullmatch(text) or text.lower() in EMPTY for text in cells):
        return "."  # and the cells with a comma are refused with a hint
    if all(_THOUSANDS.fullmatch(text) for text in cells):
        example = min(cells)
        raise ReadError(
            f"{table.file}: {example!r} may be a decimal comma or a thousands separator, and no cell decides it. "
            'Say decimal="," or write numbers without separators; on the command line --decimal ,'
        )
    return ","
