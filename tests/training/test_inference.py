import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from rnn_tutorial.training import evaluate, predict

from .conftest import network, pairs


def rmse(prediction, target):
    return (prediction - target).square().mean().sqrt()


def test_evaluate_weighs_batches_by_size_and_metrics_see_everything():
    model, data = network(), pairs(7)
    x, y = data.tensors
    whole = model.eval()(x).detach()
    result = evaluate(model, data, loss=nn.MSELoss(), metrics={"rmse": rmse}, batch_size=3)
    assert result == {
        "loss": pytest.approx(float((whole - y).square().mean()), rel=1e-6),
        "rmse": pytest.approx(float(rmse(whole, y)), rel=1e-6),
    }
    assert all(type(value) is float for value in result.values())


def test_predict_keeps_the_order_and_accepts_what_there_is():
    model, data = network(), pairs(10)
    expected = model.eval()(data.tensors[0]).detach()
    items = [(x, y) for x, y in data]
    for given in (data, data.tensors[0], TensorDataset(data.tensors[0]), items, DataLoader(data, batch_size=4)):
        torch.testing.assert_close(predict(model, given, batch_size=3, device="cpu"), expected)


def test_predictions_are_ordinary_tensors():
    prediction = predict(network(), pairs(3))
    assert not prediction.requires_grad
    (prediction * nn.Parameter(torch.ones(1))).sum().backward()  # a tensor of inference mode would refuse


def test_modes_come_back_even_after_an_error():
    model = network()
    model.train()
    model[2].eval()
    before = [module.training for module in model.modules()]
    predict(model, pairs(3))
    assert [module.training for module in model.modules()] == before
    with pytest.raises(RuntimeError):
        predict(model, torch.zeros(3, 5))
    assert [module.training for module in model.modules()] == before


def test_dropout_is_off_and_no_graph_is_kept():
    seen = []
    model = network(dropout=0.9).train()
    model.register_forward_hook(lambda module, args, output: seen.append((module.training, output.requires_grad)))
    evaluate(model, pairs(4), loss=nn.MSELoss())
    assert seen == [(False, False)]


def test_bad_input():
    model = network()
    with pytest.raises(ValueError, match="shuffles"):
        predict(model, DataLoader(pairs(4), shuffle=True))
    with pytest.raises(ValueError, match="empty"):
        predict(model, torch.zeros(0, 4))
    with pytest.raises(TypeError, match="bare Tensor"):
        evaluate(model, torch.zeros(4, 4), loss=nn.MSELoss())
    with pytest.raises(TypeError, match=r"data is 1 part\(s\); expected \(input, target\)"):
        evaluate(model, TensorDataset(torch.zeros(4, 4)), loss=nn.MSELoss())
    with pytest.raises(TypeError, match="3 parts"):
        predict(model, TensorDataset(*[torch.zeros(4, 4)] * 3))
    with pytest.raises(ValueError, match='called "loss"'):
        evaluate(model, pairs(4), loss=nn.MSELoss(), metrics={"loss": rmse})
    with pytest.raises(TypeError, match="'twice' must return a single number"):
        evaluate(model, pairs(4), loss=nn.MSELoss(), metrics={"twice": lambda p, t: p})
    with pytest.raises(TypeError, match="data is a int"):
        predict(model, 3)
