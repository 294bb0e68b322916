"""What a user writes, as type checkers see it; read by mypy and basedpyright, never run.

``assert_type`` wants exactly this type. A line that ends in ``type: ignore`` has to be an error: both checkers report
one that is not needed.
"""

from typing import assert_type

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

import rnn_tutorial as rt
from rnn_tutorial.forecasting.types import Array, Origins

Pair = tuple[Tensor, Tensor]

x = torch.randn(5, 2, 3)
packed = torch.nn.utils.rnn.pack_sequence([torch.randn(5, 3)])

# ---- layers give tensors -----------------------------------------------------------------------------------------
for one in (rt.RNN(3, 4), rt.GRU(3, 4, num_layers=2, bidirectional=True)):
    output, h_n = one(x, lengths=[5, 3])
    assert_type(output, Tensor)
    assert_type(h_n, Tensor)
assert_type(rt.GRU(3, 4)(x, torch.zeros(1, 2, 4)), tuple[Tensor, Tensor])
assert_type(rt.RNN(3, 4)(x, return_all_states=True), tuple[Tensor, Tensor, Tensor])
assert_type(rt.GRU(3, 4)(packed), tuple[PackedSequence, Tensor])

assert_type(rt.LSTM(3, 4)(x), tuple[Tensor, Pair])
assert_type(rt.LSTM(3, 4)(x, (torch.zeros(1, 2, 4), torch.zeros(1, 2, 4))), tuple[Tensor, Pair])
assert_type(rt.LSTM(3, 4)(x, return_all_states=True), tuple[Tensor, Pair, Pair])
assert_type(rt.PeepholeLSTM(3, 4)(packed), tuple[PackedSequence, Pair])
assert_type(rt.LSTM(3, 4)(packed, return_all_states=True), tuple[PackedSequence, Pair, Pair])
assert_type(rt.LSTM(3, 4)(x, mask=torch.ones(5, 2, dtype=torch.bool)), tuple[Tensor, Pair])
assert_type(rt.GRU(3, 4)(x, reset=torch.ones(5, 2, dtype=torch.bool), lengths=[5, 0]), tuple[Tensor, Tensor])

videos = torch.rand(2, 5, 1, 8, 8)
convolutional = rt.ConvLSTM(1, 4, kernel_size=3, batch_first=True, peephole=None)
output, (h_n, c_n) = convolutional(videos)
assert_type(h_n, Tensor)
assert_type(c_n, Tensor)
assert_type(convolutional(videos, return_all_states=True), tuple[Tensor, Pair, Pair])
Several = Tensor | tuple[Tensor, ...]  # layers of 4 and of 2 channels: a tensor each
assert_type(rt.ConvLSTM(1, [4, 2], 3)(videos), tuple[Tensor, tuple[Several, Several]])

assert_type(rt.CNNLSTM((1, 8, 8), 16)(videos), tuple[Tensor, Pair])
assert_type(rt.ConvLSTMForecaster(1, [4, 2], 3)(videos, steps=3), Tensor)
assert_type(rt.ManyToOne(rt.LSTM(3, 4, batch_first=True), 10)(x), Tensor)
assert_type(rt.in_chunks(rt.GRU(3, 4), x, steps=2), tuple[Tensor, Tensor])
assert_type(rt.in_chunks(rt.GRU(3, 4), packed, steps=2), tuple[PackedSequence, Tensor])
assert_type(rt.in_chunks(rt.LSTM(3, 4), x, steps=2, lengths=[5, 2]), tuple[Tensor, Pair])
assert_type(rt.in_chunks(rt.LSTM(3, 4), x, steps=2, gradient="truncated"), tuple[Tensor, Pair])

network: rt.LSTM | rt.GRU = rt.GRU(3, 4)
assert_type(network(x)[0], Tensor)
for layer in [rt.RNN(3, 4), rt.LSTM(3, 4), rt.PeepholeLSTM(3, 4)]:
    assert_type(layer(x)[0], Tensor)

rt.GRU(3, 4)(x, (h_n, c_n))  # type: ignore[call-overload]  # a GRU has one state
rt.LSTM(3, 4)(x, h_n)  # type: ignore[call-overload]  # an LSTM has two
rt.GRU(3, 4)([[1.0]])  # type: ignore[call-overload]
rt.GRU(3, 4)(packed, mask=torch.ones(5, 2, dtype=torch.bool))  # type: ignore[call-overload]

# ---- names -------------------------------------------------------------------------------------------------------
rt.LSTM(3, 4, backend="fused", recurrent_init="orthogonal", forget_bias=1.0)
rt.LSTM(3, 4, zoneout=(0.1, 0.2), recurrent_dropout=0.3, weight_dropout=0.4, gate_activation="hard_sigmoid")
rt.ConvLSTM(1, 4, 3, zoneout=0.1, recurrent_dropout=0.3, weight_dropout=0.4, gate_activation="hard_sigmoid")
rt.RNN(3, 4, zoneout=0.1, recurrent_dropout=0.3, weight_dropout=0.4)
rt.RNN(3, 4, gate_activation="sigmoid")  # type: ignore[arg-type]
rt.GRU(3, 4, gate_activation="hard")  # type: ignore[arg-type]
rt.LSTM(3, 4, zoneout="0.1")  # type: ignore[arg-type]
rt.LSTM(3, 4, backend="fast")  # type: ignore[arg-type]
rt.GRU(3, 4, backend="fast")  # type: ignore[arg-type]
rt.GRU(3, 4, proj_size=2)  # type: ignore[call-arg]
rt.RNN(3, 4, nonlinearity="sigmoid")  # type: ignore[arg-type]
rt.RNN(3, 4, proj_size=2)  # type: ignore[arg-type]
rt.ConvLSTM(1, 4, 3, padding_mode="same")  # type: ignore[call-overload]
rt.ConvLSTM(1, 4, 3, layer_norm=True)  # type: ignore[call-overload]
rt.CNNLSTM((1, 8, 8), 16, layernorm=True)  # type: ignore[call-arg]
rt.in_chunks(rt.GRU(3, 4), x, steps=2, gradient="none")  # type: ignore[call-overload]
rt.LSTN(3, 4)  # type: ignore[attr-defined]
rt.layers.LSTN(3, 4)  # type: ignore[attr-defined]

# ---- forecasting and training ------------------------------------------------------------------------------------
values = [float(t % 7) for t in range(100)]
model = rt.Forecaster("gru", horizon=7, seasons=(7,), decoding="direct", output="gaussian", scale="series")
assert_type(model.fit(values), rt.Forecaster)
model.fit(rt.load_series("sunspots"), valid=20, progress=True)
model.update([1.0, 2.0], epochs=1)
forecast = model.predict(levels=[0.1, 0.9])
assert_type(forecast, rt.forecasting.forecast.Forecast)
rt.Forecaster(lambda features: rt.LSTM(features, 8, batch_first=True), 7)
rt.Forecaster(torch.nn.GRU(4, 8, batch_first=True), 7)

model.predict(series=rt.load_series("sunspots"))
assert_type(model.forecast(values, [90, 93], levels=(0.1, 0.9)), Array)
model.predict(values)  # type: ignore[arg-type]  # the horizon comes first
model.predict(covariates=None)  # type: ignore[call-arg]  # columns travel in the series
model.fit(rt.data.Series.of(values, covariates=rt.data.Covariates(known=np.zeros((107, 1)))), valid=None)

baseline = rt.forecasting.SeasonalNaive(7)
assert_type(baseline.fit(values).predict(horizon=14), rt.forecasting.forecast.Forecast)
assert_type(baseline.set_params(season=5), rt.forecasting.SeasonalNaive)


class Mean(rt.forecasting.Method):
    """A method of one's own."""

    name, parameters, baseline = "mean", 1, True

    def learn(self, series: rt.data.Series) -> None:
        """Learn the mean."""
        self.mean = series.values.mean()

    def points(self, series: rt.data.Series, origins: Origins, horizon: int) -> Array:
        """Forecast the mean."""
        return np.full((len(origins), horizon), self.mean)


assert_type(Mean().fit(values), Mean)
assert_type(rt.Conformal(Mean(), calibration=50).fit(values).interval(values, [100], 7), tuple[Array, Array])
hybrid = rt.Hybrid(rt.forecasting.HoltWinters(7, 49), rt.Forecaster("lstm", 7))
assert_type(hybrid.fit(values), rt.Hybrid)
assert_type(rt.backtest([model, hybrid, baseline], rt.load_series("taylor"), horizon=7), rt.Backtest)
rt.Conformal(model, calibration=50)
rt.backtest([Mean(), baseline], rt.load_series("taylor"), horizon=7)
rt.backtest([model], "taylor", horizon=7)  # type: ignore[arg-type]

rt.Forecaster("gruu", 7)  # type: ignore[arg-type]
rt.Forecaster("gru", "week")  # type: ignore[arg-type]
rt.Forecaster("gru", 7, decoding="directly")  # type: ignore[arg-type]
rt.Forecaster("gru", 7, scale="log")  # type: ignore[arg-type]
rt.Forecaster("gru", 7, output="quantiles")  # type: ignore[arg-type]
rt.Forecaster("gru", 7, missing="drop")  # type: ignore[arg-type]
rt.Forecaster("gru", 7, hidden=64)  # type: ignore[call-arg]
model.fit(values, validation=20)  # type: ignore[call-arg]
rt.load_series("sunspot")  # type: ignore[arg-type]
rt.forecasting.HoltWinter  # type: ignore[attr-defined]  # noqa: B018


def train(network: torch.nn.Module) -> rt.History:
    loss = torch.nn.functional.mse_loss
    rt.fit(network, None, loss=loss, epochs=1, optimizer="adamw", schedule="onecycle", mixed_precision="bf16")
    rt.fit(network, None, loss=loss, epochs=1, optimizer=torch.optim.Adam, schedule=None)
    rt.fit(network, None, loss=loss, epochs=1, optimizer="adamx")  # type: ignore[arg-type]
    rt.fit(network, None, loss=loss, epochs=1, schedule="cosin")  # type: ignore[arg-type]
    rt.fit(network, None, loss=loss, epochs=1, mixed_precision="fp8")  # type: ignore[arg-type]
    return rt.fit(network, None, loss=loss, epochs=1, on_interrupt="return")


assert_type(rt.predict(rt.ManyToOne(rt.GRU(3, 4, batch_first=True), 1), x), Tensor)
