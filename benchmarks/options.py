"""Options that the commands share: which parts of a study to run, and where its rows are kept."""

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path, typer.Option(help="Where the rows are kept.")]
Seeds = Annotated[int, typer.Option(help="So many seeds, from 0.")]
Networks = Annotated[list[str] | None, typer.Option(help="Only these networks.")]
Methods = Annotated[list[str] | None, typer.Option(help="Only these methods.")]
Tasks = Annotated[list[str] | None, typer.Option(help="Only these tasks.")]
