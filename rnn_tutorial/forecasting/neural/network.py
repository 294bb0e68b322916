r"""The network of the forecaster: an encoder over the past and one of three ways to speak of the future."""

from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn

from .batches import Batch
from .outputs import Output
from .reading import Reading
from .recurrent import Layer, LayerName, MakeLayer

Decoding = Literal["decoder", "direct", "recursive"]
DECODINGS: tuple[Decoding, ...] = get_args(Decoding)


class ForecastNetwork(nn.Module):
    r"""Encode the last ``input_length`` steps, then forecast the steps ahead in units of the series.

    ``"decoder"``: a second recurrent layer starts from the encoder's state and runs over the target steps, reading
    what is known about each, :math:`d_k`; a linear map of its output and its input gives the forecast,

    .. math:: r_k = W\,[s_k;\, d_k] + b, \qquad s_k = \text{layer}(d_k, s_{k-1}).

    ``"recursive"``: the same, and :math:`d_k` also holds the value of the step before: the truth or the network's own
    forecast of it (*teacher forcing*; the probability of the truth falls during training, Bengio et al., 2015).

    ``"direct"``: no second layer; all steps are read from the last state at once, :math:`r_k = W_k s + V d_k + b_k`.

    Args:
        layer: What the encoder (and decoder) are made of.
        hidden_size, num_layers: For layers made by name.
        reading: What is read.
        output: What is said about each step.
        decoding: One of the three.
        forced_steps: Training batches over which the probability of the truth falls from 1 to 0.

    References:
        S. Bengio et al. (2015), "Scheduled sampling for sequence prediction with recurrent neural networks", NeurIPS.
    """

    forced: Tensor

    def __init__(
        self,
        layer: "LayerName | MakeLayer | nn.Module",
        hidden_size: int,
        num_layers: int,
        reading: Reading,
        output: Output,
        decoding: Decoding,
        forced_steps: float = 0.0,
    ) -> None:
        super().__init__()
        self.reading, self.output, self.decoding, self.forced_steps = reading, output, decoding, forced_steps
        self.encoder = Layer(layer, reading.past_columns, hidden_size, num_layers)
        self.register_buffer("forced", torch.zeros((), dtype=torch.int64))  # training batches so far
        future = reading.future_columns
        if decoding == "direct":
            self.head = nn.Linear(self.encoder.width, reading.horizon * output.size)
            self.skip = nn.Linear(future, output.size, bias=False)
            return
        columns = max(1, future + (decoding == "recursive"))
        self.bridge = None
        if self.encoder.carries:
            self.decoder = Layer(layer, columns, hidden_size, num_layers)
        else:  # a layer of one's own, whose state is not known: a GRU goes on from its last output
            self.decoder = Layer("gru", columns, hidden_size, 1)
            self.bridge = nn.Linear(self.encoder.width, hidden_size)
        self.head = nn.Linear(self.decoder.width + columns, output.size)

    def forward(self, batch: Batch) -> Tensor:
        """Batch of windows → parameters of the forecast, (B, horizon, n), in units of the series."""
        past, future, location, scale = self.reading(batch)
        outputs, state = self.encoder(past)
        if self.decoding == "direct":
            raw = self.head(outputs[:, -1]).unflatten(-1, (self.reading.horizon, self.output.size)) + self.skip(future)
            return self.output.parameters(raw, location, scale)
        if self.bridge is not None:
            state = torch.tanh(self.bridge(outputs[:, -1]))[None]
        if self.decoding == "recursive":
            return self._step_by_step(batch, past[:, -1, :1], future, state, location, scale)
        if future.shape[-1] == 0:  # no season, no covariate, no clock: the decoder still needs something to count by
            future = future.new_ones(*future.shape[:2], 1)
        decoded, _ = self.decoder(future, state)
        raw = self.head(torch.cat([decoded, future], dim=-1))
        return self.output.parameters(raw, location, scale)

    def _step_by_step(
        self, batch: Batch, last: Tensor, future: Tensor, state: Any, location: Tensor, scale: Tensor
    ) -> Tensor:
        truth = (batch["target"] - location) / scale if self.training and "target" in batch else None
        share = self._share_of_truth() if truth is not None else 0.0
        parameters = []
        for k in range(self.reading.horizon):
            d_k = torch.cat([future[:, k], last], dim=-1)
            s_k, state = self.decoder(d_k[:, None], state)
            raw = self.head(torch.cat([s_k[:, 0], d_k], dim=-1))[:, None]
            parameters.append(self.output.parameters(raw, location, scale))
            last = (self.output.point(parameters[-1]) - location) / scale
            if truth is not None and share > 0:
                y_k = truth[:, k : k + 1]
                told = (torch.rand_like(last) < share) & ~y_k.isnan()
                last = torch.where(told, y_k, last)
        return torch.cat(parameters, dim=1)

    def _share_of_truth(self) -> float:
        share = 1.0 - float(self.forced) / self.forced_steps if self.forced_steps else 0.0
        self.forced += 1
        return max(share, 0.0)
