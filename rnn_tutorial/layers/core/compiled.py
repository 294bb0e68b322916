r"""What ``torch.compile`` makes of a layer: by default it leaves the call to the layer, as it does with ``torch.nn``'s.

In a graph, a loop over T steps is T copies of the step: slow to compile, compiled again for every other T, and slower
than the kernel it replaces. So the graph ends before the layer and another one begins after it, unless the caller
asks for a single graph, by ``fullgraph=True`` or ``torch.export``, or for the loop, by ``backend="reference"``.

Importing this module loads the compiler, so ``Recurrent.forward`` does it only while compiling.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch._dynamo.symbolic_convert import InstructionTranslator


@torch.compiler.assume_constant_result
def in_one_graph() -> bool:
    """Whether the compiler must not leave the graph: it asks while compiling and keeps the answer."""
    # There is no public way to know of fullgraph=True. Without a translator, torch.export traces by calling.
    try:
        translator = InstructionTranslator.current_tx()
    except AttributeError:
        return True
    return getattr(translator, "one_graph", True) or getattr(translator, "error_on_graph_break", False)


@torch.compiler.disable
def outside(call: Callable[..., Any], *args: Any) -> Any:
    """Call a function as if nothing were being compiled."""
    return call(*args)
