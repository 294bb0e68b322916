r"""Numbers in a file: which sign is decimal, and which only groups thousands.

One cell often fits two readings: ``1.000`` is one, or a thousand. A column is read by the one sign that fits all of its
cells; where two fit, or none, the reader is asked and nothing is guessed.
"""

import re
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from .source import ReadError
from .table import Table

EMPTY = ("", "na", "n/a", "nan", "null", "none")  # lower case: a cell without a number
Sign = Literal[".", ","]
SIGNS: tuple[Sign, ...] = get_args(Sign)

_BLANKS = " \u00a0\u2009\u202f'’"  # between thousands they mean the same everywhere
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})  # what text processors make of a hyphen


def _number(decimal: Sign) -> re.Pattern[str]:
    other = "," if decimal == "." else "."
    groups = rf"[1-9]\d{{0,2}}(?:(?:\{other}\d{{3}})+|(?:[{_BLANKS}]\d{{3}})+)"  # one sign throughout, no 0 before it
    fraction, power = rf"(?:\{decimal}\d*)?", r"(?:[eE][+-]?\d+)?"
    return re.compile(rf"[+-]?(?:{groups}{fraction}|\d+{fraction}{power}|\{decimal}\d+{power})")


_NUMBER = {sign: _number(sign) for sign in SIGNS}


def numbers(table: Table, column: str, decimal: Sign = ".") -> npt.NDArray[np.float64]:
    r"""A column as numbers.

    Args:
        table: The file.
        column: Which.
        decimal: The decimal sign; the other one may group thousands, as blanks and apostrophes may.

    Returns:
        (rows,), NaN where a cell is empty.

    Raises:
        ReadError: A cell holds something else, or an infinite number.
    """
    texts = pd.Series(table.columns[column], dtype=object)
    empty = texts.str.lower().isin(EMPTY).to_numpy()
    values = np.full(len(texts), np.nan)
    written = texts[~empty].str.translate(_MINUS)
    fits = written.str.fullmatch(_NUMBER[decimal]).to_numpy(dtype=bool)
    if not fits.all():
        row = int(np.flatnonzero(~empty)[np.flatnonzero(~fits)[0]])
        raise table.error(row, f"{texts[row]!r} in column {column!r} is not a {_hint(texts[row], decimal)}")
    grouping = f"[{'.' if decimal == ',' else ','}{_BLANKS}]"
    plain = written.str.replace(grouping, "", regex=True).str.replace(",", ".", regex=False)
    values[~empty] = [float(text) for text in plain]  # to the last bit, which pandas.to_numeric is not in pandas 2
    if np.isinf(values).any():  # such as 1e999
        row = int(np.flatnonzero(np.isinf(values))[0])
        raise table.error(row, f"{texts[row]!r} in column {column!r} is not a {_FINITE}")
    return values


_FINITE = "finite number: delete it, or leave the cell empty and say how to fill (--fill)."


def _hint(text: str, decimal: Sign) -> str:
    if text.lower().lstrip("+-") in ("inf", "infinity"):
        return _FINITE
    if text.lower() in ("yes", "no", "true", "false"):
        return "number: write 1 and 0."
    other: Sign = "," if decimal == "." else "."
    if _NUMBER[other].fullmatch(text.translate(_MINUS)):
        return (
            f"number if the decimal sign is {decimal!r}: write all numbers alike, without thousands separators, or say "
            f'which sign is decimal (decimal="{other}", --decimal {other}).'
        )
    return "number. Delete the text, or leave the cell empty and say how to fill (--fill)."


def decimal_sign(table: Table, columns: Sequence[str]) -> Sign:
    r"""The decimal sign of the columns: the only one by which every number in them can be read.

    Args:
        table: The file.
        columns: Of numbers.

    Returns:
        The sign; a point if no cell has either sign, or if something in them is no number at all.

    Raises:
        ReadError: Every number can be read both ways. (Three digits behind a point in every single cell are decimals
            all the same where a comma separates the cells.)
    """
    readings = {  # of each column the ways to read each cell that is a number in some way
        column: {
            text: signs
            for text in {text.translate(_MINUS) for text in table.columns[column]}
            if (signs := tuple(sign for sign in SIGNS if _NUMBER[sign].fullmatch(text)))
        }
        for column in columns
    }
    signed = {text: signs for cells in readings.values() for text, signs in cells.items() if set(text) & set(SIGNS)}
    decided = {signs[0] for signs in signed.values() if len(signs) == 1}
    if len(decided) == 1:
        return decided.pop()
    if decided or not signed:  # `numbers` names the first cell that does not fit
        return "."
    mixed = any(0 < len(cells.keys() & signed.keys()) < len(cells) for cells in readings.values())
    if not mixed and table.delimiter == "," and not any("," in text for text in signed):
        return "."  # three decimals in every cell; and whoever separates cells by commas writes decimal points
    example = min(signed)
    kind = "point" if "." in example else "comma"
    raise ReadError(
        f"{table.file}: {example!r} may hold a decimal {kind} or a thousands separator, and no cell decides it. Say "
        f'which: decimal="." or decimal=","; on the command line --decimal . or --decimal ,'
    )
