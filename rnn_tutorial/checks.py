r"""Questions to put to any model, ours or yours: is it causal, is it the same as that one, is all of it used.

Each ``assert_…`` raises ``AssertionError`` with the first place where the answer is no, and returns ``None`` otherwise.
``expect`` is for outcomes of training and chance: it shows what was expected and what came, and raises nothing.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from .expectations import expect

__all__ = [
    "assert_all_parameters_used",
    "assert_causal",
    "assert_examples_independent",
    "assert_same",
    "expect",
]


def assert_causal(model: Callable[[Tensor], Any], x: Tensor, *, time_dim: int = 1) -> None:
    r"""Prove by gradient that no output sees a later input: :math:`\partial y_t / \partial x_s = 0` for s > t.

    The output at step *t* is weighted at random and differentiated with respect to the whole input; every gradient
    behind *t* must be exactly zero.

    Args:
        model: Maps ``x`` to an output with as many steps (or to a tuple that begins with it, as layers return).
        x: A floating-point batch, e.g. (B, T, F).
        time_dim: The dimension of time, in input and output alike.

    Raises:
        AssertionError: Some output depends on a later input; the message names the two steps.
        ValueError: Input and output differ in their number of steps.

    Examples:
        >>> assert_causal(rt.LSTM(2, 4, batch_first=True), torch.randn(3, 5, 2))
        >>> assert_causal(rt.LSTM(2, 4, batch_first=True, bidirectional=True), torch.randn(3, 5, 2))
        Traceback (most recent call last):
            ...
        AssertionError: not causal: the output at step 0 depends on the input at step 1 (largest derivative ...)
    """
    x = x.detach().clone().requires_grad_()
    y = _first_tensor(model(x))
    steps = x.shape[time_dim]
    if y.dim() <= time_dim or y.shape[time_dim] != steps:
        raise ValueError(f"expected {steps} output steps in dimension {time_dim}, got an output of {tuple(y.shape)}")
    weights = torch.rand(y.shape, generator=torch.Generator().manual_seed(0)).to(y) + 0.5
    for t in range(steps - 1):
        at_t = (y * weights).select(time_dim, t).sum()
        (gradient,) = torch.autograd.grad(at_t, x, retain_graph=True, allow_unused=True)
        if gradient is None:
            continue
        later = gradient.narrow(time_dim, t + 1, steps - t - 1)
        leaks = later.transpose(0, time_dim).flatten(1).abs().amax(dim=1)
        if leaks.any():
            s = t + 1 + int(leaks.nonzero()[0])
            raise AssertionError(
                f"not causal: the output at step {t} depends on the input at step {s} "
                f"(largest derivative {float(leaks.max()):.3g})"
            )


def assert_same(
    first: nn.Module, second: nn.Module, *inputs: Any, rtol: float | None = None, atol: float | None = None
) -> None:
    r"""Prove that two modules compute the same outputs *and* the same gradients.

    The gradients compared are those of a randomly weighted sum of all outputs, with respect to every floating-point
    input and to the parameters of the same name.

    Args:
        first: A module.
        second: A module with the same parameter names and values.
        *inputs: What both are called with; tensors, or nested tuples of tensors.
        rtol: Relative tolerance; the default is ``torch.testing.assert_close``'s for the dtype.
        atol: Absolute tolerance, likewise.

    Raises:
        AssertionError: A difference beyond the tolerance; the message names the output or parameter.

    Examples:
        >>> theirs = nn.LSTM(2, 4)
        >>> assert_same(rt.convert.from_torch(theirs), theirs, torch.randn(5, 3, 2))
    """
    results = [_outputs_and_gradients(module, inputs) for module in (first, second)]
    if results[0].keys() != results[1].keys():
        raise AssertionError(f"different outputs or parameters: {sorted(results[0].keys() ^ results[1].keys())}")
    for name, value in results[0].items():
        try:
            torch.testing.assert_close(value, results[1][name], rtol=rtol, atol=atol)
        except AssertionError as difference:
            raise AssertionError(f"{name}: {difference}") from None


def assert_all_parameters_used(model: nn.Module, *inputs: Any) -> None:
    """Prove that every parameter receives a gradient that is not zero everywhere.

    Finds weights that were created and never called, or that are no parameters of the model at all because a
    ``.cuda()`` or ``.to()`` turned them into something else.

    Args:
        model: A module.
        *inputs: What it is called with.

    Raises:
        AssertionError: Names the unused parameters, or says that tensors hang on the model without being registered.

    Examples:
        >>> assert_all_parameters_used(rt.GRU(2, 4), torch.randn(5, 3, 2))
        >>> model = rt.ManyToOne(rt.GRU(2, 4, batch_first=True), 1)
        >>> model.forgotten = nn.Linear(4, 4)
        >>> assert_all_parameters_used(model, torch.randn(3, 5, 2))
        Traceback (most recent call last):
            ...
        AssertionError: parameters that no output depends on: forgotten.weight, forgotten.bias
    """
    registered = {id(t) for t in [*model.parameters(), *model.buffers()]}
    strays = [
        f"{name}.{attribute}" if name else attribute
        for name, module in model.named_modules()
        for attribute, value in vars(module).items()
        if isinstance(value, Tensor) and value.requires_grad and id(value) not in registered
    ]
    if strays:
        raise AssertionError(f"tensors that need a gradient but are not registered parameters: {', '.join(strays)}")
    gradients = _outputs_and_gradients(model, inputs)
    unused = [name for name, p in model.named_parameters() if p.requires_grad and not gradients[f"grad {name}"].any()]
    if unused:
        raise AssertionError(f"parameters that no output depends on: {', '.join(unused)}")


def assert_examples_independent(model: Callable[[Tensor], Any], x: Tensor, *, batch_dim: int = 0) -> None:
    r"""Prove by gradient that no example of a batch sees another: :math:`\partial y_b / \partial x_d = 0` for b ≠ d.

    Fails where a batch was read as time (``batch_first`` forgotten), and for batch normalisation in training.

    Args:
        model: Maps a batch to a batch (or to a tuple that begins with one).
        x: A floating-point batch of at least two examples.
        batch_dim: The dimension of the examples, in input and output alike.

    Raises:
        AssertionError: An output depends on another example's input; the message names the two.
        ValueError: Input and output differ in their number of examples.

    Examples:
        >>> batch = torch.randn(3, 5, 2)
        >>> assert_examples_independent(rt.GRU(2, 4, batch_first=True), batch)
        >>> assert_examples_independent(rt.GRU(2, 4), batch)  # reads the batch as time
        Traceback (most recent call last):
            ...
        AssertionError: examples are mixed: output 1 depends on input 0
    """
    x = x.detach().clone().requires_grad_()
    y = _first_tensor(model(x))
    examples = x.shape[batch_dim]
    if y.dim() <= batch_dim or y.shape[batch_dim] != examples:
        raise ValueError(f"expected {examples} outputs in dimension {batch_dim}, got an output of {tuple(y.shape)}")
    for b in range(examples):
        of_b = y.select(batch_dim, b).sum()
        (gradient,) = torch.autograd.grad(of_b, x, retain_graph=True, allow_unused=True)
        if gradient is None:
            continue
        reached = gradient.transpose(0, batch_dim).flatten(1).abs().amax(dim=1)
        reached[b] = 0
        if reached.any():
            raise AssertionError(f"examples are mixed: output {b} depends on input {int(reached.nonzero()[0])}")


def _outputs_and_gradients(module: nn.Module, inputs: tuple[Any, ...]) -> dict[str, Tensor]:
    def fresh(value: Any) -> Any:
        if isinstance(value, Tensor) and value.is_floating_point():
            return value.detach().clone().requires_grad_()
        return type(value)(fresh(v) for v in value) if type(value) in (tuple, list) else value

    calls = fresh(list(inputs))
    outputs = [y for y in _tensors(module(*calls)) if y.is_floating_point()]
    generator = torch.Generator().manual_seed(0)
    weights = [torch.rand(y.shape, generator=generator, dtype=torch.float64).to(y) + 0.5 for y in outputs]
    names, sources = [], []
    for k, tensor in enumerate(t for t in _tensors(calls) if t.requires_grad):
        names.append(f"grad input[{k}]")
        sources.append(tensor)
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            names.append(f"grad {name}")
            sources.append(parameter)
    total = torch.stack([(y * w).sum() for y, w in zip(outputs, weights, strict=True)]).sum()
    gradients = torch.autograd.grad(total, sources, allow_unused=True, materialize_grads=True)
    found = {f"output[{k}]": y.detach() for k, y in enumerate(outputs)}
    return found | dict(zip(names, gradients, strict=True))


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, tuple | list):  # a PackedSequence is a named tuple as well
        return [t for v in value for t in _tensors(v)]
    return []


def _first_tensor(value: Any) -> Tensor:
    return _tensors(value)[0]
