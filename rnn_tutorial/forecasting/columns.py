r"""The columns beside a series, as methods read them: are they all there, as far as they are read, and without gaps?"""

from rnn_tutorial.data import Covariates, Series
from rnn_tutorial.data.adopt import check_gaps, check_size


def covariates_of(series: Series, past: int, known: int, name: str, fitted: Series | None = None) -> Covariates:
    r"""Return the columns of a series, for a method that reads them all or none at all.

    Args:
        series: Row 0 of its covariates stands beside its step 0.
        past: Rows of the past columns that will be read.
        known: Rows of the known columns that will be read.
        name: Of the method.
        fitted: What it was fitted on, if it was.

    Raises:
        ValueError: No columns, others than those of the fit, too few rows, NaN or infinite values.
    """
    covariates = series.covariates
    if covariates is None or covariates.columns == (0, 0):
        raise ValueError(
            f"{name!r} reads covariates, and the series has none: give it some, Series.of(values, covariates=...), or "
            "take use_covariates=False"
        )
    if fitted is not None:
        check_columns(covariates, fitted.covariates)
    check_rows(covariates, past, known)
    return covariates


def check_rows(covariates: Covariates | None, past: int, known: int, gaps: bool = False) -> None:
    """Refuse covariates that end before the rows that are read, or have gaps in them that are not let through."""
    for kind, rows in (("past", past), ("known", known)) if covariates is not None else ():
        table, names = getattr(covariates, kind), getattr(covariates, f"{kind}_names")
        if table.shape[1] == 0:
            continue
        if len(table) < rows:
            ahead = ", those of the steps that are forecast among them" if kind == "known" else ""
            raise ValueError(f"the {kind} covariates have {len(table)} rows, {rows} are needed{ahead}")
        for name, column in zip(names, table[:rows].T, strict=True):
            check_gaps(column, f"the numbers of the {kind} covariate {name!r}", gaps)
            check_size(column, f"the numbers of the {kind} covariate {name!r}")


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
