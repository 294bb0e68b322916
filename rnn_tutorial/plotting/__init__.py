r"""Figures of the book: each drawing comes from here, so that readers can draw it from their own data."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
