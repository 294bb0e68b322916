r"""What methods that are put around another one have in common: chance enters them through that one alone."""

from typing import Self

from rnn_tutorial.forecasting.method import Method


class Around(Method):
    r"""Base of methods around one other, the constructor's argument ``method``, of which a copy is fitted.

    Attributes:
        method: As it was given, unfitted.
    """

    method: Method

    @property
    def depends_on_chance(self) -> bool:
        """Whether the method does."""
        return self.method.depends_on_chance

    def with_seed(self, seed: int) -> Self:
        """Return an unfitted copy around a method with another seed."""
        return type(self)(**(self.get_params(deep=False) | {"method": self.method.with_seed(seed)}))
