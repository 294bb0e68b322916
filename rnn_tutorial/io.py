r"""Files that appear whole or not at all."""

import os
import tempfile
from pathlib import Path


def write_atomically(path: str | Path, data: bytes | str) -> None:
    r"""Write a file so that a reader sees either none, the old one or all of the new one.

    The bytes go to a temporary file of a unique name in the same folder, which is then renamed. Two processes may
    therefore write the same path at the same time; the last one wins and neither sees the other's half file.

    Args:
        path: The file; missing parent folders are made.
        data: Its whole content; text is written as UTF-8.

    Raises:
        OSError: The disk is full or the folder may not be written. Nothing is left behind.
    """
    path, temporary = Path(path), None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # readable by others, which tempfile's 0600 is not
        os.replace(temporary, path)  # noqa: PTH105 -- the name the tests look for
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
