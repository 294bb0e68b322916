"""What the tests of the GPU's kernels share."""

import pytest


@pytest.fixture
def captures(monkeypatch):
    """Let graphs be captured on the CPU, where replaying one is calling the loop again on the graph's own tensors."""
    from rnn_tutorial.kernels.cuda import graphs

    found = []

    def capture(work):
        found.append(work)
        return work

    monkeypatch.setattr(graphs, "on_gpu", lambda tensor: True)
    monkeypatch.setattr(graphs, "capture", capture)
    graphs.forget()
    yield found
    graphs.forget()
