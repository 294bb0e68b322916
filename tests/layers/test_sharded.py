"""FSDP frees the memory of the parameters between calls: nothing that a kernel has read may stand in its way."""

from typing import Any

import pytest
import torch
import torch.distributed as dist
from torch.distributed.fsdp import fully_shard

import rnn_tutorial as rt

# Widths that fill no vector, one, or whole ones: where nothing is padded, kernels could read the weights themselves.
CALLS = {
    "one vector": (lambda **o: rt.LSTM(1, 4, **o), (9, 8, 1)),
    "whole vectors": (lambda **o: rt.GRU(16, 32, **o), (9, 8, 16)),
    "narrower": (lambda **o: rt.PeepholeLSTM(8, 16, **o), (9, 8, 8)),
    "film of one cell": (lambda **o: rt.ConvLSTM(0, 16, 1, **o), (4, 2, 0, 5, 6)),
    "RNN": (lambda **o: rt.RNN(5, 13, **o), (60, 8, 5)),
    "RNN, no bias": (lambda **o: rt.RNN(5, 13, bias=False, **o), (60, 8, 5)),
    "LSTM": (lambda **o: rt.LSTM(5, 13, 2, bidirectional=True, **o), (9, 8, 5)),
    "GRU": (lambda **o: rt.GRU(5, 13, 2, bidirectional=True, **o), (9, 8, 5)),
    "GRU, no bias": (lambda **o: rt.GRU(5, 13, bias=False, **o), (9, 8, 5)),
    "PeepholeLSTM": (lambda **o: rt.PeepholeLSTM(5, 13, **o), (9, 8, 5)),
    "ConvLSTM": (lambda **o: rt.ConvLSTM(2, [3, 5], 3, **o), (4, 2, 2, 5, 6)),
    "ConvLSTM, peepholes by place": (
        lambda **o: rt.ConvLSTM(2, 3, 3, peephole="position", image_size=(5, 6), **o),
        (4, 2, 2, 5, 6),
    ),
    "ConvLSTM, no peepholes": (lambda **o: rt.ConvLSTM(2, 3, 3, peephole=None, **o), (4, 2, 2, 5, 6)),
}


@pytest.fixture(scope="module")
def mesh():
    dist.init_process_group("gloo", rank=0, world_size=1, store=dist.HashStore())
    yield dist.init_device_mesh("cpu", (1,))
    dist.destroy_process_group()


@pytest.mark.filterwarnings("ignore:FSDP2-wrapped module .* returned a view tensor:UserWarning")
@pytest.mark.parametrize("backend", ["fused", "auto", "reference"])
@pytest.mark.parametrize("name", CALLS)
def test_trains_in_shards(name, backend, mesh):
    make, shape = CALLS[name]
    torch.manual_seed(0)
    layer, x = make(backend=backend), torch.randn(shape)
    expected = layer(x)[0]
    grads = torch.autograd.grad(expected.sum(), list(layer.parameters()))
    fully_shard(layer, mesh=mesh)
    for _ in range(2):
        layer.zero_grad()
        output = layer(x)[0]
        torch.testing.assert_close(output, expected)
        output.sum().backward()
        for parameter, grad in zip(layer.parameters(), grads, strict=True):
            whole: Any = parameter.grad
            torch.testing.assert_close(whole.full_tensor(), grad)
    with torch.no_grad():
        torch.testing.assert_close(layer(x)[0], expected)
