r"""All that recurrent layers share: stacking, direction, dropout, lengths, states, and the loop over time.

A network is *two linear maps and one step*. The input map runs once over all time steps, the state map runs inside
the loop, and ``step`` is the paper's equations and nothing else::

    x_1 … x_T ──input_map──▶ a_1 … a_T          all steps at once: one big matrix product
    state_0 ──step(a_1)──▶ state_1 ──step(a_2)──▶ … ──step(a_T)──▶ state_T

A network's own module supplies its parameters' shapes and its ``step``; the reader finds its equations there and
needs this file only for "and then the same for every layer, direction and time step".
"""

import math
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from . import native, validation
from .sequences import Sequences

State = tuple[Tensor, ...]
Weights = dict[str, Tensor]
"""One layer's and direction's parameters by name: ``weight_ih``, ``weight_hh``, ``bias_ih``, ``bias_hh``, …"""


class Recurrent(nn.Module):
    r"""Base of every recurrent layer: ``num_layers`` × directions of one ``step``.

    Subclasses set ``state_names`` and define ``parameter_shapes`` and ``step``; dense ones inherit the two linear
    maps from here. Constructor arguments, attributes, parameter names, initial values and errors are those of
    ``torch.nn``, so that a layer of this package can take the place of PyTorch's and back.
    """

    state_names: ClassVar[tuple[str, ...]] = ("h",)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        backend: str = "auto",
    ) -> None:
        super().__init__()
        validation.check_constructor(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, proj_size, backend
        )
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        self.backend = backend
        self._weight_names: list[dict[str, str]] = []
        for layer in range(num_layers):
            # Every layer after the first reads the outputs of the one below, both directions side by side.
            features = input_size if layer == 0 else self.output_size * self.num_directions
            for direction in range(self.num_directions):
                suffix = f"_l{layer}" + ("_reverse" if direction else "")
                names = {name: name + suffix for name in self.parameter_shapes(features)}
                for name, shape in self.parameter_shapes(features).items():
                    values = torch.empty(shape, device=device, dtype=dtype)
                    self.register_parameter(names[name], nn.Parameter(values))
                self._weight_names.append(names)
        self.reset_parameters()
        self.flatten_parameters()

    # ---- what a network defines ------------------------------------------------------------------------------

    def parameter_shapes(self, input_features: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter of one layer and direction, in ``torch.nn``'s order."""
        raise TypeError(f"{type(self).__name__} must define parameter_shapes()")

    def step(self, a_t: Tensor, state: State, w: Weights) -> State:
        """Advance one time step: the mapped input ``a_t`` and the old state give the new state."""
        raise TypeError(f"{type(self).__name__} must define step()")

    def input_map(self, x: Tensor, w: Weights) -> Tensor:
        r"""Map the inputs of all steps at once: :math:`a_t = W_{ih} x_t + b_{ih}`, (T, B, F) → (T, B, gates · H)."""
        return F.linear(x, w["weight_ih"], w.get("bias_ih"))

    def state_map(self, h: Tensor, w: Weights) -> Tensor:
        r"""Map the previous hidden state inside the loop: :math:`W_{hh} h_{t-1} + b_{hh}`."""
        return F.linear(h, w["weight_hh"], w.get("bias_hh"))

    def reset_parameters(self) -> None:
        r"""Draw every parameter from :math:`U(-1/\sqrt{H}, 1/\sqrt{H})`, in ``torch.nn``'s order."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    # ---- the call --------------------------------------------------------------------------------------------

    def forward(
        self,
        input: Tensor | PackedSequence,
        hx: Any = None,
        *,
        lengths: Tensor | list[int] | None = None,
        return_all_states: bool = False,
    ) -> Any:
        """Run the layer over whole sequences; shapes and errors are in the docstring of the network's class."""
        sequences = Sequences.of(self, input, lengths)
        state = validation.initial_state(self, sequences, hx)
        if native.chosen(self, sequences, return_all_states):
            output, final = native.run(self, sequences, state)
            every = None
        else:
            output, final, every = self._run_reference(*sequences.as_padded(), state)
        result = sequences.restore_output(output), _unwrap(tuple(sequences.restore_state(s) for s in final))
        if not return_all_states:
            return result
        assert every is not None
        return *result, _unwrap(tuple(sequences.restore_every_state(s) for s in every))

    def _run_reference(self, x: Tensor, lengths: Tensor | None, state: State) -> tuple[Tensor, State, State]:
        # x: (T, B, F); each tensor of `state`: (L · D, B, H). Returns the top layer's h (T, B, D · H),
        # the final states (L · D, B, H) and the states of every step (L · D, T, B, H).
        real = None if lengths is None else sequence_mask(lengths, x)
        if real is not None:  # what stands in the padding, even NaN, must touch neither values nor gradients
            x = torch.where(real, x, 0)
        runs: list[State] = []
        for layer in range(self.num_layers):
            outputs = []
            for direction in range(self.num_directions):
                k = layer * self.num_directions + direction
                first = tuple(s[k] for s in state)
                runs.append(self._scan(x, first, self.weights(layer, direction), real, bool(direction)))
                outputs.append(runs[-1][0] if real is None else torch.where(real, runs[-1][0], 0))
            x = torch.cat(outputs, dim=2)
            if layer < self.num_layers - 1:
                x = F.dropout(x, self.dropout, self.training)
        every = tuple(torch.stack(tensors) for tensors in zip(*runs, strict=True))
        ends = [0 if k % self.num_directions else -1 for k in range(len(runs))]  # backward runs end at t = 1
        final = tuple(
            torch.stack([s[end] for s, end in zip(tensors, ends, strict=True)]) for tensors in zip(*runs, strict=True)
        )
        return x, final, every

    def _scan(self, x: Tensor, state: State, w: Weights, real: Tensor | None, backward: bool) -> State:
        # One layer, one direction: the loop that gives recurrent networks their name.
        # `unbind` once: indexing a[t] in the loop would make the backward pass quadratic in T, because the
        # gradient of each select is a tensor as large as all of `a`.
        a = self.input_map(x, w).unbind(0)
        steps = range(len(a) - 1, -1, -1) if backward else range(len(a))
        states: list[State] = [()] * len(a)
        for t in steps:
            new = self.step(a[t], state, w)
            if real is not None:  # a sequence that is over (or, backwards, has not begun) keeps its state
                new = tuple(torch.where(real[t], n, s) for n, s in zip(new, state, strict=True))
            states[t] = state = new
        return tuple(torch.stack(tensors) for tensors in zip(*states, strict=True))

    # ---- parameters by layer ---------------------------------------------------------------------------------

    @property
    def num_directions(self) -> int:
        """2 for a bidirectional layer, else 1."""
        return 2 if self.bidirectional else 1

    @property
    def output_size(self) -> int:
        """Features of ``h`` in one direction: ``proj_size`` where the LSTM projects, else ``hidden_size``."""
        return self.proj_size or self.hidden_size

    @property
    def all_weights(self) -> list[list[Tensor]]:
        """Parameters of each layer and direction, as in ``torch.nn``."""
        return [[getattr(self, full) for full in names.values()] for names in self._weight_names]

    def weights(self, layer: int = 0, direction: int = 0) -> Weights:
        """Return the parameters of one layer (from 0) and direction (0 forward, 1 backward) by short name."""
        names = self._weight_names[layer * self.num_directions + direction]
        return {short: getattr(self, full) for short, full in names.items()}

    def flatten_parameters(self) -> None:
        """Lay the weights out as one block where cuDNN wants that; nothing happens on other devices."""
        native.flatten(self)

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        result = super()._apply(fn, recurse)
        self.flatten_parameters()  # `.to("cuda")` has just moved them
        return result

    def extra_repr(self) -> str:
        """Show the arguments that differ from their defaults."""
        shown = [str(self.input_size), str(self.hidden_size)]
        defaults = {
            "proj_size": 0,
            "num_layers": 1,
            "bias": True,
            "batch_first": False,
            "dropout": 0.0,
            "bidirectional": False,
            "backend": "auto",
        }
        shown += [f"{n}={getattr(self, n)}" for n, d in defaults.items() if getattr(self, n) != d]
        return ", ".join(shown)


def sequence_mask(lengths: Tensor, x: Tensor) -> Tensor:
    """Return (T, B, 1, …): True where step ``t`` belongs to sequence ``b``, False in its padding."""
    steps = torch.arange(x.shape[0], device=x.device)
    real = steps[:, None] < lengths.to(x.device)[None, :]
    return real.reshape(*real.shape, *[1] * (x.dim() - 2))


def _unwrap(state: State) -> Any:
    # torch.nn gives a bare h_n for RNN and GRU, a tuple (h_n, c_n) for the LSTM
    return state[0] if len(state) == 1 else state
