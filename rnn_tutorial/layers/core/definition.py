r"""What a recurrent network defines: its options, the shapes of its parameters, two linear maps and one step.

The input map runs once over all time steps, the state map runs inside the loop, and ``step`` is the paper's equations
and nothing else::

    x_1 … x_T ──input_map──▶ a_1 … a_T          all steps at once: one big matrix product
    state_0 ──step(a_1)──▶ state_1 ──step(a_2)──▶ … ──step(a_T)──▶ state_T

A network's own module supplies its parameters' shapes and its ``step``; the reader finds its equations there and needs
this file only for "and then the same for every layer and direction".
"""

from collections.abc import Callable
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import init
from .assign import assign, check_no_hook
from .options import check_constructor, check_forget_bias, check_gate_activation, check_zoneout, probability
from .recorded import Unscripted
from .types import Backend, GateActivation, RecurrentInit, State, Weights, Zoneout


class Definition(Unscripted):
    r"""What each network defines for itself or inherits: all that its ways of being computed have to agree on.

    Subclasses set ``state_names`` and define ``parameter_shapes`` and ``step``; dense ones inherit the two linear maps
    from here.
    """

    state_names: ClassVar[tuple[str, ...]] = ("h",)
    gates: ClassVar[int] = 1  # blocks of H rows in weight_ih
    spatial_dims: int = 0  # axes of a time step beside the features
    least_input: ClassVar[int] = 1  # 0 where a layer may run on nothing but its state
    mode: str | None = None  # PyTorch's name of its operator for this network, if it has one
    kernel: str | None = None  # the name of our own kernel for it
    sigmoid: Callable[[Tensor], Tensor] = staticmethod(torch.sigmoid)  # of the gates: this, or a hard one

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
        backend: Backend = "auto",
        variational: bool = False,
        layer_norm: bool = False,
        recurrent_init: RecurrentInit = "uniform",
        forget_bias: float | None = None,
        zoneout: Zoneout = 0.0,
        recurrent_dropout: float = 0.0,
        weight_dropout: float = 0.0,
        gate_activation: GateActivation = "sigmoid",
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers, self.proj_size = check_constructor(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, proj_size, backend, recurrent_init,
            self.least_input,
        )  # fmt: skip
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.backend = backend
        self.variational = variational
        self.layer_norm = layer_norm
        self.recurrent_init = recurrent_init
        self.forget_bias = check_forget_bias(type(self).__name__, self.state_names, bias, forget_bias)
        self.zoneout = check_zoneout(type(self).__name__, self.state_names, zoneout)
        self.recurrent_dropout = probability("recurrent_dropout", recurrent_dropout)
        self.weight_dropout = probability("weight_dropout", weight_dropout)
        self.gate_activation = check_gate_activation(gate_activation)
        if self.gate_activation == "hard_sigmoid":
            self.sigmoid = hard_sigmoid
            self.mode = self.kernel = None  # no operator and no kernel has such gates
        self.weight_names: list[dict[str, str]] = []
        features = self.input_size
        for layer in range(self.num_layers):
            for direction in range(self.num_directions):
                suffix = f"_l{layer}" + ("_reverse" if direction else "")
                shapes = self.parameter_shapes(features, self.hidden_of(layer))
                if layer_norm:
                    shapes |= self.norm_shapes(self.hidden_of(layer))
                for name, shape in shapes.items():
                    self.register_parameter(name + suffix, nn.Parameter(torch.empty(shape, device=device, dtype=dtype)))
                self.weight_names.append({name: name + suffix for name in shapes})
            # Every layer after the first reads the outputs of the one below, both directions side by side.
            features = self.output_of(layer) * self.num_directions
        self.reset_parameters()
        self.flatten_parameters()

    # ---- what a network defines ------------------------------------------------------------------------------

    def parameter_shapes(self, features: int, H: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter of a layer with H units over ``features``, in ``torch.nn``'s order."""
        G = self.gates
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (G * H, features), "weight_hh": (G * H, H)}
        return shapes | ({"bias_ih": (G * H,), "bias_hh": (G * H,)} if self.bias else {})

    def norm_shapes(self, H: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the gains of layer normalisation: one number a unit, gate by gate."""
        return {"norm_ih": (self.gates, H), "norm_hh": (self.gates, H)}

    def step(self, a_t: Tensor, state: State, w: Weights) -> State:
        """Advance one time step: the mapped input ``a_t`` and the old state give the new state."""
        raise TypeError(f"{type(self).__name__} must define step()")

    def finish(self, state: State, a_t: Tensor, w: Weights) -> State:
        """Apply to a step's result what is no equation of the network: here nothing."""
        return state

    def input_map(self, x: Tensor, w: Weights) -> Tensor:
        r"""Map the inputs of all steps at once: :math:`a_t = W_{ih} x_t + b_{ih}`, (T, B, F) → (T, B, gates · H)."""
        if "norm_ih" in w:
            return _plus(normed(F.linear(x, w["weight_ih"]), w["norm_ih"]), w.get("bias_ih"))
        return F.linear(x, w["weight_ih"], w.get("bias_ih"))

    def state_map(self, h: Tensor, w: Weights) -> Tensor:
        r"""Map the previous hidden state inside the loop: :math:`W_{hh} h_{t-1} + b_{hh}`."""
        if "mask_hh" in w:  # dropout of the state
            return _plus(normed(gate_by_gate(h, w), w.get("norm_hh")), w.get("bias_hh"))
        if "norm_hh" in w:
            return _plus(normed(F.linear(h, w["weight_hh"]), w["norm_hh"]), w.get("bias_hh"))
        return F.linear(h, w["weight_hh"], w.get("bias_hh"))

    def reset_parameters(self) -> None:
        r"""Draw all parameters anew, as the options of the constructor say.

        What is drawn for a parametrised weight (``torch.nn.utils.parametrize``) goes through its right inverse: the
        layer is then as a new one with the same parametrisation.

        A weight that other code computes by dropout from a parameter ``weight_hh_l0_raw``, as in AWD-LSTM (Merity et
        al., 2018), is drawn there, and itself stays what it was until the next call.

        Raises:
            ValueError: A weight is computed without a way back: by a parametrisation that has no right inverse, or by a
                hook, as after ``torch.nn.utils.weight_norm`` or ``prune``. The layer is then unchanged.

        """
        held = {full: self._held_as(full) for full in self._flat_weights_names}
        check_no_hook(self, held.values())
        drawn = {full: self.parameter(name) for full, name in held.items()}
        computed = any(self._parameters.get(name) is None for name in held.values())
        if computed:
            drawn = {full: torch.empty_like(weight, requires_grad=False) for full, weight in drawn.items()}
        for number, names in enumerate(self.weight_names):
            weights = {short: drawn[full] for short, full in names.items()}
            init.draw(weights, self.hidden_of(number // self.num_directions), self.recurrent_init, self.forget_bias)
        if computed:
            assign(self, {name: drawn[full] for full, name in held.items()}, exactly=False)

    def _held_as(self, full: str) -> str:
        # the name of the parameter that holds a weight: code that drops weights keeps them whole as "…_raw"
        raw = f"{full}_raw"
        return raw if self._parameters.get(raw) is not None else full

    def flatten_parameters(self) -> None:
        """Lay the weights out as the fastest way of computing wants them; without one, nothing happens."""

    def drop(self, x: Tensor) -> Tensor:
        """Apply dropout between two layers, (T, B, F): a fresh mask each step or, ``variational``, one for all."""
        if self.variational:
            return x * F.dropout(torch.ones_like(x[:1]), self.dropout, self.training)
        return F.dropout(x, self.dropout, self.training)

    # ---- parameters by layer ---------------------------------------------------------------------------------

    @property
    def num_directions(self) -> int:
        """2 for a bidirectional layer, else 1."""
        return 2 if self.bidirectional else 1

    def hidden_of(self, layer: int) -> int:
        """Units of a layer."""
        return self.hidden_size

    def output_of(self, layer: int) -> int:
        """Features of a layer's ``h`` in one direction: ``proj_size`` where an LSTM projects, else its units."""
        return self.proj_size or self.hidden_of(layer)

    @property
    def all_weights(self) -> list[list[Tensor]]:
        """Parameters of each layer and direction, as in ``torch.nn``."""
        return [[self.parameter(full) for full in names.values()] for names in self.weight_names]

    @property
    def _flat_weights_names(self) -> list[str]:
        # full names of the parameters of all layers and directions, by torch.nn's own name
        return [full for names in self.weight_names for full in names.values()]

    def flat_weights(self) -> list[Tensor]:
        """Return the parameters of all layers and directions in one row, as PyTorch's operators take them."""
        return [self.parameter(full) for names in self.weight_names for full in names.values()]

    def weights(self, layer: int = 0, direction: int = 0) -> Weights:
        """Return the parameters of one layer (from 0) and direction (0 forward, 1 backward) by short name."""
        names = self.weight_names[layer * self.num_directions + direction]
        return {short: self.parameter(full) for short, full in names.items()}

    def parameter(self, full: str) -> Tensor:
        """Return ``self.weight_ih_l0`` and its like, sooner than Python finds them; a parametrised one is computed."""
        found = self._parameters.get(full)
        return getattr(self, full) if found is None else found

    def extra_repr(self) -> str:
        """Show the arguments that differ from their defaults."""
        shown = [str(self.input_size), str(self.hidden_size)]
        return ", ".join(shown + [f"{n}={getattr(self, n)}" for n, d in DEFAULTS.items() if getattr(self, n, d) != d])


DEFAULTS = {
    "proj_size": 0,
    "num_layers": 1,
    "bias": True,
    "batch_first": False,
    "dropout": 0.0,
    "bidirectional": False,
    "backend": "auto",
    "variational": False,
    "layer_norm": False,
    "recurrent_init": "uniform",
    "forget_bias": None,
    "reset_after": True,
    "zoneout": 0.0,
    "recurrent_dropout": 0.0,
    "weight_dropout": 0.0,
    "gate_activation": "sigmoid",
}


def normed(y: Tensor, gain: Tensor | None) -> Tensor:
    r"""Normalise over the units of each gate, then scale: (…, G · H), gain (G, H) or (H,); Ba et al. (2016)."""
    if gain is None:
        return y
    by_gate = torch.unflatten(y, -1, gain.shape)  # the method stops an older torch.compile
    return (F.layer_norm(by_gate, gain.shape[-1:]) * gain).flatten(-gain.dim())


def gate_by_gate(h: Tensor, w: Weights) -> Tensor:
    r"""Multiply a state by ``weight_hh``, dropped by a mask of its own for each gate: (B, H) → (B, gates · H)."""
    masked = h[:, None] * w["mask_hh"]  # (B, gates, H)
    return torch.einsum("bgi,goi->bgo", masked, w["weight_hh"].unflatten(0, (masked.shape[1], -1))).flatten(1)


def hard_sigmoid(x: Tensor) -> Tensor:
    r"""Return relu6(x + 3) / 6, as PyTorch's function of that name, which has no second derivatives."""
    return F.relu6(x + 3) / 6


def _plus(y: Tensor, bias: Tensor | None) -> Tensor:
    return y if bias is None else y + bias.to(y.dtype)  # autocast: products have 16 bits
