"""``torch.export`` for any number of steps: the loop is one operator of the program, with the layer's step in it."""

import functools
import io
from typing import Any

import onnxruntime
import pytest
import torch
from torch import nn
from torch.export import Dim
from torch.utils._pytree import tree_leaves, tree_map

import rnn_tutorial as rt
from tests.sampled import dear

LAYERS = {
    "RNN": lambda: rt.RNN(3, 4, 2, nonlinearity="relu", bidirectional=True),
    "LSTM": lambda: rt.LSTM(3, 4, proj_size=2, batch_first=True),
    "GRU": lambda: rt.GRU(3, 4),
    "GRU, reset before": lambda: rt.GRU(3, 4, batch_first=True, reset_after=False),
    "LSTM, layer norm": lambda: rt.LSTM(3, 4, layer_norm=True),
    "PeepholeLSTM": lambda: rt.PeepholeLSTM(3, 4, bidirectional=True),
    "GRU, zoneout": lambda: rt.GRU(3, 4, zoneout=0.3, gate_activation="hard_sigmoid").eval(),
    "ConvLSTM": lambda: rt.ConvLSTM(3, [2, 3], 3, batch_first=True),
}
SOME = ["GRU", "PeepholeLSTM"]
STEPS = (1, 2, 5, 40)

# Where scan is recorded, the compiler asks a tensor amid a computation for its gradient, and itself to compile.
pytestmark = pytest.mark.filterwarnings(
    "ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning",
    "ignore:torch.compile is ignored when called inside torch.export region:UserWarning",
)


class Called(nn.Module):
    """A layer with everything that a call can be given."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x, hx, lengths):
        return self.layer(x, hx, lengths=lengths, return_all_states=True)


def made(name):
    torch.manual_seed(0)
    return LAYERS[name]().double().eval()


def given(layer, steps, batch=2):
    places = [5, 6] if isinstance(layer, rt.ConvLSTM) else []
    x = torch.randn(steps, batch, 3, *places, dtype=torch.float64)
    return x.transpose(0, 1).contiguous() if layer.batch_first else x


def exported(model, *inputs, batch=False, strict=False):
    """Export a model for any number of steps of its first input, and for any batch size."""
    layer = getattr(model, "layer", model)
    axes = {int(layer.batch_first): Dim("steps")} | ({int(not layer.batch_first): Dim("batch")} if batch else {})
    shapes = (axes, *tree_map(lambda _: None, inputs[1:]))
    return torch.export.export(model, inputs, dynamic_shapes=shapes, strict=strict)


@functools.cache
def exported_once(name):
    """A layer and its program for any batch and number of steps: exporting takes seconds, and several tests ask it."""
    layer = made(name)
    return layer, exported(layer, given(layer, 4), batch=True)


def scans(program):
    return sum(node.target is torch.ops.higher_order.scan for node in program.graph.nodes)


def same(one, other):
    torch.testing.assert_close(tree_leaves(one), tree_leaves(other), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", dear(LAYERS))
def test_a_program_takes_any_batch_and_number_of_steps(name):
    layer, program = exported_once(name)
    assert scans(program) == layer.num_layers * layer.num_directions
    with torch.no_grad():
        for steps in STEPS:
            for batch in (1, 3):
                x = given(layer, steps, batch)
                same(program.module()(x), layer(x))


@pytest.mark.parametrize(("name", "strict"), [*((name, False) for name in SOME), ("LSTM, layer norm", True)])
def test_lengths_a_first_state_and_every_state(name, strict):
    torch._dynamo.reset()
    layer = made(name)
    with torch.no_grad():  # PyTorch's strict way wants examples that are no results of a computation
        model, state = Called(layer), layer(given(layer, 3))[1]
    program = exported(model, given(layer, 4), state, torch.tensor([4, 2]), strict=strict).module()
    with torch.no_grad():
        for lengths in ([1, 1], [1, 2], [5, 3], [7, 40]):
            x = given(layer, max(lengths))
            same(program(x, state, torch.tensor(lengths)), model(x, state, torch.tensor(lengths)))


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("name", SOME)
def test_gradients_reach_every_step_from_a_state_of_zeros(name, frozen):
    layer, exported_program = exported_once(name)
    program: Any = exported_program.module()
    x = given(layer, 7).requires_grad_()
    grads = []
    for model in (program, layer):
        weights = dict(model.named_parameters())
        learned = [weights[n] for n in sorted(weights) if not frozen or n.startswith(("bias_hh", "weight_c"))]
        for weight in weights.values():
            weight.requires_grad_(any(weight is one for one in learned))
        loss = sum(y.square().sum() for y in tree_leaves(model(x)))
        grads.append(torch.autograd.grad(loss, [x, *learned]))
    same(*grads)


def test_one_sequence_without_a_batch():
    layer = rt.LSTM(3, 4)
    program = torch.export.export(layer, (torch.randn(4, 3),), dynamic_shapes=({0: Dim("steps")},)).module()
    for steps in STEPS:
        torch.testing.assert_close(program(x := torch.randn(steps, 3)), layer(x))


def test_models_that_hold_a_layer():
    reader = rt.ManyToOne(rt.GRU(3, 4, batch_first=True), 2)
    coder, film = rt.CNNLSTM((1, 5, 6), 4, code_size=3), rt.ConvLSTMForecaster(1, [2], 3)
    for model, shape, more in ((reader, (3,), ()), (coder, (1, 5, 6), ()), (film, (1, 5, 6), (3,))):
        inputs = torch.rand(2, 4, *shape), *more
        program = torch.export.export(model.eval(), inputs, dynamic_shapes=({1: Dim("steps")}, *[None] * len(more)))
        with torch.no_grad():
            x = torch.rand(2, 7, *shape)
            torch.testing.assert_close(program.module()(x, *more), model(x, *more))


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_under_autocast_the_types_are_the_loops(name):
    layer = made(name).float()
    layer.backend = "reference"
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        program = exported(layer, given(layer, 4).float()).module()
        x = given(layer, 7).float()
        torch.testing.assert_close(program(x), layer(x))


def test_a_program_is_saved_and_read():
    (layer, program), file = exported_once("GRU"), io.BytesIO()
    torch.export.save(program, file)
    file.seek(0)
    with torch.no_grad():
        same(torch.export.load(file).module()(x := given(layer, 9)), layer(x))


def test_pytorchs_exporter_to_onnx(tmp_path):
    layer = made("PeepholeLSTM").float()
    example = given(layer, 4).float()
    program: Any = torch.onnx.export(layer, (example,), dynamic_shapes=({0: Dim("steps")},), dynamo=True, verbose=False)
    program.save(tmp_path / "layer.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "layer.onnx", providers=["CPUExecutionProvider"])
    for steps in STEPS:
        x = given(layer, steps).float()
        outputs = session.run(None, {session.get_inputs()[0].name: x.numpy()})
        for ours, theirs in zip(tree_leaves(layer(x)), outputs, strict=True):
            torch.testing.assert_close(torch.tensor(theirs), ours.detach(), rtol=1e-4, atol=1e-5)


def test_with_a_fixed_number_of_steps_every_step_is_in_the_program():
    layer = made("GRU")
    program = torch.export.export(layer, (given(layer, 4),), dynamic_shapes=({1: Dim("batch")},))
    assert scans(program) == 0
    same(program.module()(x := given(layer, 4, batch=5)), layer(x))


def test_pytorchs_operator_by_name_fixes_the_number_of_steps():
    layer = rt.LSTM(3, 4, backend="native")
    with pytest.raises(torch._dynamo.exc.UserError, match="marked steps as dynamic but your code specialized it"):
        exported(layer, torch.randn(4, 2, 3))
