"""Every layer under PyTorch's transformations: compiled whole, exported, mapped, differentiated, copied, saved."""

import copy
import io

import pytest
import torch

import rnn_tutorial as rt
from tests.sampled import dear

LAYERS = {
    "RNN": lambda: rt.RNN(3, 4, 2, batch_first=True, bidirectional=True),
    "LSTM": lambda: rt.LSTM(3, 4, 2, batch_first=True),
    "GRU": lambda: rt.GRU(3, 4, 2, batch_first=True),
    "GRU, reset before": lambda: rt.GRU(3, 4, batch_first=True, reset_after=False),
    "LSTM, layer norm": lambda: rt.LSTM(3, 4, batch_first=True, layer_norm=True),
    "PeepholeLSTM": lambda: rt.PeepholeLSTM(3, 4, 2, batch_first=True, bidirectional=True),
    "ConvLSTM": lambda: rt.ConvLSTM(3, [4, 2], 3, batch_first=True, bidirectional=True),
    "CNNLSTM": lambda: rt.CNNLSTM((3, 5, 6), 4, code_size=3),
}


def made(name):
    torch.manual_seed(0)
    layer = LAYERS[name]()
    return layer, torch.randn(2, 4, 3, *([5, 6] if name in ("ConvLSTM", "CNNLSTM") else []))


@pytest.mark.parametrize("name", dear(LAYERS))
def test_compiles_into_one_graph(name):
    layer, x = made(name)
    torch._dynamo.reset()
    # Not the default code generator: that one needs a C++ compiler, and what it does is PyTorch's business.
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(x)[0], layer(x)[0])


@pytest.mark.parametrize("name", dear(LAYERS))
def test_exports_for_any_batch_size(name):
    layer, x = made(name)
    program = torch.export.export(layer.eval(), (x,), dynamic_shapes=({0: torch.export.Dim("batch")},))
    more = torch.cat([x, x.flip(0), x])
    torch.testing.assert_close(program.module()(more)[0], layer(more)[0])


# PyTorch's own forward-mode rules still compile a few functions in the way it calls deprecated.
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
@pytest.mark.parametrize("name", LAYERS)
def test_maps_and_differentiates_forward(name):
    layer, x = made(name)
    parameters = dict(layer.named_parameters())

    def one(parameters, x):
        return torch.func.functional_call(layer, parameters, (x[None],))[0][0]

    torch.testing.assert_close(torch.func.vmap(one, in_dims=(None, 0))(parameters, x), layer(x)[0])
    gradients = torch.func.vmap(torch.func.grad(lambda p, x: one(p, x).sum()), in_dims=(None, 0))(parameters, x)
    summed = torch.autograd.grad(layer(x)[0].sum(), list(parameters.values()))
    for per_example, total in zip(gradients.values(), summed, strict=True):
        torch.testing.assert_close(per_example.sum(0), total, rtol=1e-4, atol=1e-5)
    direction = torch.randn_like(x)
    forward = torch.func.jvp(lambda x: layer(x)[0].sum(), (x,), (direction,))[1]
    (backward,) = torch.autograd.grad(layer(x.requires_grad_())[0].sum(), x)
    torch.testing.assert_close(forward, (backward * direction).sum(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", LAYERS)
def test_copies_and_loads_without_running_code(name):
    layer, x = made(name)
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    other = LAYERS[name]()
    other.load_state_dict(torch.load(file, weights_only=True))
    for twin in (other, copy.deepcopy(layer)):
        torch.testing.assert_close(twin(x)[0], layer(x)[0])


@pytest.mark.parametrize("name", LAYERS)
def test_bfloat16_under_autocast(name):
    layer, x = made(name)
    with torch.autocast("cpu", torch.bfloat16):
        output, state = layer(x)
    assert output.isfinite().all()
    exact, _ = layer(x)
    torch.testing.assert_close(output.float(), exact, rtol=0.1, atol=0.05)
    if name != "CNNLSTM" and isinstance(state, tuple) and len(state) == 2:
        cells = state[1] if isinstance(state[1], tuple) else (state[1],)
        assert {c.dtype for c in cells} == {torch.float32}


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM"])
def test_weights_put_in_place_of_others_are_used(name):
    layer, x = made(name)
    with torch.no_grad():
        layer.weight_hh_l0 = torch.nn.Parameter(2 * layer.weight_hh_l0)
        replaced = layer(x)[0]
        layer.weight_hh_l0 = torch.nn.Parameter(layer.weight_hh_l0 / 2)
        plain = layer(x)[0]
        torch.nn.utils.parametrize.register_parametrization(layer, "weight_hh_l0", Doubled())
        assert not torch.allclose(plain, replaced)
        torch.testing.assert_close(layer(x)[0], replaced)


class Doubled(torch.nn.Module):
    def forward(self, weight):
        return 2 * weight
