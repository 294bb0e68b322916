r"""Forecasters that know nothing of networks, the scores to judge by, and the board on which all are compared."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
