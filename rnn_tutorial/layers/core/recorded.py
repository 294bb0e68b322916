r"""Calls that PyTorch records instead of computing: traced by TorchScript, watched by a mode, or drawn by ``torch.fx``.

A kernel of ours is no operator of PyTorch's: a record of the call would not show it, and it cannot read tensors that
hold no numbers. ``compiled`` has what ``torch.compile`` and ``torch.export`` need.
"""

from collections.abc import Iterable
from typing import Any, Never

import torch
from torch import Tensor, nn


class Unscripted(nn.Module):
    """A module that ``torch.jit.script`` refuses in one sentence: its compiler reads no code like this package's."""

    @classmethod  # PyTorch also asks a class, where one is given in place of a module
    def __prepare_scriptable__(cls) -> Never:
        """Refuse: TorchScript asks for what it should compile in a module's place.

        Raises:
            TypeError: Always; it says what does the same.

        """
        raise TypeError(
            f"torch.jit.script cannot compile a {cls.__name__}: which way a call takes is decided in Python that "
            "TorchScript does not know. Use torch.export.export, or torch.jit.trace; or put PyTorch's own layer in the "
            "place of an RNN, LSTM or GRU first, by rt.convert.to_torch(layer)"
        )


def watched() -> bool:
    """Whether a ``TorchDispatchMode`` sees every operator of the call, such as FakeTensorMode or ``make_fx``'s."""
    # make_fx(pre_dispatch=True) keeps its mode apart from the others
    before = torch._C.DispatchKey.PreDispatch
    return torch._C._len_torch_dispatch_stack() > 0 or torch._C._dispatch_tls_is_dispatch_key_included(before)


def unsupported_reason(tensors: Iterable[Tensor]) -> str:
    """Say why a kernel cannot be part of a call that is being recorded, after "cannot", or nothing."""
    if torch.jit.is_tracing():
        return "be traced by torch.jit.trace or exported by torch.onnx.export: both record PyTorch's operators alone"
    if watched():
        return "run in a TorchDispatchMode such as FakeTensorMode or make_fx: they see PyTorch's operators alone"
    for tensor in tensors:
        if type(tensor).__torch_dispatch__ is not Tensor.__torch_dispatch__:
            return f"read a {type(tensor).__name__}: it has operators of its own"
    return ""


def hides_values(tensor: Tensor) -> bool:
    """Whether code that asks what numbers a tensor holds would fail, or write the answer of today into a record."""
    transformed = torch._C._functorch.peek_interpreter_stack() is not None
    return torch.compiler.is_compiling() or transformed or bool(unsupported_reason([tensor]))


def as_leaf(module: nn.Module, *args: Any, **options: Any) -> Any:
    """Record a call of ``module`` as one node of the graph that ``torch.fx.symbolic_trace`` draws.

    ``args[0]`` is the ``Proxy`` that came instead of a tensor. The loop over time cannot be drawn, because a Proxy has
    no number of steps; PyTorch's own layers stay whole for the same reason.

    Raises:
        TypeError: The traced model is the layer itself, and a graph of one node would call itself.

    """
    tracer = args[0].tracer
    if tracer.root is module:
        name = type(module).__name__
        raise TypeError(
            f"torch.fx.symbolic_trace draws what a {name} is part of, never its own steps, whose number the input "
            f"decides: trace a model that holds it, such as torch.nn.Sequential({name}(…))"
        )
    return tracer.create_proxy("call_module", tracer.path_of_module(module), args, options)
