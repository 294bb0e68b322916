"""The program's results are on the disk before they have their names."""

from pathlib import Path

from rnn_tutorial.cli import output


def test_files_then_their_folder_then_the_names(tmp_path, monkeypatch):
    events = []
    sync, rename = output.sync, Path.rename

    def synced(path):
        events.append(f"sync {path.name}")
        sync(path)

    def renamed(self, target):
        events.append(f"rename {target.name}")
        return rename(self, target)

    monkeypatch.setattr(output, "sync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    with output.all_or_nothing(tmp_path / "out", tmp_path / "model") as (folder, model):
        (folder / "forecast.csv").write_text("time,value\n")
        assert model is not None
        model.write_bytes(b"weights")
    above = f"sync {tmp_path.name}"
    assert events == ["sync forecast.csv", "sync new", "rename out", above, above]
    assert (tmp_path / "model").read_bytes() == b"weights"
