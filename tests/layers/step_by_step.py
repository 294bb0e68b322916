"""Layers a sequence, a layer, a direction and a step at a time: what masks, resets and lengths mean, spelled out."""

from typing import Any

import torch

import rnn_tutorial as rt

DOUBLE: Any = {"dtype": torch.float64}
LAYERS: dict[str, Any] = {
    "RNN": lambda **o: rt.RNN(3, 4, 2, **DOUBLE, **o),
    "RNN, two-way": lambda **o: rt.RNN(3, 4, 2, bidirectional=True, nonlinearity="relu", **DOUBLE, **o),
    "LSTM": lambda **o: rt.LSTM(3, 4, 2, bidirectional=True, **DOUBLE, **o),
    "LSTM, projected": lambda **o: rt.LSTM(3, 4, 2, proj_size=2, bidirectional=True, **DOUBLE, **o),
    "GRU": lambda **o: rt.GRU(3, 4, 2, **DOUBLE, **o),
    "GRU, reset before": lambda **o: rt.GRU(
        3, 4, bidirectional=True, reset_after=False, layer_norm=True, **DOUBLE, **o
    ),
    "PeepholeLSTM": lambda **o: rt.PeepholeLSTM(3, 4, 2, bidirectional=True, **DOUBLE, **o),
    "ConvLSTM": lambda **o: rt.ConvLSTM(3, 2, 3, 2, spatial_dims=1, **DOUBLE, **o),
    "ConvLSTM, unequal": lambda **o: rt.ConvLSTM(3, [2, 4], 3, spatial_dims=1, bidirectional=True, **DOUBLE, **o),
}
BACKENDS = {name: ["auto", "reference"] for name in LAYERS}
for name in ("RNN", "RNN, two-way", "LSTM", "GRU"):
    BACKENDS[name] += ["native", "fused"]
for name in ("PeepholeLSTM", "ConvLSTM", "ConvLSTM, unequal"):
    BACKENDS[name] += ["fused"]
BACKENDS["LSTM, projected"] += ["native"]
WAYS = [(name, backend) for name, backends in BACKENDS.items() for backend in backends]


def made(name, steps, batch, seed=0, **options):
    """Return a layer, an input (T, B, …) and a first state, all of them leaves with gradients."""
    torch.manual_seed(seed)
    layer = LAYERS[name](**options)
    x = torch.randn(steps, batch, 3, *[5] * layer.spatial_dims, **DOUBLE)
    with torch.no_grad():
        state = layer(x[:1].transpose(0, 1) if layer.batch_first else x[:1])[1]
    leaves, tree = torch.utils._pytree.tree_flatten(state)
    state = torch.utils._pytree.tree_unflatten([torch.randn_like(s).requires_grad_() for s in leaves], tree)
    return layer, x.requires_grad_(), state


def run(layer, x, hx, lengths=None, mask=None, reset=None):
    """Return (T, B, …) of a layer: output, final states and the states of every step, one tensor a run."""
    states = hx if len(layer.state_names) > 1 else (hx,)
    T, B = x.shape[:2]
    yes, no = torch.ones(T, B, dtype=torch.bool), torch.zeros(T, B, dtype=torch.bool)
    mask, reset = yes if mask is None else mask, no if reset is None else reset
    rows = [
        _alone(layer, x[:n, b : b + 1], [[s[b : b + 1] for s in one] for one in states], mask[:n, b], reset[:n, b], T)
        for b, n in enumerate([T] * B if lengths is None else lengths)
    ]
    output = torch.cat([row[0] for row in rows], dim=1)
    final, every = (
        [torch.cat(s, dim) for s in zip(*(row[k] for row in rows), strict=True)]
        for k, dim in ((1, 0), (2, 1))  # (B, …), (T, B, …)
    )
    return output, final, every


def _alone(layer, x, first, mask, reset, steps):
    """Run one sequence; zeros and last states fill it up to ``steps``."""
    finals, every, after = [], [], steps - len(x)
    for number in range(layer.num_layers):
        outputs = []
        for direction in range(layer.num_directions):
            k = number * layer.num_directions + direction
            state = start = tuple(one[k] for one in first)
            h, states = _direction(layer, x, state, layer.weights(number, direction), mask, reset, bool(direction))
            end = start if not states else states[0 if direction else -1]
            outputs.append(h)
            finals += [*end]
            filled = states + [start if direction else end] * after
            every += [torch.stack(s) for s in zip(*filled, strict=True)]
        x = torch.cat(outputs, dim=2)
    return torch.cat([x, x.new_zeros(after, *x.shape[1:])]), finals, every


def _direction(layer, x, state, w, mask, reset, backward):
    outputs, states = {}, {}
    last = torch.zeros_like(state[0])
    for t in reversed(range(len(x))) if backward else range(len(x)):
        if reset[t] and not backward:
            state = tuple(torch.zeros_like(s) for s in state)
            last = torch.zeros_like(last)
        if mask[t]:
            a_t = layer.input_map(x[t : t + 1], w)[0]
            state = layer.finish(layer.step(a_t, state, w), a_t, w)
            last = state[0]
        outputs[t] = last if mask[t] or not layer.bidirectional else torch.zeros_like(last)
        states[t] = state
        if reset[t] and backward:  # what comes before is another part
            state = tuple(torch.zeros_like(s) for s in state)
    if not outputs:
        return x.new_zeros(0, 1, *last.shape[1:]), []
    order = range(len(x))
    return torch.stack([outputs[t] for t in order]), [states[t] for t in order]


def flat(layer, result):
    """Return all that a call of a layer gives as such a list: output, final states, states of every step by run."""
    output, *rest = result
    dim = int(layer.batch_first)
    tensors = [output.transpose(0, 1) if dim else output]
    for place, state in enumerate(rest):
        parts = state if len(layer.state_names) > 1 else (state,)
        for runs in zip(*parts, strict=True):
            tensors += [s.transpose(0, 1) if dim and place else s for s in runs]
    return tensors


def assert_same(layer, x, hx, **call):
    """Compare the values and the gradients of a call with those of the loop above; ``call`` is (T, B)."""
    expected = run(layer, x, hx, **call)
    given = call | {k: v.t() for k, v in call.items() if isinstance(v, torch.Tensor) and layer.batch_first}
    every = {} if layer.backend == "native" else {"return_all_states": True}
    ours = flat(layer, layer(x.transpose(0, 1) if layer.batch_first else x, hx, **given, **every))
    theirs = [expected[0], *expected[1], *(expected[2] if every else [])]
    compare(ours, theirs, [x, *torch.utils._pytree.tree_leaves(hx), *layer.parameters()])


def compare(ours, theirs, leaves):
    """Compare tensors, and the gradients of a weighted sum of them."""
    results = []
    for values in (ours, theirs):
        weights = torch.Generator().manual_seed(3)
        loss = sum((v * torch.rand(v.shape, generator=weights, dtype=v.dtype)).sum() for v in values)
        loss = loss + 0 * sum(leaf.sum() for leaf in leaves)  # some calls give zeros, whatever comes
        results.append([*values, *torch.autograd.grad(loss, leaves, retain_graph=True)])
    assert len(results[0]) == len(results[1])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-11)
