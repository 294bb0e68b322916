"""Wrong answers to the exercises of the page on lengths, layers, directions, and looking back."""

from typing import Any

import torch


def states_at(forward: Any, backward: Any, *, swap: bool = False) -> Any:
    def last_states(output: Any, lengths: Any) -> Any:
        rows, H = torch.arange(len(output)), output.shape[2] // 2
        ends = [output[rows, forward(lengths, output), :H], output[rows, backward(lengths, output), H:]]
        return torch.cat(ends[::-1] if swap else ends, dim=1)

    return last_states


def at_end(lengths: Any, output: Any) -> Any:
    return lengths - 1


def at_start(lengths: Any, output: Any) -> Any:
    return torch.zeros_like(lengths)


def at_last_column(lengths: Any, output: Any) -> Any:
    return torch.full_like(lengths, output.shape[1] - 1)


def past(stop: Any, pick: Any) -> Any:
    def read_past(layer: Any, x: Any) -> Any:
        return torch.stack([pick(layer, x[:, : stop(t)]) for t in range(x.shape[1])], dim=1)

    return read_past


def final(layer: Any, x: Any) -> Any:
    h_n = layer(x)[1] if x.shape[1] else torch.zeros(2, len(x), layer.hidden_size)
    return h_n.transpose(0, 1).flatten(1)


def weights(e: str = "bh,hk,btk->bt", steps: int = -1, over: int = 1, scale: float = 1.0) -> Any:
    def weight_on(states: Any, W_a: Any, place: Any) -> Any:
        scores = torch.einsum(e, states[:, -1], W_a, states[:, : states.shape[1] + steps]) / scale
        return scores.softmax(dim=over)[torch.arange(len(states)), place]

    return weight_on


WRONG: dict[str, list[Any]] = {
    "deep-last": [
        lambda output, lengths: output[:, -1],
        states_at(at_end, at_end),  # the backward direction has only begun there
        states_at(at_last_column, at_start),
        states_at(at_end, at_start, swap=True),
        states_at(lambda lengths, output: lengths - 2, at_start),
        lambda output, lengths: output.mean(dim=1),
    ],
    "deep-past": [
        lambda layer, x: layer(x)[0],
        past(lambda t: t + 1, lambda layer, x: layer(x)[0][:, -1]),  # backwards it has read one step
        past(lambda t: t, final),  # without the input of the step itself
        past(lambda t: None, final),
        past(lambda t: t + 2, final),
    ],
    "deep-look": [
        weights(steps=0),  # the question may look at itself
        weights(e="bk,hk,bth->bt"),  # the matrix turned over
        weights(over=0),
        weights(scale=2.0),
        lambda states, W_a, place: torch.full((len(states),), 1 / (states.shape[1] - 1)),
        lambda states, W_a, place: torch.einsum("bh,hk,btk->bt", states[:, -1], W_a, states)[
            torch.arange(len(states)), place
        ],
    ],
}
