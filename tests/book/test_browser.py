"""The built book in a headless Chromium that may talk to this machine alone: it must need nothing else.

Every page: no request to anywhere else, none that fails, no error on the console, equations drawn, no code that scrolls
sideways, nothing else that does on a phone. The site: its search and its dark mode.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.book.conftest import page_names
from tools.browser import DESKTOP, served, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(html: Path) -> Iterator[str]:
    """Address of a server of the built pages, on this machine alone."""
    with served(html) as address:
        yield address


@dataclass
class Observed:
    """What went wrong while a page was open."""

    outside: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def assert_clean(self) -> None:
        assert self.outside == [], "requests that left this machine"
        assert self.failed == [], "requests that failed"
        assert self.console == [], "errors on the console"


@pytest.fixture
def observed() -> Observed:
    return Observed()


@pytest.fixture
def tab(browser: "Browser", site: str, observed: Observed) -> Iterator["Page"]:
    """An empty tab of a browser that has never been here, watched."""
    context = browser.new_context(viewport=DESKTOP, color_scheme="light")  # type: ignore[arg-type]
    context.set_default_timeout(30_000)

    def only_here(route: Any) -> None:
        if route.request.url.startswith((site, "data:", "blob:")):
            route.continue_()
        else:
            observed.outside.append(route.request.url)
            route.abort()

    context.route("**/*", only_here)
    page = context.new_page()
    page.on("console", lambda m: observed.console.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: observed.console.append(str(error)))
    page.on("requestfailed", lambda r: observed.failed.append(f"{r.url}: {r.failure}"))
    page.on("response", lambda r: observed.failed.append(f"{r.url}: {r.status}") if r.status >= 400 else None)
    yield page
    context.close()


# Blocks of code that are wider than their column, those in folded solutions and cells included.
TOO_WIDE = """() => {
    document.querySelectorAll("details").forEach(box => { box.open = true; });
    document.querySelectorAll(".toggle-hidden").forEach(box => box.classList.remove("toggle-hidden"));
    const wider = block => block.scrollWidth > block.clientWidth + 1;
    const around = block => block.closest(".cell_output, .rt-diff") ?? block;
    return [...document.querySelectorAll(".bd-article pre")]
        .filter(block => block.clientWidth === 0 || wider(block) || wider(around(block)))
        .map(block => block.innerText.slice(0, 80));
}"""


@pytest.mark.parametrize("name", page_names())
def test_page_needs_nothing_from_outside(name, tab, site, observed):
    tab.goto(f"{site}/{name}")
    settle(tab)
    formulas = tab.locator(".math").count()
    assert tab.locator("mjx-container").count() >= formulas
    assert tab.locator("mjx-merror").count() == 0, "an equation that MathJax could not read"
    assert tab.evaluate(TOO_WIDE) == [], "code that does not fit the column"
    tab.set_viewport_size(PHONE)
    settle(tab)
    too_wide = tab.evaluate(
        """() => {
            const room = document.documentElement.clientWidth;
            const wide = document.documentElement.scrollWidth > room || document.body.scrollWidth > room;
            return wide ? `${document.documentElement.scrollWidth} > ${room}` : "";
        }"""
    )
    assert too_wide == "", "the page scrolls sideways on a phone"
    observed.assert_clean()


def test_code_that_does_not_fit_is_noticed(tab, site):
    """The test above rests on this: without folding, there is code that scrolls."""
    tab.goto(f"{site}/09_speed.html")
    settle(tab)
    tab.add_style_tag(content=".bd-article pre, .bd-article pre .rt-line { white-space: pre !important; }")
    assert tab.evaluate(TOO_WIDE) != []


def test_the_player_shows_one_picture_at_a_time(tab, site):
    """Themes hold pictures to the width of what is around them: the sheet behind the window must stay wider."""
    tab.goto(f"{site}/pacific.html")
    settle(tab)
    window, sheet = tab.locator(".rt-player-window"), tab.locator(".rt-player-window img")
    columns = int(tab.locator(".rt-player").get_attribute("data-columns"))
    room, first = window.bounding_box(), sheet.bounding_box()
    assert first["width"] == pytest.approx(columns * room["width"], abs=2)
    assert (first["x"], first["y"]) == pytest.approx((room["x"], room["y"]), abs=2)
    assert first["height"] > 1.5 * room["height"], "a second row, which the window hides"
    tab.locator(".rt-player input").evaluate("(slider, k) => { slider.value = k; slider.oninput(); }", columns + 1)
    moved = sheet.bounding_box()
    assert moved["x"] == pytest.approx(first["x"] - room["width"], abs=2)
    assert moved["y"] == pytest.approx(first["y"] - room["height"], abs=2)


def test_mathematics_was_looked_for(html):
    """The test above counts formulas page by page; were none marked as such, it would pass on nothing."""
    assert 'class="math' in (html / "notation.html").read_text(encoding="utf-8")


def test_search_finds_forget_gate(tab, site, observed):
    tab.goto(f"{site}/search.html?q=forget+gate")
    tab.wait_for_selector("#search-results li")
    hits = tab.locator("#search-results li a").all_inner_texts()
    assert any("Glossary" in hit or "Notation" in hit for hit in hits)
    observed.assert_clean()


def test_search_can_come_back_empty(tab, site):
    tab.goto(f"{site}/search.html?q=zzyzxqq")
    tab.wait_for_load_state("networkidle")
    tab.wait_for_function("document.querySelector('#search-results')?.innerText.length > 0")
    assert tab.locator("#search-results li a").count() == 0


def brightness(page: "Page") -> float:
    """Of the page's ground: 0 is black, 255 white."""
    colour = page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--pst-color-background').trim()"
    )
    page.evaluate(
        "c => { const d = document.createElement('div'); d.id = 'probe'; d.style.color = c; document.body.append(d) }",
        colour,
    )
    rgb = page.evaluate(
        "getComputedStyle(document.getElementById('probe')).color.match(/[0-9.]+/g).slice(0, 3).map(Number)"
    )
    page.evaluate("document.getElementById('probe').remove()")
    return float(sum(rgb) / 3)


def test_dark_mode_toggles_and_stays(tab, site, observed):
    def theme() -> str:
        return str(tab.evaluate("document.documentElement.dataset.theme"))

    tab.goto(f"{site}/index.html")
    settle(tab)
    assert theme() == "light"
    assert brightness(tab) > 200
    for _ in range(3):  # the button goes round: automatic, light, dark
        tab.locator("button.theme-switch-button:visible").first.click()
        if theme() == "dark":
            break
    assert theme() == "dark"
    assert brightness(tab) < 60
    tab.goto(f"{site}/notation.html")
    settle(tab)
    assert theme() == "dark", "the choice is forgotten on the next page"
    ground = tab.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number)")
    assert sum(ground[:3]) / 3 < 60
    observed.assert_clean()


def test_the_watch_notices_an_outside_request(tab, site, observed):
    """The proof above rests on this: a page that does ask elsewhere is seen doing so."""
    tab.goto(f"{site}/index.html")
    tab.evaluate("fetch('https://example.org/x.js').catch(() => 0)")
    assert observed.outside == ["https://example.org/x.js"]
    with pytest.raises(AssertionError, match="left this machine"):
        observed.assert_clean()
