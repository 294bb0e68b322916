import json

import matplotlib.pyplot as plt
import pytest

from rnn_tutorial.training import History

ROWS = [
    {"epoch": 1, "train_loss": 3.0, "valid_loss": 2.0, "accuracy": 0.5, "mae": 9.0, "lr": 0.1, "seconds": 1.0},
    {"epoch": 2, "train_loss": 2.0, "valid_loss": 1.0, "accuracy": 0.9, "mae": 7.0, "lr": 0.1, "seconds": 1.0},
    {"epoch": 3, "train_loss": 1.0, "valid_loss": 1.5, "accuracy": 0.7, "mae": 8.0, "lr": 0.1, "seconds": 1.0},
]


@pytest.fixture
def history():
    yield History([dict(row) for row in ROWS], "finished")
    plt.close("all")


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_best(history):
    assert history.best()["epoch"] == 2
    assert history.best("train_loss")["epoch"] == 3
    assert history.best("accuracy")["epoch"] == 2
    assert history.best("accuracy", highest=False)["epoch"] == 1
    assert history.best("mae")["epoch"] == 2
    with pytest.raises(KeyError, match=r"'f1'.*it has epoch, train_loss"):
        history.best("f1")
    with pytest.raises(ValueError, match="no epoch"):
        History().best()


def test_best_falls_back_to_the_training_loss():
    assert History([{"epoch": 1, "train_loss": 2.0}, {"epoch": 2, "train_loss": 1.0}]).best()["epoch"] == 2


def test_frame_and_table(history):
    frame = history.to_frame()
    assert list(frame["accuracy"]) == [0.5, 0.9, 0.7]
    assert len(frame) == len(history) == 3
    html = history._repr_html_()
    assert "<table" in html
    assert "lowest valid loss 1 at epoch 2" in html
    assert "color" not in html  # the page's theme decides
    assert "3 epochs in 3.0 s" in repr(history)
    long = History([dict(ROWS[0], epoch=k) for k in range(100)])
    assert long._repr_html_().count("<tr") < 20


def test_plot_with_panels_of_its_own(history):
    ax = history.plot()
    loss, metrics = ax.figure.axes
    assert loss is ax
    assert [list(line.get_ydata()) for line in ax.lines[:2]] == [[3.0, 2.0, 1.0], [2.0, 1.0, 1.5]]
    assert ax.get_xlabel() == "epoch"
    assert ax.get_ylabel() == "loss"
    assert legend(ax) == ["train", "validation", "lowest: epoch 2"]
    assert [line.get_label() for line in metrics.lines] == ["accuracy", "mae"]


def test_plot_into_given_axes(history):
    figure, ax = plt.subplots()
    assert history.plot(ax) is ax
    assert len(figure.axes) == 2
    assert "accuracy" in legend(ax)


def test_plot_without_validation():
    ax = History([{"epoch": 1, "train_loss": 2.0, "lr": 0.1, "seconds": 1.0}]).plot()
    assert len(ax.figure.axes) == 1
    assert legend(ax) == ["train"]
    plt.close("all")
    with pytest.raises(ValueError, match="no epoch"):
        History().plot()
    assert not plt.get_fignums()


def test_save_and_load(history, tmp_path):
    path = tmp_path / "new" / "history.json"
    history.save(path)
    assert History.load(path) == history
    assert [p.name for p in path.parent.iterdir()] == ["history.json"]


def test_a_failed_save_leaves_the_old_file(history, tmp_path, monkeypatch):
    path = tmp_path / "history.json"
    history.save(path)
    before = path.read_text()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        History().save(path)
    assert path.read_text() == before
    assert [p.name for p in tmp_path.iterdir()] == ["history.json"]


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"format": "other/1", "rows": [], "stopped": ""}', "null", "\x80"]
    + [
        json.dumps({"format": "rnn_tutorial.History/1", "stopped": "", "rows": rows})
        for rows in ([1], [{"a": "b"}], 5, [{**ROWS[0], "epoch": True}], [{**ROWS[0], "mae": 10**400}])
    ]
    + ["[" * 10**5],
)
def test_load_refuses_other_files(tmp_path, content):
    path = tmp_path / "history.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(ValueError, match=r"history\.json is not a history saved by History\.save"):
        History.load(path)


@pytest.mark.parametrize(
    "rows",
    [
        [{"epoch": 1, "x": 2.0}],
        [{"train_loss": 2.0}],
        [ROWS[0], {"epoch": 2, "train_loss": 1.0}],
        [{"epoch": 1, "train_loss": 2.0}, ROWS[1]],
    ],
)
def test_load_refuses_rows_of_other_columns(tmp_path, rows):
    path = tmp_path / "history.json"
    History(rows).save(path)
    with pytest.raises(ValueError, match="should have the same columns, epoch and train_loss among them"):
        History.load(path)


def test_rows_may_tell_the_loss_alone(tmp_path):
    short = History([{"epoch": 1, "train_loss": 0.9}, {"epoch": 2, "train_loss": 0.4}])
    assert short.summary() == "2 epochs: train loss 0.4"
    short.save(tmp_path / "history.json")
    assert History.load(tmp_path / "history.json").rows == short.rows


def test_load_of_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        History.load(tmp_path / "none.json")
