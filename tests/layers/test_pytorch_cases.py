"""PyTorch's own cases for its recurrent layers, and its own wrong calls, put to ours by every backend.

The cases come with PyTorch, for the tests of ``torch.nn`` (``torch.testing._internal.common_modules``): layers,
directions, projections, with and without a first state, bias and batch; and what has to be refused, in which words.
"""

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

import rnn_tutorial as rt

pytest.importorskip("expecttest", reason="PyTorch's cases need it")
common_modules: Any = pytest.importorskip("torch.testing._internal.common_modules")

NAMES = ("RNN", "GRU", "LSTM")
BACKENDS = ("auto", "native", "reference", "fused")
OF_OPERATOR = {"native"}
"""Backends that leave a refusal to PyTorch's operator."""


def database(name: str) -> Any:
    return next(info for info in common_modules.module_db if info.name == f"nn.{name}")


def cases(name: str) -> list[Any]:
    info = database(name)
    torch.manual_seed(0)
    return list(info.module_inputs_func(info, device="cpu", dtype=torch.float64, requires_grad=True, training=True))


def wrong(name: str) -> list[Any]:
    info = database(name)
    torch.manual_seed(0)
    return list(
        info.module_error_inputs_func(info, device="cpu", dtype=torch.float32, requires_grad=False, training=False)
    )


def tensors(value: Any) -> Iterator[Tensor]:
    """Walk through tensors in tuples."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from tensors(part)


def called(layer: torch.nn.Module, given: Any, strided: bool = False) -> tuple[list[Tensor], list[Tensor]]:
    """Return outputs and states, and the gradients of inputs and weights, of a copy of the arguments."""

    def own(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(own, value))
        # every second number of a larger tensor, where a layout that is not contiguous is wanted
        fresh = (
            torch.stack([value.detach(), torch.zeros_like(value)], -1)[..., 0] if strided else value.detach().clone()
        )
        return fresh.requires_grad_()

    args = tuple(own(arg) for arg in given.args)
    found = list(tensors(layer(*args)))
    weights = torch.linspace(-1, 1, sum(t.numel() for t in found), dtype=found[0].dtype)
    loss = torch.cat([t.flatten() for t in found]) @ weights
    return found, list(torch.autograd.grad(loss, [*tensors(args), *layer.parameters()]))


def layers(name: str, options: dict[str, Any], backend: str) -> tuple[torch.nn.Module, torch.nn.Module]:
    theirs = getattr(torch.nn, name)(**options, dtype=torch.float64)
    ours = getattr(rt, name)(**options, dtype=torch.float64, backend=backend)
    ours.load_state_dict(theirs.state_dict())
    return theirs, ours


def refused(options: dict[str, Any], backend: str) -> bool:
    """Whether the kernel says that it cannot: projections, as its documentation has it."""
    return backend == "fused" and options.get("proj_size", 0) > 0


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", NAMES)
def test_values_and_gradients_of_every_case(name: str, backend: str):
    assert len(cases(name)) >= 16
    for case in cases(name):
        options = case.constructor_input.kwargs
        theirs, ours = layers(name, options, backend)
        if refused(options, backend):
            with pytest.raises(ValueError, match="normalise or project"):
                called(ours, case.forward_input)
            continue
        wanted = called(theirs, case.forward_input)
        for strided in (False, True):
            for expected, got in zip(wanted, called(ours, case.forward_input, strided), strict=True):
                torch.testing.assert_close(got, expected, rtol=1e-9, atol=1e-9, msg=f"{options}, strided={strided}")


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", NAMES)
def test_copies_and_pickles_of_every_case_compute_the_same(name: str, backend: str):
    for case in cases(name):
        options = case.constructor_input.kwargs
        if refused(options, backend):
            continue
        layer = layers(name, options, backend)[1]
        for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
            assert repr(twin) == repr(layer)
            for expected, got in zip(called(layer, case.forward_input), called(twin, case.forward_input), strict=True):
                torch.testing.assert_close(got, expected, rtol=0, atol=0)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", NAMES)
def test_second_derivatives_of_every_case(name: str, backend: str):
    if backend == "native":
        pytest.skip("these are PyTorch's operators, whose second derivatives PyTorch tests")
    for case in cases(name)[::3]:
        options = case.constructor_input.kwargs
        if refused(options, backend):
            continue
        layer = layers(name, options, backend)[1]
        args = tuple(tensors(case.forward_input.args))

        def output(*given: Tensor, layer: torch.nn.Module = layer) -> Tensor:
            x, *state = given
            hx = () if not state else (state[0],) if len(state) == 1 else (tuple(state),)
            found: Tensor = layer(x, *hx)[0]
            return found

        assert torch.autograd.gradgradcheck(output, args, fast_mode=True)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", NAMES)
def test_wrong_calls_are_refused_as_by_pytorch(name: str, backend: str):
    found = wrong(name)
    assert len(found) >= 10
    for case in found:
        made = case.module_error_input.constructor_input
        at_construction = case.error_on == common_modules.ModuleErrorEnum.CONSTRUCTION_ERROR
        if at_construction:
            with pytest.raises(case.error_type, match=case.error_regex):
                getattr(rt, name)(*made.args, **made.kwargs, backend=backend)
            continue
        layer = getattr(rt, name)(*made.args, **made.kwargs, backend=backend)
        given = case.module_error_input.forward_input
        with pytest.raises(case.error_type, match=case.error_regex):
            layer(*given.args, **given.kwargs)
