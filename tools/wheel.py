"""A wheel brings along what chapters show of earlier runs: a notebook opened alone has no checkout beside it."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class KeptResults(BuildHookInterface):
    """Put ``benchmarks/results`` into the package; an editable installation reads them where they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folder and its place in the wheel; ``version`` is "standard" or "editable"."""
        if version != "editable":
            build_data["force_include"]["benchmarks/results"] = "rnn_tutorial/results"
