from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from rnn_tutorial.cli.app import app

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the program in an empty folder; standard output and error are apart."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return call


@pytest.fixture
def refused(run: Run, tmp_path: Path) -> Callable[..., str]:
    """Call the program, expect one paragraph on standard error, exit code 1, and no new file; return the paragraph."""

    def call(*arguments: object) -> str:
        before = sorted(tmp_path.rglob("*"))
        result = run(*arguments)
        assert result.exit_code == 1, result.output
        assert "Traceback" not in result.stderr
        assert result.stdout == ""
        assert sorted(tmp_path.rglob("*")) == before
        return " ".join(result.stderr.split())

    return call
