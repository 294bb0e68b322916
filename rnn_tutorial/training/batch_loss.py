r"""The loss of a batch, what it counts for in the mean over batches, and what a model has to return for it.

The mean over all targets is not the mean of the batches' means unless each counts by the targets it is over. Those are
fewer than there are rows × steps where a loss leaves some out (``ignore_index``), and none at all in an empty batch.
"""

import functools
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Loss = Callable[[Tensor, Tensor], Tensor]

ELEMENTWISE = (nn.MSELoss, nn.L1Loss, nn.SmoothL1Loss, nn.HuberLoss)
ELEMENTWISE_FUNCTIONS = (F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss)
LIKELIHOODS = (nn.BCELoss, nn.BCEWithLogitsLoss, nn.PoissonNLLLoss, nn.KLDivLoss)
LIKELIHOODS_FUNCTIONS = (
    F.binary_cross_entropy,
    F.binary_cross_entropy_with_logits,
    F.poisson_nll_loss,
    F.kl_div,
)
CLASSES = (nn.CrossEntropyLoss, nn.NLLLoss)
CLASSES_FUNCTIONS = (F.cross_entropy, F.nll_loss)


class MeanLoss:
    r"""The mean of a loss over batches, each counted by its targets.

    Args:
        loss: ``loss(prediction, target)``, a batch's mean; see :func:`targets_of` for what it is the mean over.

    Attributes:
        total: Sum of the batches' losses, each times its weight.
        count: Sum of the weights.
        unit: Targets in a row of the first batch. Weights are targets over this: where all rows are alike, rows.

    """

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        self.total, self.count, self.unit = 0.0, 0.0, 0

    def targets(self, target: Tensor) -> int | Tensor:
        """Count the targets of a batch; a tensor where they have to be looked at, which a GPU does later."""
        found = targets_of(self.loss, target)
        rows = found is None
        if not self.unit:
            self.unit = 1 if rows else target[0].numel()
        return len(target) if found is None else found

    def add(self, value: float, targets: float) -> None:
        """Take in the loss of a batch over so many targets; without any there is no loss, only 0 / 0."""
        if targets:
            weight = targets / self.unit
            self.total += value * weight
            self.count += weight

    def mean(self, name: str) -> float:
        r"""Return the mean over all targets.

        Raises:
            ValueError: There was none.

        """
        if not self.count:
            raise ValueError(
                f"The loss counts no target of {name}: all are left out, by ignore_index or a weight of 0."
            )
        return self.total / self.count


def targets_of(loss: Any, target: Tensor) -> int | Tensor | None:
    r"""Return over how many targets the loss of a batch is the mean; ``None`` if it does not tell: then by its rows.

    ``CrossEntropyLoss`` and ``NLLLoss`` divide by the weights of the classes that are not ``ignore_index``, losses
    that compare element by element by all elements; any other loss may have a method ``counted(target)``. The functions
    of ``torch.nn.functional`` count like their modules, also in a ``functools.partial``.
    """
    own = getattr(loss, "counted", None)
    if callable(own):
        found: int | Tensor = own(target)
        return found
    function, options = (loss, {})
    if isinstance(loss, functools.partial) and not loss.args:
        function, options = loss.func, loss.keywords
    if isinstance(loss, nn.Module):
        options = {name: getattr(loss, name, None) for name in ("reduction", "ignore_index", "weight")}
    if options.get("reduction", "mean") != "mean":
        return None
    if isinstance(loss, ELEMENTWISE + LIKELIHOODS) or function in ELEMENTWISE_FUNCTIONS + LIKELIHOODS_FUNCTIONS:
        return target.numel()
    if not (isinstance(loss, CLASSES) or function in CLASSES_FUNCTIONS):
        return None
    if target.is_floating_point():  # probabilities of the classes: no position is left out
        return target.numel()
    valid, weight = target != options.get("ignore_index", -100), options.get("weight")
    if weight is None:
        return valid.sum()
    # Not weight[target[valid]]: a GPU would have to be waited for.
    return (weight.to(target.device)[torch.where(valid, target, 0)] * valid).sum()


def loss_of(loss: Loss, prediction: Any, target: Tensor) -> Tensor:
    r"""Compute the loss.

    Raises:
        TypeError: It cannot read what the model returned, which is no tensor.

    """
    if isinstance(prediction, Tensor):
        return loss(prediction, target)
    try:
        return loss(prediction, target)
    except (AttributeError, TypeError) as error:
        raise TypeError(no_tensor(prediction)) from error


def zero_without_targets(value: Tensor, prediction: Any, targets: int | Tensor) -> Tensor:
    """Return the loss, but 0 instead of NaN, with no gradient, for a batch that has no target to learn from."""
    if not isinstance(targets, Tensor) and targets > 0:
        return value
    there = torch.as_tensor(targets > 0, device=value.device)  # not looked at here: a GPU would have to be waited for
    if isinstance(prediction, Tensor) and prediction.requires_grad:
        prediction.register_hook(lambda gradient: torch.where(there, gradient, 0.0))
    return torch.where(there, value, 0.0)


def only_tensor(prediction: Any) -> Tensor:
    r"""Return what the model returned.

    Raises:
        TypeError: It is no tensor.

    """
    if not isinstance(prediction, Tensor):
        raise TypeError(no_tensor(prediction))
    return prediction


def no_tensor(prediction: Any) -> str:
    """Say what a model returned instead of a tensor, and how to wrap it."""
    kind = type(prediction).__name__
    if not isinstance(prediction, tuple):
        return f"The model returned a {kind}; expected one tensor: wrap it in a module whose forward returns that."
    parts = "" if hasattr(prediction, "_fields") else f" ({', '.join(type(part).__name__ for part in prediction)})"
    return (
        f"The model returned a {kind}{parts}; expected one tensor. Recurrent layers return (output, state): wrap the "
        "layer. For one answer per sequence: rt.ManyToOne(layer, out_features). For one per step: a torch.nn.Module "
        "whose forward returns layer(x)[0], or a readout of it."
    )
