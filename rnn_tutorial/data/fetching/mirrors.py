r"""A file from web servers that hold copies of each other, with an end in sight, however slowly one of them trickles.

Python's time limit is one for a single wait: a server that sends a byte now and then never reaches it. The look-up of
a name and the lines before the content know no other limit either. So a thread does the reading, and nobody waits for
it any longer when the time is up.
"""

import contextlib
import threading
import time
import urllib.request
from http.client import HTTPException

from rnn_tutorial.data.errors import DownloadError

from .archives import LARGEST

ANSWER_TIMEOUT = 4.0
"""Seconds within which a server has to answer at all."""

PACKET_TIMEOUT = 6.0
"""Seconds to wait for any one packet."""

_PIECE = 1 << 16
_NAME = {"User-Agent": "rnn-tutorial"}


def answering(mirrors: list[str], filename: str) -> list[str]:
    """Mirrors that answer for one file within the time limit, all asked at once."""
    good: dict[str, bool] = {}

    def ask(mirror: str) -> None:
        request = urllib.request.Request(mirror + filename, method="HEAD", headers=_NAME)
        with contextlib.suppress(Exception), urllib.request.urlopen(request, timeout=ANSWER_TIMEOUT):
            good[mirror] = True

    threads = [threading.Thread(target=ask, args=(mirror,), daemon=True) for mirror in mirrors]
    for thread in threads:
        thread.start()
    end = time.monotonic() + ANSWER_TIMEOUT
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return [mirror for mirror in mirrors if mirror in good]


def content_of(url: str, end: float) -> bytes:
    r"""Read what an address serves; it is not verified, and may have been cut.

    Args:
        url: The address.
        end: When to give up, on the clock of ``time.monotonic``.

    Raises:
        DownloadError: It broke off, or the time was up.
    """
    found: list[bytes] = []
    broken: list[Exception] = []

    def read() -> None:
        content = bytearray()
        try:
            request = urllib.request.Request(url, headers=_NAME)
            with urllib.request.urlopen(request, timeout=PACKET_TIMEOUT) as response:
                while piece := response.read1(_PIECE):  # as much as has come, and no wait for more
                    if time.monotonic() > end:
                        return
                    content += piece
                    if len(content) > LARGEST:
                        raise OSError(f"it is larger than {LARGEST >> 20} MiB")
            found.append(bytes(content))
        except (OSError, HTTPException, ValueError) as error:  # ValueError: an address that is none
            broken.append(error)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(max(0.0, end - time.monotonic()))
    if found:
        return found[0]
    if broken:
        raise DownloadError(f"the download of {url} broke off: {broken[0]}") from broken[0]
    raise DownloadError(f"the download of {url} was stopped: it was not whole when the time was up")
