r"""Chapter 2's width and learning rate, in words."""

from rnn_tutorial.experiments.verdicts import Effect

from .common import larger

__all__ = ["against_recipe"]


def against_recipe(cell: tuple[int, float], recipe: tuple[int, float], effect: Effect) -> str:
    r"""Say how the choice with the smallest validation error does on the test weeks; a clause.

    Args:
        cell: Its width and learning rate.
        recipe: Those of the recipe.
        effect: By how many per cent its test error is larger than the recipe's.
    """
    if cell == recipe:
        return "which is the recipe itself"
    return f"whose error on the test weeks, against that of the recipe, is {larger(effect)}"
