r"""A user's CSV file as columns of text, each cell with the line that a person sees it on.

Nothing is guessed that can go wrong unnoticed: what is unclear ends in a :class:`ReadError` that says where and why.
"""

import csv
import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .source import ReadError, Source, text_of

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Table:
    r"""The columns asked for, as text.

    Args:
        file: Name of the file, for messages.
        delimiter: What separates its cells.
        columns: Name of each column and its cells, without surrounding blanks.
        lines: The line of the file in which each row begins; the first line is 1.
        text: The whole file.
    """

    file: str
    delimiter: str
    columns: dict[str, list[str]]
    lines: list[int]
    text: str = field(repr=False, default="")

    def __len__(self) -> int:
        return len(self.lines)

    def error(self, row: int, message: str) -> ReadError:
        """Return an error about one row."""
        return ReadError(f"{self.file}, line {self.lines[row]}: {message}")

    def key_beside(self, times: Sequence[str]) -> tuple[str, list[str]] | None:
        r"""Find the column that tells several series of one file apart: with it, no time occurs twice.

        Args:
            times: One a row, some of them alike.

        Returns:
            Its name and its different cells, of all such columns the one with the fewest; ``None`` if there is none.
        """
        rows, lines = _rows(self.file, self.text, self.delimiter), set(self.lines)
        _, header = next(rows)
        cells = list(zip(*(row for line, row in rows if line in lines), strict=True))
        found = []
        for name, column in zip(header, cells, strict=True):
            different = dict.fromkeys(column)
            if name not in self.columns and len(different) < len(self) / 2:
                found += [(name, list(different))] * (len(set(zip(times, column, strict=True))) == len(self))
        return min(found, key=lambda pair: len(pair[1]), default=None)


def read_table(
    source: Source, names: Sequence[str], delimiter: str | None = None, where: Mapping[str, str] | None = None
) -> Table:
    r"""Read the named columns of a CSV file with a header.

    Args:
        source: Path of the file, or an open one; UTF-8, with or without a byte-order mark, gzip-compressed or not.
        names: Columns wanted.
        delimiter: One character; found among comma, semicolon, tab and bar if not given.
        where: Take only rows with these cells, by their columns.

    Returns:
        The columns; rows without any text are left out.

    Raises:
        FileNotFoundError: There is no such file.
        ReadError: It is empty, no text, has other columns, a line with another number of cells, or no row that was
            asked for.
    """
    where = where or {}
    file, text = text_of(source)
    if not text.strip():
        raise ReadError(f"{file} is empty.")
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
        raise ReadError(f"The delimiter should be one character such as ; or a tab, not {delimiter!r}.")
    delimiter = delimiter or _delimiter(text, names)
    rows = _rows(file, text, delimiter)
    header = next(rows, (0, [""]))[1]
    places = [_place(name, header, file) for name in names]
    wanted = {_place(name, header, file): cell for name, cell in where.items()}
    cells: list[list[str]] = [[] for _ in names]
    lines: list[int] = []
    others: dict[int, dict[str, None]] = {place: {} for place in wanted}
    for line, row in rows:
        for place, seen in others.items():
            seen[row[place]] = None
        if all(row[place] == cell for place, cell in wanted.items()):
            lines.append(line)
            for column, place in zip(cells, places, strict=True):
                column.append(row[place])
    if not lines and where:
        asked = " and ".join(f"{name!r} is {cell!r}" for name, cell in where.items())
        first = next(iter(where))
        there = list(others[_place(first, header, file)])
        raise ReadError(
            f"{file} has no row in which {asked}. In {first!r} stand {', '.join(map(repr, there[:5]))}"
            f"{' …' if len(there) > 5 else ''}."
        )
    if not lines:
        raise ReadError(f"{file} has a header but no rows.")
    return Table(file, delimiter, dict(zip(names, cells, strict=True)), lines, text)


def _rows(file: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line in which each row begins and its cells, without blanks around them; first of all the header."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    width, begin = 0, 1
    try:
        for row in rows:
            first, begin = begin, rows.line_num + 1
            if not any(cell.strip() for cell in row):
                continue  # a blank line, or a spreadsheet's line of delimiters alone
            width = width or len(row)
            if len(row) != width:
                raise ReadError(
                    f"{file}, line {first}: {len(row)} cells, but the header has {width} columns. Either a cell "
                    f"is missing, or one with the delimiter {delimiter!r} in it is not in quotes."
                )
            yield first, [cell.strip() for cell in row]
    except csv.Error as error:
        raise ReadError(f"{file}, line {begin}: {error}. Is a quotation mark left open?") from error


def _delimiter(text: str, names: Sequence[str]) -> str:
    """The delimiter that finds most of the wanted columns in the header, and among those the most columns."""
    header = next(line for line in text.splitlines() if line.strip())

    def found(delimiter: str) -> tuple[int, int]:
        try:
            cells = [cell.strip() for cell in next(csv.reader([header], delimiter=delimiter))]
        except csv.Error:  # a cell without an end, which is named when the rows are read
            return 0, 0
        return len(set(names) & set(cells)), len(cells)

    return max(DELIMITERS, key=found)


def _place(name: str, header: list[str], file: str) -> int:
    places = [k for k, cell in enumerate(header) if cell == name]
    if len(places) == 1:
        return places[0]
    if places:
        raise ReadError(f"{file} has {len(places)} columns called {name!r}: rename all but one.")
    lower = {cell.lower(): cell for cell in header if len(cell) < 100}
    near = difflib.get_close_matches(name.lower(), list(lower), n=1, cutoff=0.5)
    meant = f" Did you mean {lower[near[0]]!r}?" if near else ""
    listed = ", ".join(repr(cell if len(cell) < 100 else f"{cell[:99]}…") for cell in header[:50])
    more = f" and {len(header) - 50} others" if len(header) > 50 else ""
    raise ReadError(f"{file} has no column {name!r}.{meant} Its columns are: {listed}{more}.")
