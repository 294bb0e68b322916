r"""What code written for ``torch.nn.RNNBase`` uses beside a call: its rows of weights, its checks, its pickles."""

from typing import Any

from torch import Tensor

from . import checks
from .definition import DEFAULTS, Definition
from .state import state_shapes


class AsTorch(Definition):
    r"""The names of ``torch.nn.RNNBase`` that other code uses, with its signatures, shapes and errors.

    There is no second list of weights that could grow stale: ``_flat_weights`` is read from the attributes
    ``weight_ih_l0``, …, and what is written to it goes there.
    """

    @property
    def _all_weights(self) -> list[list[str]]:
        # Names of the parameters, a list for each layer and direction.
        return [list(names.values()) for names in self.weight_names]

    @property
    def _flat_weights(self) -> "list[Tensor | None]":
        return FlatWeights(self)

    @_flat_weights.setter
    def _flat_weights(self, weights: "list[Tensor | None]") -> None:
        for place, (old, new) in enumerate(zip(own := FlatWeights(self), weights, strict=True)):
            if new is not old:
                own[place] = new

    def _init_flat_weights(self) -> None:
        self.flatten_parameters()

    def _update_flat_weights(self) -> None:
        pass  # they are never out of date

    def check_input(self, input: Tensor, batch_sizes: Tensor | None) -> None:
        """Refuse a batch (T, B, F), or the data of a packed one (steps of all, F), of another rank, dtype or width.

        Raises:
            ValueError: Another dtype than the weights'.
            RuntimeError: Another rank, device or number of features.

        """
        checks.check_data(self, input, (3 if batch_sizes is None else 2) + self.spatial_dims)

    def get_expected_hidden_size(self, input: Tensor, batch_sizes: Tensor | None) -> Any:
        """Return the shape of h_0 for an input: (L · D, B, H), or one a layer and direction where they differ."""
        return self._expected_sizes(input, batch_sizes)[0]

    def get_expected_cell_size(self, input: Tensor, batch_sizes: Tensor | None) -> Any:
        """Return the shape of c_0, the LSTM's cell, for an input."""
        return self._expected_sizes(input, batch_sizes)[-1]

    def _expected_sizes(self, input: Tensor, batch_sizes: Tensor | None) -> list[Any]:
        padded = input.shape[0 if self.batch_first else 1]
        batch = padded if batch_sizes is None else int(batch_sizes[0])
        return state_shapes(self, batch, input.shape[input.dim() - self.spatial_dims :])

    def check_hidden_size(
        self, hx: Any, expected_hidden_size: Any, msg: str = "Expected hidden size {}, got {}"
    ) -> None:
        """Refuse a state of another shape.

        Raises:
            RuntimeError: ``msg`` with the shape that was expected and the one that came.

        """
        alike = not isinstance(expected_hidden_size, list)
        given = tuple(hx.shape) if alike else [tuple(one.shape) for one in hx]
        if given != expected_hidden_size:
            raise RuntimeError(msg.format(expected_hidden_size, list(given)))

    def check_forward_args(self, input: Tensor, hidden: Any, batch_sizes: Tensor | None) -> None:
        """Refuse an input or a state of another shape; ``hidden`` is a pair for an LSTM.

        Raises:
            ValueError, RuntimeError: As ``check_input`` and ``check_hidden_size``.

        """
        self.check_input(input, batch_sizes)
        parts = hidden if len(self.state_names) > 1 else (hidden,)
        for number, (part, size) in enumerate(zip(parts, self._expected_sizes(input, batch_sizes), strict=True)):
            place = f"[{number}]" if len(parts) > 1 else ""
            self.check_hidden_size(part, size, f"Expected hidden{place} size {{}}, got {{}}")

    def permute_hidden(self, hx: Any, permutation: Tensor | None) -> Any:
        """Return a state, or the pair of an LSTM, with its sequences in another order."""
        if permutation is None:
            return hx
        if isinstance(hx, tuple):
            return tuple(self.permute_hidden(part, permutation) for part in hx)
        return hx.index_select(1, permutation)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take a pickle of this class, or of the one of ``torch.nn`` that it stands for: options it lacks are as usual.

        Whole modules are read so where ``torch.nn.LSTM`` and its like have been replaced by ours.
        """
        state = dict(state)
        names = state.pop("_all_weights", None)
        for cached in ("_flat_weights", "_flat_weights_names", "_flat_weight_refs"):
            state.pop(cached, None)
        if names is not None:
            state["weight_names"] = [{full.partition("_l")[0]: full for full in row} for row in names]
        for option, default in DEFAULTS.items():
            state.setdefault(option, default)
        super().__setstate__(state)


class FlatWeights(list["Tensor | None"]):
    """A layer's parameters in one row, None for one that was deleted; what is put into a place is the layer's."""

    def __init__(self, layer: AsTorch) -> None:
        super().__init__(getattr(layer, name, None) for name in layer._flat_weights_names)
        self.layer = layer

    def __setitem__(self, place: Any, weight: Any) -> None:
        setattr(self.layer, self.layer._flat_weights_names[place], weight)
        super().__setitem__(place, weight)
