r"""Columns beside a series, as networks read them: are they all there, as far as they are read, and without gaps?"""

from typing import Literal, get_args

from rnn_tutorial.data import Covariates
from rnn_tutorial.data.adopt import check_gaps

Missing = Literal["refuse", "mask"]
MISSING: tuple[Missing, ...] = get_args(Missing)


def check_rows(covariates: Covariates | None, past: int, known: int, missing: str) -> None:
    """Refuse covariates that end before the rows that are read, or have gaps in them."""
    for kind, rows in (("past", past), ("known", known)) if covariates is not None else ():
        table, names = getattr(covariates, kind), getattr(covariates, f"{kind}_names")
        if table.shape[1] == 0:
            continue
        if len(table) < rows:
            ahead = ", those of the steps that are forecast among them" if kind == "known" else ""
            raise ValueError(f"the {kind} covariates have {len(table)} rows, {rows} are needed{ahead}")
        for name, column in zip(names, table[:rows].T, strict=True):
            check_gaps(column, f"the numbers of the {kind} covariate {name!r}", missing == "mask")


def check_columns(
    found: Covariates | None, expected: Covariates | None, needed: tuple[str, ...] = ("past", "known")
) -> None:
    """Refuse other columns than those of the fit; kinds that are not ``needed`` may be left away."""
    for kind in ("past", "known"):
        got, wanted = (getattr(one or Covariates(), f"{kind}_names") for one in (found, expected))
        if len(got) != len(wanted) and (got or kind in needed):
            raise ValueError(
                f"fitted with {len(wanted)} {kind} covariate(s) ({', '.join(wanted) or 'none'}), got {len(got)} "
                f"({', '.join(got) or 'none'})"
            )
