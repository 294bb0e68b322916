r"""The measured claims of the chapters: notebooks call these functions, and tests run them small."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules={
        "demand",
        "dialects",
        "footprint",
        "globe",
        "learning_curve",
        "memory",
        "mnist",
        "own_data",
        "papers",
        "scoreboard",
        "sequences",
        "stored",
        "weather_forecast",
        "words",
    },
)
