"""The package's rooms, and the names that each offers to readers."""

import inspect
from typing import Any

ROOMS = (
    "layers",
    "convert",
    "onnx_export",
    "checks",
    "devices",
    "data",
    "training",
    "forecasting",
    "video",
    "plotting",
    "exercises",
)


def public(module: Any) -> dict[str, Any]:
    """Return the classes and functions that a folder or a module of the package offers, by name."""
    if hasattr(module, "__all__"):
        things = {name: getattr(module, name) for name in module.__all__}
    else:  # what it defines itself, not what it imports
        things = {n: t for n, t in vars(module).items() if getattr(t, "__module__", "") == module.__name__}
    return {
        name: thing
        for name, thing in things.items()
        if not name.startswith("_") and (inspect.isclass(thing) or inspect.isfunction(thing))
    }
