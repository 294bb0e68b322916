r"""What ``fit`` asks of its arguments: each refusal says what came and what was expected."""

import inspect
import math
from typing import Any

from torch import Tensor, nn

from .batch_loss import ELEMENTWISE, ELEMENTWISE_FUNCTIONS, only_tensor
from .history import FIXED


def check(model: Any, loss: Any, lr: Any, clip_norm: Any) -> None:
    """Refuse arguments of a wrong kind (``TypeError``) or with an impossible value (``ValueError``)."""
    if not isinstance(model, nn.Module):
        raise TypeError(f"model is a {type(model).__name__}; expected a torch.nn.Module.")
    if not callable(loss):
        raise TypeError(f"loss is {loss!r}; expected a function of (prediction, target), such as nn.MSELoss().")
    if isinstance(loss, type):
        raise TypeError(f"loss is the class {loss.__name__}; make an object of it: loss=nn.{loss.__name__}().")
    _positive("lr", lr)
    if clip_norm is not None:
        _positive("clip_norm", clip_norm)


def check_validation(valid: Any, metrics: Any, patience: int | None) -> None:
    """Refuse what needs a validation set if there is none, and metrics whose names are taken."""
    if valid is None and patience is not None:
        raise ValueError("patience watches the validation loss: give valid, or leave patience away.")
    if valid is None and metrics:
        raise ValueError("metrics are computed on the validation set: give valid, or leave metrics away.")
    taken = sorted({*FIXED, "loss"} & {*(metrics or {})})
    if taken:
        raise ValueError(f"A metric may not be called {taken[0]!r}: the history has a column of that name.")


def check_on_interrupt(on_interrupt: Any) -> None:
    """Refuse another word than "raise" or "return"."""
    if on_interrupt not in ("raise", "return"):
        raise ValueError(f'on_interrupt={on_interrupt!r}; expected "raise" or "return".')


def check_first_step(value: Any) -> None:
    """Refuse a loss that is not one number or that no gradient can flow from."""
    if not isinstance(value, Tensor) or value.numel() != 1:
        got = f"a tensor of shape {tuple(value.shape)}" if isinstance(value, Tensor) else f"a {type(value).__name__}"
        raise TypeError(f"loss must return one number as a tensor (the mean over the batch), got {got}.")
    if not value.requires_grad:
        raise ValueError("The loss does not depend on any parameter that needs a gradient; is something detached?")


def check_shapes(loss: Any, prediction: Any, target: Tensor) -> None:
    """Refuse shapes that an element-wise loss would silently broadcast, such as (B, 1) against (B,)."""
    if not (isinstance(loss, ELEMENTWISE) or loss in ELEMENTWISE_FUNCTIONS):
        return
    if only_tensor(prediction).shape != target.shape:
        raise ValueError(
            f"The model returns {tuple(prediction.shape)}, but the target is {tuple(target.shape)}; this loss compares "
            "element by element and would broadcast them. Reshape the target (unsqueeze(-1)?) or the output."
        )


def check_call(model: nn.Module) -> None:
    """Refuse a model that cannot be called with a batch of inputs alone, such as ``ConvLSTMForecaster``."""
    try:
        parameters = list(inspect.signature(model.forward).parameters.values())
    except (TypeError, ValueError):  # compiled code tells nothing: its call will
        return
    fixed = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [p.name for p in parameters if p.default is p.empty and p.kind not in fixed]
    if len(needed) > 1:
        raise TypeError(
            f"{type(model).__name__}.forward needs {', '.join(needed)}, but is called with a batch of inputs alone. "
            f"Wrap it in a torch.nn.Module whose forward(x) calls it with {' and '.join(needed[1:])} of your choice."
        )


def _positive(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name}={value!r}; expected a number.")
    if not (value > 0 and math.isfinite(value)):
        raise ValueError(f"{name}={value}; expected a positive, finite number.")
