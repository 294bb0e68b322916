"""Take the picture of the README from the built book: ``python -m tools.readme_picture``."""

import sys

from tools.browser import DESKTOP, chromium, find_chromium, served, settle
from tools.layout import BOOK, HTML

PAGE, ANCHOR = "01_rnn.html", "the-idea"
PICTURE = BOOK / "_static" / "readme-page.png"


def main() -> int:
    """Write the picture; returns the exit status."""
    executable = find_chromium()
    if executable is None or not (HTML / PAGE).exists():
        print("error: the picture needs a built book (make book) and a Chromium", file=sys.stderr)
        return 1
    with served(HTML) as site, chromium(executable) as browser:
        page = browser.new_page(viewport=DESKTOP, color_scheme="light")  # type: ignore[arg-type]
        page.goto(f"{site}/{PAGE}")
        settle(page)
        page.locator(f"#{ANCHOR}").evaluate("section => section.scrollIntoView()")
        page.wait_for_timeout(500)  # the table of contents follows the scrolling
        unfinished = PICTURE.with_suffix(".part.png")
        page.screenshot(path=unfinished)
    unfinished.replace(PICTURE)
    print(f"{PICTURE.relative_to(BOOK.parent)}: {PICTURE.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
