r"""Small networks that differ in their seed alone, computed and trained as one wide layer.

A layer of ten units keeps a processor busy with calls rather than with numbers. So K networks of H units become one
layer of K · H units whose :math:`W_{hh}` has K blocks on its diagonal and zeros elsewhere: no unit sees another
network's. K counts networks, one a seed, in every shape below.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

__all__ = ["SideBySide", "train"]


class SideBySide(nn.Module):
    r"""Recurrent networks of one kind, one a seed, each with a readout of its state at every step.

    Args:
        make: Makes a recurrent layer of this package with random weights: one layer of H units, ``batch_first=True``;
            ``make(K · H)`` has to make the wide one, of the same kind.
        hidden_size: H.
        seeds: One network for each.
        out_features: Answers O of the readout.

    Examples:
        >>> from rnn_tutorial import GRU
        >>> networks = SideBySide(lambda units: GRU(3, units, batch_first=True), 4, seeds=[0, 1])
        >>> networks(torch.zeros(5, 7, 3)).shape
        torch.Size([2, 5, 7, 1])
    """

    def __init__(
        self, make: Callable[[int], nn.Module], hidden_size: int, seeds: Sequence[int], out_features: int = 1
    ) -> None:
        super().__init__()
        K, H = len(seeds), hidden_size
        self.seeds, self.hidden_size = tuple(seeds), H
        self.layer = make(K * H)
        self.readout = nn.Parameter(torch.empty(K, out_features, H))
        self.readout_bias = nn.Parameter(torch.empty(K, out_features))
        with torch.no_grad():
            self.layer.get_parameter("weight_hh_l0").zero_()
            for k, seed in enumerate(seeds):
                torch.manual_seed(seed)
                self._take(k, make(H), nn.Linear(H, out_features))
        # Zeros between two networks stay zeros: Adam leaves alone what never has a gradient.
        block = torch.eye(K).repeat_interleave(H, 0).repeat_interleave(H, 1)  # (K · H, K · H)
        weight = self.layer.get_parameter("weight_hh_l0")
        mask = block.repeat(len(weight) // (K * H), 1)
        weight.register_hook(lambda gradient: gradient * mask)

    def _take(self, k: int, alone: nn.Module, readout: nn.Linear) -> None:
        # Write one network's weights into its places.
        H = self.hidden_size
        for name, value in alone.named_parameters():
            own = self.by_network(self.layer.get_parameter(name))[:, k]
            if name == "weight_hh_l0":
                own = own[..., k * H : (k + 1) * H]
            own.copy_(value.reshape(own.shape))
        self.readout[k] = readout.weight
        self.readout_bias[k] = readout.bias

    def by_network(self, weight: Tensor) -> Tensor:
        """View a weight of the wide layer by gate, network and unit: (G · K · H, …) → (G, K, H, …)."""
        return weight.view(-1, len(self.seeds), self.hidden_size, *weight.shape[1:])

    def first(self, name: str, value: Tensor) -> Tensor:
        """View a parameter of that name, or its gradient, with the networks first: (K, …)."""
        return self.by_network(value).movedim(1, 0) if name.startswith("layer.") else value

    def split(self, states: Tensor) -> Tensor:
        """Part the states of the wide layer by network: (B, T, K · H) → (K, B, T, H)."""
        return states.unflatten(2, (len(self.seeds), self.hidden_size)).permute(2, 0, 1, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Return all networks' answers to the same input: (B, T, F) → (K, B, T, O)."""
        states = self.split(self.layer(x)[0])
        return torch.einsum("kbth,koh->kbto", states, self.readout) + self.readout_bias[:, None, None]

    def memory(self, x: Tensor) -> Tensor:
        """Return what each network keeps at every step, an LSTM's cells, another layer's states: (K, B, T, H)."""
        with torch.no_grad():
            kept = self.layer(x, return_all_states=True)[2]
        cells: Tensor = kept[1] if isinstance(kept, tuple) else kept
        return self.split(cells[0])


def train(
    networks: SideBySide,
    loss: Callable[[int], Tensor],
    *,
    updates: int,
    lr: float,
    clip_norm: float = 1.0,
    keep_best: bool = False,
) -> None:
    r"""Train all networks by Adam, each as if it were alone; the learning rate falls along half a cosine to zero.

    Args:
        networks: Changed in place.
        loss: The losses (K,) of all networks at an update, which is counted from 0.
        updates: Steps of the optimiser.
        lr: Learning rate at the start.
        clip_norm: Longest gradient of a network; a longer one is shortened.
        keep_best: Give each network the weights with which its loss was the smallest. For losses of all training
            data: of a batch, the smallest loss would be luck.
    """
    best = Best(networks) if keep_best else None
    learning = [weight for weight in networks.parameters() if weight.requires_grad]
    optimizer = torch.optim.Adam(learning, lr=lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, updates)
    for update in range(updates):
        optimizer.zero_grad()
        # The sum's gradient is each network's own: no loss depends on another's weights.
        losses = loss(update)
        if best:
            best.note(losses.detach())
        losses.sum().backward()
        clip(networks, clip_norm)
        optimizer.step()
        schedule.step()
    if best:
        best.restore()


class Best:
    """Each network's weights at the smallest of its losses."""

    def __init__(self, networks: SideBySide) -> None:
        self.networks = networks
        self.losses = torch.full((len(networks.seeds),), torch.inf)
        self.weights = {name: weight.detach().clone() for name, weight in networks.named_parameters()}

    def note(self, losses: Tensor) -> None:
        """Take the present weights of the networks whose losses (K,) are smaller than before."""
        better = losses < self.losses
        self.losses = torch.where(better, losses, self.losses)
        with torch.no_grad():
            for name, now in self.networks.named_parameters():
                first = self.networks.first
                first(name, self.weights[name])[better] = first(name, now)[better]

    def restore(self) -> None:
        """Give the weights back to the networks."""
        with torch.no_grad():
            for name, now in self.networks.named_parameters():
                now.copy_(self.weights[name])


def clip(networks: SideBySide, longest: float) -> None:
    """Shorten each network's gradient to ``longest``; PyTorch's function would take one norm over all networks."""
    parts = [
        networks.first(name, weight.grad) for name, weight in networks.named_parameters() if weight.grad is not None
    ]
    squares = torch.stack([part.square().flatten(1).sum(dim=1) for part in parts]).sum(dim=0)
    factor = (longest / (squares.sqrt() + 1e-6)).clamp(max=1)  # (K,)
    for part in parts:
        part *= factor.view(-1, *[1] * (part.dim() - 1))
