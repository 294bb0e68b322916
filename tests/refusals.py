"""A call that is refused, and has changed nothing before that."""

from typing import Any

import pytest
import torch


def unchanged(layer: Any, call: Any, message: str) -> None:
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    with pytest.raises(ValueError, match=message):
        call()
    assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items())
