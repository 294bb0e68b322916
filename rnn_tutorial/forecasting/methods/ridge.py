r"""Ridge regressions for several steps ahead that share most of their inputs."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from rnn_tutorial.forecasting.types import Array


def ridge_for_each_step(shared: Array, own: Sequence[Array], targets: Array, alpha: float) -> tuple[Array, Array]:
    r"""Regress each target on the columns that all share and on those of its own; the intercept is not penalised.

    Args:
        shared: X, (N, lags).
        own: :math:`Z_k` for each step k ahead, (N, M).
        targets: (N, horizon).
        alpha: Penalty on the squared weights.

    Returns:
        Weights (horizon, lags + M) and intercepts (horizon,).
    """
    if alpha > 0:  # without a penalty nothing keeps the equations from being singular
        with suppress(np.linalg.LinAlgError):  # too small a penalty for columns that say the same
            return _by_blocks(shared, own, targets, alpha)
    return _one_by_one(shared, own, targets, alpha)


def _by_blocks(shared: Array, own: Sequence[Array], targets: Array, alpha: float) -> tuple[Array, Array]:
    r"""Factorise once what all steps share.

    With centred columns, the normal equations of step k are

    .. math::
        \begin{pmatrix} X^T X + \alpha I & X^T Z_k \\ Z_k^T X & Z_k^T Z_k + \alpha I \end{pmatrix}
        \begin{pmatrix} w_k \\ v_k \end{pmatrix} = \begin{pmatrix} X^T y_k \\ Z_k^T y_k \end{pmatrix};

    their large block is the same for every k, and what is left for a step is as small as :math:`Z_k`.
    """
    from scipy.linalg import cho_factor, cho_solve

    X, Y = shared - shared.mean(axis=0), targets - targets.mean(axis=0)
    block = cho_factor(X.T @ X + alpha * np.eye(X.shape[1]))
    without = cho_solve(block, X.T @ Y)  # (lags, horizon): the weights if there were no Z
    weights, intercepts = [], []
    for k, columns in enumerate(own):
        Z = columns - columns.mean(axis=0)
        cross = X.T @ Z
        explained = cho_solve(block, cross)  # (lags, M)
        # (ZᵀZ + αI - ZᵀX (XᵀX + αI)⁻¹ XᵀZ) v = Zᵀy - ZᵀX w₀, with w₀ the weights without Z
        left = cho_factor(Z.T @ Z + alpha * np.eye(Z.shape[1]) - cross.T @ explained)
        v = cho_solve(left, Z.T @ Y[:, k] - cross.T @ without[:, k])
        w = without[:, k] - explained @ v
        weights.append(np.concatenate([w, v]))
        intercepts.append(targets[:, k].mean() - shared.mean(axis=0) @ w - columns.mean(axis=0) @ v)
    return np.stack(weights), np.array(intercepts)


def _one_by_one(shared: Array, own: Sequence[Array], targets: Array, alpha: float) -> tuple[Array, Array]:
    """Leave each step to scikit-learn, by singular values: slower, and at home with columns that say the same."""
    from sklearn.linear_model import Ridge

    fits = [
        Ridge(alpha, solver="svd").fit(np.hstack([shared, columns]), targets[:, k]) for k, columns in enumerate(own)
    ]
    return np.stack([fit.coef_ for fit in fits]), np.array([fit.intercept_ for fit in fits])
