r"""What can go wrong between a file on PyPI and an array in memory: one base class, three kinds."""


class DataError(RuntimeError):
    """Some input data could not be had; the message says what was tried, why it failed and what to do."""


class DownloadError(DataError):
    """Nothing arrived: pip is missing, the network is, or the package or version does not exist."""


class IntegrityError(DataError):
    """Something arrived that is not the file we know: a member is absent or its SHA-256 differs."""


class StorageError(DataError):
    """The disk refused: it is full, or the folder may not be written or read."""
