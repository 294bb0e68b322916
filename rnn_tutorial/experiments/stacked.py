r"""Networks of one kind computed as one: every weight has them as its first axis.

A step of a small network is mostly the time it takes to start an operation. Several networks in one operation cost
little more than one, and none has a weight of another: the gradient of the sum of their losses is each one's own.
"""

from collections.abc import Sequence
from copy import deepcopy

from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap


class Stack:
    r"""Networks of one kind side by side, K of them; K is the first axis of every weight, of input and output.

    Args:
        models: Networks that differ in their numbers only. Layers of this package need ``backend="reference"`` in them
            where ``"auto"`` would take a kernel.
    """

    def __init__(self, models: Sequence[nn.Module]) -> None:
        self.model = models[0]
        weights, self.buffers = stack_module_state(list(models))
        self.weights = {name: value.detach().requires_grad_() for name, value in weights.items()}

    def __call__(self, x: Tensor) -> Tensor:
        """Compute every network on its own input: (K, B, …) → (K, B, …)."""
        outputs: Tensor = vmap(self._call, randomness="different")(self.weights, self.buffers, x)
        return outputs

    def _call(self, weights: dict[str, Tensor], buffers: dict[str, Tensor], x: Tensor) -> Tensor:
        output: Tensor = functional_call(self.model, (weights, buffers), (x,))
        return output

    def one(self, k: int) -> nn.Module:
        """Return the k-th network by itself."""
        model = deepcopy(self.model)
        model.load_state_dict({name: v[k].detach() for name, v in (self.weights | self.buffers).items()})
        return model


def along(numbers: Tensor, weight: Tensor) -> Tensor:
    """Shape one number for each of K networks, (K,), so that it stands beside a weight (K, …)."""
    return numbers.reshape(-1, *[1] * (weight.dim() - 1))
