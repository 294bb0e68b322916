r"""Settings of a rival, chosen by validation: a comparison is fair if both sides tried as often."""

from typing import Any

import numpy as np

from rnn_tutorial.forecasting.methods.boosting import GradientBoosting
from rnn_tutorial.validate import whole

from .best import Best

SPACE: dict[str, tuple[Any, ...]] = {
    "trees": (100, 200, 300, 500),
    "learning_rate": (0.03, 0.05, 0.1),
    "leaves": (7, 15, 31, 63),
    "lags": (1, 3, 6),
    "differences": (False, True),
}
"""What is drawn from; the first trial takes the defaults of ``GradientBoosting``."""


def tuned_boosting(
    horizon: int,
    day: int,
    week: int,
    *,
    trials: int = 8,
    use_covariates: bool = False,
    valid: int | None = None,
    seed: int = 0,
) -> Best:
    r"""Return boosted trees whose settings are chosen on the last part of the training data.

    The first trial is the default, the others are drawn from ``SPACE`` (random search: Bergstra & Bengio, 2012). Give
    as many trials as the network had that it is compared with.

    Args:
        horizon: Steps ahead.
        day: Steps in the short season.
        week: Steps in the long season, a multiple of the short one.
        trials: Settings that are tried.
        use_covariates: Read the columns beside the series, holidays among them.
        valid: Steps at the end to choose by, see ``Best``.
        seed: Of the draw of settings.

    References:
        J. Bergstra, Y. Bengio (2012), "Random search for hyper-parameter optimization", *Journal of Machine Learning
        Research* 13, 281-305.

    Examples:
        >>> model = tuned_boosting(horizon=6, day=6, week=42, trials=3)
        >>> model.methods[0].name, len(model.methods)
        ('gradient boosting, default', 3)
    """
    whole("trials", trials)
    generator = np.random.default_rng(seed)
    settings: list[dict[str, Any]] = [{}]
    most = int(np.prod([len(choices) for choices in SPACE.values()]))
    while len(settings) < min(trials, most):
        drawn = {name: choices[int(generator.integers(len(choices)))] for name, choices in SPACE.items()}
        drawn["lags"] = min(drawn["lags"], week)
        if drawn not in settings:
            settings.append(drawn)
    made = [
        GradientBoosting(horizon, day, week, use_covariates=use_covariates, name=_name(drawn), **drawn)
        for drawn in settings
    ]
    return Best(made, horizon, valid=valid, combine=False)


def _name(settings: dict[str, Any]) -> str:
    said = [f"{name.replace('_', ' ')} {value:g}" for name, value in settings.items() if not isinstance(value, bool)]
    said += ["differences"] if settings.get("differences") else []
    return f"gradient boosting, {', '.join(said) or 'default'}"
