r"""Figures of the book: every drawing in a chapter comes from here, so that a reader can draw it from their own data."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
