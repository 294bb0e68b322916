r"""The fast way for RNN, LSTM and GRU: PyTorch's own operators (oneDNN on CPUs, cuDNN on NVIDIA GPUs).

They compute what ``Recurrent``'s loop computes, all layers and directions in one call. What they cannot do (hand
out the state of every step, be traced whole by ``torch.compile``, be mapped by ``torch.func``) goes to the loop.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from . import noise, recorded
from .autocast import under_autocast
from .definition import Definition
from .sequences import Sequences
from .types import State

OPERATORS = {"LSTM": torch.lstm, "GRU": torch.gru, "RNN_TANH": torch.rnn_tanh, "RNN_RELU": torch.rnn_relu}


def unsupported_reason(layer: Definition, sequences: Sequences, return_all_states: bool) -> str:
    """Say what of the call PyTorch's operator cannot do, after "cannot", or nothing."""
    if operator(layer) is None:
        return f"run this {noise.described(layer)}: PyTorch has no operator for it"
    if reason := noise.unsupported_reason(layer):
        return reason
    if return_all_states:
        return "return the states of every step (PyTorch's operators keep only the last)"
    if drops_alike(layer) and (sequences.packed is not None or sequences.lengths is not None):
        return "drop the same units at every step of packed sequences"
    if layer.backend == "auto":  # asked for by name, PyTorch may say itself what it cannot do
        if torch.compiler.is_compiling():
            return "be compiled into one graph"
        if torch._C._functorch.peek_interpreter_stack() is not None:
            return "be transformed by torch.func"
        if sequences.lengths is not None and recorded.watched():
            return "pack sequences whose lengths a TorchDispatchMode hides or writes down"
        if len(layer.state_names) > 1 and under_autocast(sequences.tensor):
            return "keep the cell state in float32 under autocast"
    return ""


def run(layer: Definition, sequences: Sequences, state: State) -> tuple[Any, State]:
    """Run all layers: returns the output, (T, B, D · H) or packed, and the final states, each (L · D, B, H)."""
    lengths = sequences.lengths
    if lengths is not None and (torch.jit.is_tracing() or not lengths.all()):  # a trace must do for other lengths
        return _run_those_with_steps(layer, sequences, lengths, state)
    return _run(layer, sequences, state)


def _run_those_with_steps(
    layer: Definition, sequences: Sequences, lengths: Tensor, state: State
) -> tuple[Tensor, State]:
    # A sequence without a step cannot be packed. It takes no part: its output is 0, and its state stays what it was.
    some = lengths.nonzero().squeeze(1)
    where = some.to(sequences.tensor.device)
    part = sequences._replace(tensor=sequences.tensor.index_select(1, where), lengths=lengths[some])
    output, final = _run(layer, part, tuple(s.index_select(1, where) for s in state))
    if isinstance(output, PackedSequence):
        output, _ = pad_packed_sequence(output, total_length=sequences.steps)
    whole = output.new_zeros(sequences.steps, sequences.batch_size, output.shape[2]).index_copy(1, where, output)
    return whole, tuple(s.to(n.dtype).index_copy(1, where, n) for s, n in zip(state, final, strict=True))


def _run(layer: Definition, sequences: Sequences, state: State) -> tuple[Any, State]:
    packed = sequences.as_packed()
    if packed is not None:
        return _run_packed(layer, packed, state)
    x = sequences.tensor
    if _layer_by_layer(layer, x):
        return _run_layer_by_layer(layer, x, state)
    output, *final = _call(layer, x, state, layer.flat_weights(), layer.num_layers, layer.dropout)
    return output, tuple(final)


def _call(layer: Definition, x: Tensor, state: State, flat: list[Tensor], num_layers: int, dropout: float) -> Any:
    hx = state if len(state) > 1 else state[0]
    return operator(layer)(x, hx, flat, layer.bias, num_layers, dropout, layer.training, layer.bidirectional, False)


def one_way(layer: Definition, first: int, count: int) -> Any:
    """Return the operator of ``count`` layers of one direction, the first of them run number ``first``."""
    flat = [weight for weights in layer.all_weights[first : first + count] for weight in weights]

    def call(x: Tensor, state: State) -> tuple[Tensor, State]:
        hx = state if len(state) > 1 else state[0]
        output, *final = operator(layer)(x, hx, flat, layer.bias, count, 0.0, layer.training, False, False)
        return output, tuple(final)

    return call


def _run_packed(layer: Definition, packed: PackedSequence, state: State) -> tuple[PackedSequence, State]:
    # The operator wants the longest sequence first; states come and go in the caller's order.
    order, back = packed.sorted_indices, packed.unsorted_indices
    if order is not None:
        state = tuple(s.index_select(1, order) for s in state)
    hx = state if len(state) > 1 else state[0]
    data, *final = operator(layer)(
        packed.data,
        packed.batch_sizes,
        hx,
        layer.flat_weights(),
        layer.bias,
        layer.num_layers,
        layer.dropout,
        layer.training,
        layer.bidirectional,
    )
    if back is not None:
        final = [s.index_select(1, back) for s in final]
    return PackedSequence(data, packed.batch_sizes, order, back), tuple(final)


def _layer_by_layer(layer: Definition, x: Tensor) -> bool:
    # Dropout inside the MPS operator was wrong in several releases of PyTorch (masks missing in the backward pass,
    # pytorch#190056; one mask for all steps of training, pytorch#185351): there we call it a layer at a time.
    return drops_alike(layer) or (layer.num_layers > 1 and layer.dropout > 0 and x.device.type == "mps")


def drops_alike(layer: Definition) -> bool:
    """Whether one dropout mask must serve all steps, which PyTorch's operators cannot do between their layers."""
    return layer.variational and layer.training and layer.num_layers > 1 and layer.dropout > 0


def _run_layer_by_layer(layer: Definition, x: Tensor, state: State) -> tuple[Tensor, State]:
    d = layer.num_directions
    finals: list[list[Tensor]] = []
    for k in range(layer.num_layers):
        first = tuple(s[k * d : (k + 1) * d] for s in state)
        flat = [weight for weights in layer.all_weights[k * d : (k + 1) * d] for weight in weights]
        x, *final = _call(layer, x, first, flat, 1, 0.0)
        finals.append(final)
        if k < layer.num_layers - 1:
            x = layer.drop(x)
    return x, tuple(torch.cat(tensors) for tensors in zip(*finals, strict=True))


def flatten(layer: Definition) -> None:
    """Copy the weights into the one block of memory that cuDNN reads; a no-op elsewhere."""
    flat = layer.flat_weights()
    on_cudnn = all(w.is_cuda and torch.backends.cudnn.is_acceptable(w) for w in flat)
    if operator(layer) is None or not on_cudnn or len({w.data_ptr() for w in flat}) != len(flat):
        return
    from torch.backends.cudnn.rnn import get_cudnn_mode

    with torch.no_grad(), torch.cuda.device_of(flat[0]):
        torch._cudnn_rnn_flatten_weight(
            flat,
            len(layer.all_weights[0]),
            layer.input_size,
            get_cudnn_mode(layer.mode),
            layer.hidden_size,
            layer.proj_size,
            layer.num_layers,
            layer.batch_first,
            layer.bidirectional,
        )


def operator(layer: Definition) -> Any:
    """Return PyTorch's function for this layer, or None."""
    if layer.mode is None or layer.layer_norm or not computes_known_step(layer.__class__):
        return None
    return OPERATORS[layer.mode]


def computes_known_step(cls: type) -> bool:
    """Whether a class computes the step of the network that names its ``kernel``: a subclass may have changed it."""
    for ancestor in cls.__mro__:
        own = ancestor.__dict__  # `vars(ancestor)` stops an older torch.compile
        if "kernel" in own:
            return True
        if {"step", "finish", "input_map", "state_map", "convolve"} & own.keys():
            return False
    return False
