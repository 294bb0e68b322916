r"""Train a model, on whatever device there is, and keep what happened.

``fit`` is the one training loop of the book, on Hugging Face accelerate; ``predict`` and ``evaluate`` use the result;
``History`` holds one row per epoch and plots itself.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
