r"""An estimation by statsmodels, which has to arrive."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def estimation(name: str) -> Iterator[None]:
    r"""Make an error of an estimation that did not converge.

    statsmodels warns where it starts from and whether it arrived; only the second matters.

    Args:
        name: Of the method.

    Raises:
        RuntimeError: It did not converge.
    """
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            yield
        except ConvergenceWarning as warning:
            raise RuntimeError(
                f"the estimation of {name} did not converge: take fewer terms, or other values of fit_on"
            ) from warning
