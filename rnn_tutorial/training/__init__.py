r"""Train a model, on whatever device there is, and keep what happened.

``fit`` is the one training loop of the book, on Hugging Face accelerate; ``predict`` and ``evaluate`` use the result;
``History`` holds one row per epoch and plots itself.
"""

import warnings

from rnn_tutorial import extras
from rnn_tutorial.lazy import attach

extras.require("forecast", __name__)
with warnings.catch_warnings():
    # Accelerate's dependencies import tqdm.auto, which complains in a notebook without ipywidgets. We use the plain
    # bar on purpose, and the complaint would stand on every page.
    warnings.simplefilter("ignore")
    import tqdm.auto  # type: ignore[import-untyped]  # noqa: F401


__getattr__, __dir__, __all__ = attach(__name__, __file__)
