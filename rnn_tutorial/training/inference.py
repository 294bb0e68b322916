r"""A trained model at work: predictions and scores, with dropout off and no graph kept."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from accelerate.utils import send_to_device
from torch import Tensor, nn
from torch.utils.data import DataLoader

from rnn_tutorial.threads import threads_by_first_batch

from .arguments import check_call
from .batch_loss import Loss, MeanLoss, loss_of, only_tensor
from .interrupts import gradients_as_before
from .loaders import as_loader, split_pair
from .order import check_order

Metrics = Mapping[str, Callable[[Tensor, Tensor], Any]]


def predict(model: nn.Module, data: Any, *, batch_size: int = 256, device: torch.device | str | None = None) -> Tensor:
    r"""Run the model over all of ``data``, in order.

    Args:
        model: The model; each of its modules comes back in the mode (train or eval) that it was in.
        data: Inputs ``(N, ...)`` as one tensor, a dataset of inputs or of (input, target) pairs, or a
            ``DataLoader`` that reads its dataset in order. A sampler of your own is read through once beforehand; an
            ``IterableDataset`` has an order of its own, and ``DistributedSampler(shuffle=False)`` gives a process its
            share.
        batch_size: Items at a time.
        device: Where to compute; the model is moved there and stays there. ``None``: where the model is.

    Returns:
        The outputs of all items, ``(N, ...)``, on the CPU.

    Raises:
        TypeError: The data are of no such kind, or the model returns no tensor (a recurrent layer returns a tuple).
        ValueError: The data are empty, or their loader shuffles, so that predictions could not be told apart.

    Examples:
        >>> model = rt.ManyToOne(rt.GRU(1, 8, batch_first=True), 3)
        >>> predict(model, torch.randn(100, 20, 1)).shape
        torch.Size([100, 3])
    """
    loader = as_loader(data, batch_size, name="data", inputs_only=True)
    check_order(loader)
    check_call(model)
    if device is not None:
        model.to(device)
    outputs: list[Tensor] = []
    with evaluating(model), threads_by_first_batch(model) as see:
        where = device_of(model)
        for batch in loader:
            x = send_to_device(_input(batch), where)
            see(x)
            outputs.append(only_tensor(model(x)).cpu())
    return torch.cat(outputs)


def evaluate(
    model: nn.Module, data: Any, *, loss: Loss, metrics: Metrics | None = None, batch_size: int = 256
) -> dict[str, float]:
    r"""Score the model on all of ``data``, where the model is.

    Args:
        model: The model; each of its modules comes back in the mode that it was in.
        data: A dataset of (input, target) pairs or a ``DataLoader`` of one.
        loss: ``loss(prediction, target)``, the mean over the batch. The result is the mean over all targets and does
            not depend on the batch size: batches count by the targets that their loss is the mean of. Those that
            ``CrossEntropyLoss`` and ``NLLLoss`` ignore (``ignore_index``) count nothing, the others by the ``weight``
            of their class. A function of your own counts by rows, unless it has a method ``counted(target)``, the
            number of targets that it is the mean of.
        metrics: Further functions of (prediction, target) by name. Each is called once, with all predictions and
            all targets, so that metrics that are not means (a root mean square, an F1 score) come out right.
        batch_size: Items at a time; a ``DataLoader`` keeps its own.

    Returns:
        ``{"loss": ..., "<metric>": ...}`` as Python floats.

    Raises:
        TypeError: The data are no pairs, a metric's result is not a single number, or the model returns no tensor
            (a recurrent layer returns a tuple).
        ValueError: The data are empty, the loss ignores all their targets, or a metric is called ``loss``.

    Examples:
        >>> windows = rt.WindowDataset(np.zeros(50), input_length=20, horizon=1)
        >>> model = rt.ManyToOne(rt.GRU(1, 8, batch_first=True), 1)
        >>> sorted(evaluate(model, windows, loss=nn.functional.mse_loss, metrics={"mae": nn.functional.l1_loss}))
        ['loss', 'mae']
    """
    if metrics and "loss" in metrics:
        raise ValueError('A metric may not be called "loss": that name is taken by the loss.')
    loader = as_loader(data, batch_size, name="data")
    check_call(model)
    return score(model, loader, loss=loss, metrics=metrics or {}, name="data")


def score(model: nn.Module, loader: DataLoader[Any], *, loss: Loss, metrics: Metrics, name: str) -> dict[str, float]:
    """Do what ``evaluate`` promises, for a loader that is ready."""
    mean = MeanLoss(loss)
    outputs: list[Tensor] = []
    targets: list[Tensor] = []
    with evaluating(model), threads_by_first_batch(model) as see:
        device = device_of(model)
        for batch in loader:
            x, y = split_pair(send_to_device(batch, device), name)
            see(x)
            prediction = model(x)
            mean.add(float(loss_of(loss, prediction, y)), float(mean.targets(y)))
            if metrics:
                outputs.append(only_tensor(prediction))
                targets.append(y)
        result = {"loss": mean.mean(name)}
        for key, metric in metrics.items():
            value = metric(torch.cat(outputs), torch.cat(targets))
            try:
                result[key] = float(value)
            except (TypeError, ValueError, RuntimeError) as error:
                raise TypeError(f"The metric {key!r} must return a single number, got {value!r}.") from error
    return result


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Switch to eval mode without gradients; afterwards every module is in the mode it was in before."""
    with keeping_modes(model), torch.no_grad():
        model.eval()
        yield


@contextmanager
def keeping_modes(model: nn.Module) -> Iterator[None]:
    """Restore the training flags of all modules at the end, frozen ones included, and the gradient mode."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        with gradients_as_before():
            yield
    finally:
        for module, training in modes:
            module.training = training


def device_of(model: nn.Module) -> torch.device:
    """Device of the first parameter or buffer; the CPU if there is none."""
    for tensor in (*model.parameters(), *model.buffers()):
        return tensor.device
    return torch.device("cpu")


def _input(batch: Any) -> Any:
    if isinstance(batch, tuple | list):
        if len(batch) not in (1, 2):
            raise TypeError(f"A batch of data has {len(batch)} parts; expected an input, or (input, target).")
        return batch[0]
    return batch
