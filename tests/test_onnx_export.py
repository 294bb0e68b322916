"""Exported models, run by ONNX Runtime, which we did not write: they must compute what our layers do."""

import io
import subprocess
import sys
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx.reference import ReferenceEvaluator

import rnn_tutorial as rt
from rnn_tutorial import convert

KINDS: dict[str, Any] = {
    "RNN tanh": (rt.RNN, {}),
    "RNN relu": (rt.RNN, {"nonlinearity": "relu"}),
    "GRU after": (rt.GRU, {"reset_after": True}),
    "GRU before": (rt.GRU, {"reset_after": False}),
    "LSTM": (rt.LSTM, {}),
    "PeepholeLSTM": (rt.PeepholeLSTM, {}),
}


def make(name, *args, seed=0, **options):
    """Return a layer all of whose parameters differ, so that no two gates can be taken for each other."""
    kind, more = KINDS[name]
    layer = kind(*args, **more, **options)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.5)
    return layer


def exported(layer, **options):
    file = io.BytesIO()
    rt.export_onnx(layer, file, **options)
    return file.getvalue()


def session(layer, **options):
    quiet = onnxruntime.SessionOptions()
    quiet.log_severity_level = 3
    quiet.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(exported(layer, **options), quiet, providers=["CPUExecutionProvider"])


def flat(result):
    output, state = result
    return [y.detach().numpy() for y in (output, *(state if isinstance(state, tuple) else (state,)))]


def close(theirs, ours, **tolerance):
    assert len(theirs) == len(ours)
    for y, expected in zip(theirs, ours, strict=True):
        assert y.shape == expected.shape
        np.testing.assert_allclose(y, expected, **({"rtol": 1e-4, "atol": 1e-5} | tolerance))


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=80, deadline=None, derandomize=True)
@given(data=st.data())
def test_onnx_runtime_computes_the_same(name, data):
    F, H, L = (data.draw(st.integers(1, most)) for most in (4, 5, 3))
    flags = {flag: data.draw(st.booleans()) for flag in ("bias", "batch_first", "bidirectional")}
    asked = {flag: data.draw(st.booleans()) for flag in ("lengths", "initial_state")}
    seed = data.draw(st.integers(0, 2**16))
    layer = make(name, F, H, L, seed=seed, **flags)
    model = session(layer, **asked)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(2):  # one model, any number of steps and sequences
        T, B = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))
        x = torch.randn((B, T, F) if layer.batch_first else (T, B, F), generator=generator)
        feed, lengths = {"input": x.numpy()}, None
        state: Any = None
        if asked["lengths"]:
            lengths = torch.tensor(data.draw(st.lists(st.integers(1, T), min_size=B, max_size=B)))
            feed["lengths"] = lengths.numpy()
        if asked["initial_state"]:
            state = tuple(torch.randn(L * layer.num_directions, B, H, generator=generator) for _ in layer.state_names)
            feed |= {f"{s}_0": value.numpy() for s, value in zip(layer.state_names, state, strict=True)}
            state = state if len(state) > 1 else state[0]
        close(model.run(None, feed), flat(layer(x, state, lengths=lengths)))


@pytest.mark.parametrize("name", KINDS)
def test_lengths_keep_the_backward_run_out_of_the_padding(name):
    layer = make(name, 3, 4, 2, bidirectional=True, batch_first=True)
    x = torch.randn(3, 6, 3, generator=torch.Generator().manual_seed(0)).numpy()
    lengths = np.array([6, 1, 4])
    model = session(layer, lengths=True)
    output, h_n = model.run(["output", "h_n"], {"input": x, "lengths": lengths})
    for b, length in enumerate(lengths):
        alone, end = model.run(["output", "h_n"], {"input": x[b : b + 1, :length], "lengths": lengths[b : b + 1]})
        np.testing.assert_allclose(output[b, :length], alone[0], atol=1e-6)
        assert not output[b, length:].any()
        np.testing.assert_allclose(h_n[:, b], end[:, 0], atol=1e-6)
        np.testing.assert_allclose(h_n[3, b], output[b, 0, 4:], atol=1e-6)  # backward ends at the first step


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("lengths", [[0, 5, 2], [0, 0, 0]])
def test_sequences_without_a_step(name, lengths):
    layer, x = make(name, 3, 4, 2, bidirectional=True), torch.randn(5, 3, 3)
    expected = flat(layer(x, lengths=lengths))
    close(session(layer, lengths=True).run(None, {"input": x.numpy(), "lengths": np.array(lengths)}), expected)
    first = {f"{state}_0": np.ones((4, 3, 4), dtype=np.float32) for state in layer.state_names}
    model = session(layer, lengths=True, initial_state=True)
    output, *ends = model.run(None, {"input": x.numpy(), "lengths": np.array(lengths)} | first)
    assert not output[:, 0].any()
    assert not any(end[:, 0].any() for end in ends)  # the runtime's own choice


@pytest.mark.parametrize("name", [name for name in KINDS if name != "RNN relu"])
def test_the_operators_own_definition_in_float64(name):
    """ONNX ships its specification as a program: slow, forward and tanh only, and to the last digits."""
    if "LSTM" in name and tuple(map(int, onnx.__version__.split(".")[:2])) < (1, 23):
        pytest.skip("this version's program of an LSTM does not give the last cell")
    layer = make(name, 3, 4, dtype=torch.float64)
    x = torch.randn(5, 2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    program = ReferenceEvaluator(onnx.load_from_string(exported(layer)))
    close(program.run(None, {"input": x.numpy()}), flat(layer(x)), rtol=1e-12, atol=1e-13)


def test_half_precision():
    layer = make("LSTM", 3, 4)
    x = torch.randn(5, 2, 3, generator=torch.Generator().manual_seed(0))
    expected = flat(layer(x))
    output = session(layer.half()).run(None, {"input": x.half().numpy()})
    assert output[0].dtype == np.float16
    close(output, expected, rtol=0.01, atol=0.005)


def test_one_native_node_a_layer_and_open_axes():
    graph = onnx.load_from_string(
        exported(make("GRU after", 3, 4, 2, batch_first=True), lengths=True, initial_state=True)
    ).graph
    assert [node.op_type for node in graph.node].count("GRU") == 2
    assert not {node.op_type for node in graph.node} & {"Loop", "Scan", "MatMul", "Gemm"}

    def shapes(values):
        return {v.name: [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim] for v in values}

    assert shapes(graph.input) == {"input": ["batch", "time", 3], "lengths": ["batch"], "h_0": [2, "batch", 4]}
    assert shapes(graph.output) == {"output": ["batch", "time", 4], "h_n": [2, "batch", 4]}


def test_dropout_is_left_out():
    layer = rt.LSTM(3, 4, 2, dropout=0.9)
    x = torch.ones(5, 2, 3)
    assert layer.training
    close(session(layer).run(None, {"input": x.numpy()}), flat(layer.eval()(x)))


# ---- weights -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_round_trip_is_exact(name, bias, bidirectional):
    layer = make(name, 3, 4, 2, bias=bias, bidirectional=bidirectional)
    copy = make(name, 3, 4, 2, bias=bias, bidirectional=bidirectional, seed=1)
    for number in range(2):
        convert.from_onnx(copy, convert.to_onnx(layer, number), number)
    for key, value in layer.state_dict().items():
        assert torch.equal(value, copy.state_dict()[key]), key


@pytest.mark.parametrize("name", KINDS)
def test_weights_read_back_from_a_model(name):
    layer, copy = (make(name, 3, 4, 2, bidirectional=True, seed=seed) for seed in (0, 1))
    tensors = {t.name: onnx.numpy_helper.to_array(t) for t in onnx.load_from_string(exported(layer)).graph.initializer}
    for number in range(2):
        convert.from_onnx(copy, {k: tensors.get(f"{k}_l{number}") for k in "WRBP"}, number)
    x = torch.ones(3, 2, 3)
    close(flat(copy(x)), flat(layer(x)), rtol=0, atol=0)


def test_order_of_gates_and_peepholes():
    layer = rt.PeepholeLSTM(1, 1, dtype=torch.float64)
    with torch.no_grad():
        for parameter, values in zip(
            layer.parameters(), ([1, 2, 3, 4], [5, 6, 7, 8], [1, 2, 3, 4], [5, 6, 7, 8], [1], [2], [4]), strict=True
        ):
            parameter.copy_(torch.tensor(values, dtype=torch.float64).view(parameter.shape))
    tensors = {name: array.ravel().tolist() for name, array in convert.to_onnx(layer).items()}
    # ours: i, f, g, o = 1, 2, 3, 4
    assert tensors == {"W": [1, 4, 2, 3], "R": [5, 8, 6, 7], "B": [1, 4, 2, 3, 5, 8, 6, 7], "P": [1, 4, 2]}


def test_absent_biases_and_peepholes_are_zero():
    layer = make("PeepholeLSTM", 3, 4)
    tensors = convert.to_onnx(layer)
    convert.from_onnx(layer, {"W": tensors["W"], "R": tensors["R"], "B": None})
    assert not any(p.any() for name, p in layer.named_parameters() if name.startswith(("bias", "weight_c")))
    assert layer.weight_ih_l0.any()


# ---- files and errors ----------------------------------------------------------------------------------------


def test_a_path_never_holds_half_a_model(tmp_path, monkeypatch):
    path = tmp_path / "new" / "model.onnx"
    layer = rt.RNN(2, 3)
    rt.export_onnx(layer, path)
    before = path.read_bytes()
    assert before == exported(layer)
    onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def full(self, target):
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space left"):
        rt.export_onnx(rt.LSTM(2, 3), str(path))
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["model.onnx"]


@pytest.mark.parametrize(
    ("layer", "error", "message"),
    [
        (rt.LSTM(2, 3, proj_size=1), ValueError, "ONNX lacks proj_size"),
        (rt.GRU(2, 3, layer_norm=True), ValueError, "ONNX lacks layer_norm"),
        (rt.ConvLSTM(2, 3, 3, peephole=None), ValueError, "ONNX lacks an operator for it; torch.onnx.export"),
        (rt.RNN(2, 3, dtype=torch.bfloat16), TypeError, r"cannot export torch.bfloat16: call layer.float\(\) first"),
        (torch.nn.LSTM(2, 3), TypeError, "convert it with from_torch first"),
        (torch.nn.Linear(2, 3), TypeError, "expected an RNN, LSTM, GRU, PeepholeLSTM or ConvLSTM"),
    ],
)
def test_what_the_operators_cannot_do(layer, error, message, tmp_path):
    with pytest.raises(error, match=message):
        rt.export_onnx(layer, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_missing_onnx_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "rnn-tutorial\[onnx\] @ git'):
        rt.export_onnx(rt.LSTM(2, 3), io.BytesIO())


def test_conversion_needs_neither_library():
    program = "import sys, rnn_tutorial as rt; rt.convert.to_onnx(rt.LSTM(2, 3)); rt.export_onnx; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"onnx", "onnxruntime", "keras"} & set(loaded)


@pytest.mark.parametrize(
    "layer",
    [rt.ConvLSTM(1, [2, 3], 3, batch_first=True, bidirectional=True), rt.CNNLSTM((1, 6, 7), 4, code_size=3)],
    ids=["ConvLSTM", "CNNLSTM"],
)
# The exporter's own dependencies warn of each other's old names; that is not ours to mend.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_videos_go_through_pytorchs_exporter(layer, tmp_path):
    video = torch.rand(2, 4, 1, 6, 7)
    expected = layer.eval()(video)[0]
    path = tmp_path / "video.onnx"
    torch.onnx.export(layer, (video,), path, dynamo=True, verbose=False)
    quiet = onnxruntime.SessionOptions()
    quiet.log_severity_level = 3
    run = onnxruntime.InferenceSession(path, quiet, providers=["CPUExecutionProvider"])
    theirs = run.run(None, {run.get_inputs()[0].name: video.numpy()})[0]
    np.testing.assert_allclose(theirs, expected.detach().numpy(), rtol=1e-4, atol=1e-5)
