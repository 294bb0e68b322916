r"""A recurrent layer that can be called: input in any form, every layer and direction, the result in the same form."""

from typing import TYPE_CHECKING, Any, Generic

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from . import dispatch, invariant, loop, native, recorded
from .as_torch import AsTorch
from .segments import as_rows
from .sequences import Sequences
from .state import initial_state
from .types import Call, Shown, State


class Recurrent(AsTorch, Generic[Shown]):
    r"""Base of every recurrent layer: ``num_layers`` × directions of one ``step``.

    Subclasses set ``state_names`` and define ``parameter_shapes`` and ``step``, see ``Definition``. Constructor
    arguments, attributes, parameter names, initial values and errors are those of ``torch.nn``, so that a layer of
    this package can take the place of PyTorch's and back.
    """

    if TYPE_CHECKING:
        __call__: Call[Shown]  # nn.Module's own says that it returns anything

    def forward(
        self,
        input: Tensor | PackedSequence,
        hx: Any = None,
        lengths: Tensor | list[int] | None = None,  # by name, but PyTorch's older exporter fills in every place
        return_all_states: bool = False,
        mask: Tensor | None = None,
        reset: Tensor | None = None,
    ) -> Any:
        """Run the layer over whole sequences; shapes and errors are in the docstring of the network's class."""
        if torch.compiler.is_compiling():
            from . import compiled

            if (self.backend != "reference" or invariant.wanted()) and not compiled.in_one_graph():
                return compiled.outside(self.forward, input, hx, lengths, return_all_states, mask, reset)
        if not isinstance(input, Tensor) and isinstance(input, torch.fx.Proxy):
            options = {"lengths": lengths, "return_all_states": return_all_states, "mask": mask, "reset": reset}
            return recorded.as_leaf(self, input, hx, **options)
        given = Sequences.of(self, input, lengths)
        segments, sequences, state = as_rows(self, given, initial_state(self, given, hx), mask, reset)
        backend = dispatch.choose(self, sequences, return_all_states)
        states: State = ()
        if backend == "native":
            output, final = native.run(self, sequences, state)
        else:
            order = sequences.order if self.dropout and self.training else None
            output, final, states = loop.run(
                self, *sequences.as_padded(), state, every=return_all_states, by_kernel=backend == "fused", order=order
            )
        if segments is not None:
            of_rows: Any = sequences.restore_output(output)  # padded, since the rows are
            output, final = segments.output(of_rows), segments.final(final)
            states = segments.every(states, state) if return_all_states else ()
        result = given.restore_output(output), unwrap(given.restore_states(final))
        if not return_all_states:
            return result
        return *result, unwrap(tuple(given.restore_every_state(s) for s in states))

    def flatten_parameters(self) -> None:
        """Lay the weights out as one block where cuDNN wants that; nothing happens on other devices."""
        if all(isinstance(weight, Tensor) for weight in self._flat_weights):  # one may have been deleted
            native.flatten(self)

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        result = super()._apply(fn, recurse)
        self.flatten_parameters()  # `.to("cuda")` has just moved them
        return result


def unwrap(state: State) -> Any:
    """Return a state as its caller sees it: a bare h_n for RNN and GRU, a tuple (h_n, c_n) for the LSTM."""
    return state[0] if len(state) == 1 else state
