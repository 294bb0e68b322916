"""What was built: every page is there, says something, and each of its links and pictures leads somewhere."""

import copy
import functools
import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from rnn_tutorial.convert import gates
from rnn_tutorial.plotting import VERDICTS, kind_of_verdict
from tests.book.conftest import page_names
from tools import layout

OWN_TEXT_WORDS = 30


@functools.cache
def parse(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def article_of(path: Path) -> Tag:
    article = parse(path).find("article")
    assert isinstance(article, Tag), f"{path.name} has no article"
    return article


@functools.cache
def targets(path: Path) -> set[str]:
    """Everything that a `#fragment` may point at."""
    return {str(tag["id"]) for tag in parse(path).find_all(id=True)}


@pytest.fixture(params=page_names())
def page(request: pytest.FixtureRequest, html: Path) -> Path:
    """One page that the table of contents asks for."""
    path = html / request.param
    assert path.is_file(), f"{request.param} is in the table of contents but was not built"
    return path


def test_page_says_something(page):
    assert len(article_of(page).get_text(" ").split()) >= OWN_TEXT_WORDS


def test_nothing_is_left_unrendered(page):
    """Markup that MyST did not understand stays in the text as it was typed."""
    article = copy.copy(article_of(page))
    for code in article.find_all(["code", "pre", "script", "style"]):
        code.decompose()
    text = article.get_text(" ")
    assert not re.search(r"\{[a-z]+(:[a-z]+)?\}`|^```|^:::", text, flags=re.M)
    assert "nbsphinx" not in text


def test_links_lead_somewhere(page, html):
    broken = []
    for tag in parse(page).find_all("a", href=True):
        link = urlsplit(str(tag["href"]))
        if link.scheme or link.netloc:
            continue
        target = page if not link.path else (page.parent / unquote(link.path)).resolve()
        if not target.is_file() or (
            link.fragment and target.suffix == ".html" and unquote(link.fragment) not in targets(target)
        ):
            broken.append(tag["href"])
    assert not broken


def test_files_of_the_page_exist(page):
    soup = parse(page)
    wanted = [str(tag["src"]) for tag in soup.find_all(["img", "script"], src=True)]
    wanted += [str(tag["href"]) for tag in soup.find_all("link", href=True) if "stylesheet" in str(tag.get("rel"))]
    outside = [file for file in wanted if urlsplit(file).netloc]
    local = [urlsplit(file).path for file in wanted if not urlsplit(file).scheme and not urlsplit(file).netloc]
    assert not outside, "the pages must work without a network"
    assert not [file for file in local if not (page.parent / unquote(file)).is_file()]


def test_pictures_have_alternative_text(page):
    bare = [tag.get("src") for tag in article_of(page).find_all("img") if not str(tag.get("alt", "")).strip()]
    assert not bare


def test_notebook_pages_show_outputs(page):
    """A book built without executing would still have all its pages."""
    if layout.BOOK.joinpath(page.with_suffix(".ipynb").name).is_file():
        assert article_of(page).select(".cell_output")


def test_no_error_output(page):
    assert not article_of(page).select(".output.traceback")


def test_mathjax_is_trimmed(html):
    files = [path for path in (html / "_static" / "mathjax").rglob("*") if path.is_file()]
    assert any(path.name == "tex-chtml.js" for path in files)
    assert sum(path.stat().st_size for path in files) < 4e6


# ---- numbers ------------------------------------------------------------------------------------------------


@pytest.fixture(params=[name for name in page_names() if re.match(r"\d\d_", name)])
def chapter(request: pytest.FixtureRequest, html: Path) -> tuple[int, Path]:
    """A chapter's number, by its file's name, and its page."""
    return int(request.param[:2]), html / request.param


def test_a_chapter_s_title_has_its_number(chapter):
    number, path = chapter
    headings = article_of(path).find_all(["h1", "h2", "h3"])
    assert headings[0].get_text().startswith(f"{number}. ")
    assert not [tag.get_text() for tag in headings[1:] if tag.select(".section-number")]


def test_the_sidebar_numbers_the_chapters(html):
    links = parse(html / "glossary.html").select("nav.bd-links a")
    shown = {str(tag["href"]): tag.get_text(strip=True) for tag in links}
    for name in page_names():
        begins = re.match(r"\d+\. ", shown.get(name, ""))
        assert (begins[0] if begins else "") == (f"{int(name[:2])}. " if re.match(r"\d\d_", name) else ""), name


def test_a_chapter_s_figures_exercises_and_equations_are_counted_within_it(chapter):
    number, path = chapter
    article = article_of(path)
    figures = [tag.get_text(strip=True) for tag in article.select("figcaption .caption-number")]
    titles = [tag.get_text(strip=True) for tag in article.select(".exercise > .admonition-title")]
    equations = [tag.get_text().strip("()#¶ ") for tag in article.select(".eqno")]
    assert figures == [f"Fig. {number}.{place}" for place in range(1, len(figures) + 1)]
    assert [re.sub(r"\s*\(.*", "", t) for t in titles] == [f"Exercise {number}.{p}" for p in range(1, len(titles) + 1)]
    assert len(titles) >= 2
    assert equations == [f"{number}.{place}" for place in range(1, len(equations) + 1)]


# ---- the package's reference --------------------------------------------------------------------------------


def test_every_name_of_the_package_in_a_chapter_s_code_is_a_link(chapter):
    _, path = chapter
    names = [tag for tag in article_of(path).select(".cell_input span.n") if tag.get_text() == "rt"]
    names = [tag for tag in names if (dot := tag.find_next_sibling()) is not None and dot.get_text() == "."]
    bare = [tag for tag in names if tag.find_parent("a", class_="sphinx-codeautolink-a") is None]
    assert not [str(tag.find_next_sibling(class_="n")) for tag in bare]
    assert article_of(path).select(".cell_input a.sphinx-codeautolink-a[href^=api_]")


def test_tables_of_names_lead_to_all_entries(html):
    tables = article_of(html / "api.html").select("table.rt-names")
    linked = {str(tag["href"]) for table in tables for tag in table.select("td:first-child a")}
    entries = set()
    for path in html.glob("api_*.html"):
        kinds = article_of(path).select("dl.py.class > dt[id], dl.py.function > dt[id], dl.py.exception > dt[id]")
        entries |= {f"{path.name}#{tag['id']}" for tag in kinds}
    assert len(entries) > 100
    assert linked == entries


def test_an_entry_names_the_chapters_that_use_it(html):
    dt = article_of(html / "api_layers.html").find(id="rnn_tutorial.layers.LSTM")
    assert isinstance(dt, Tag)
    entry = dt.find_parent("dl")
    assert isinstance(entry, Tag)
    used_in = entry.select_one(".rt-used-in")
    assert used_in is not None
    assert "02_lstm.html" in {str(tag["href"]) for tag in used_in.find_all("a")}


def test_landing_page_shows_what_the_book_is_about(html):
    article = article_of(html / "index.html")
    assert article.select('img[alt^="A family tree"]')
    sources = [str(tag["src"]) for tag in article.select("figure.rt-figure-of img")]
    assert len(sources) == 2
    for name, figure in (("10_your_own_data", "fig-own-forecast"), ("08_scoreboard", "fig-standings")):
        shown = article_of(html / f"{name}.html").select(f"#{figure} img")
        assert [str(tag["src"]) for tag in shown] == [sources.pop(0)]


# ---- one quantity, one value ---------------------------------------------------------------------------------

BOARDS = ("00_sequences.html", "01_rnn.html", "02_lstm.html", "03_gru.html", "04_fc_lstm.html")


def scores_on(path: Path) -> dict[str, list[str]]:
    """Return the errors of each forecaster on a page's board of the demand series: MAE, spread, RMSE, MASE."""
    (board,) = (
        table
        for table in article_of(path).select("table.dataframe")
        if [head.get_text(strip=True) for head in table.select("thead th")][:2] == ["in kW", "MAE"]
    )
    rows = ([cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in board.select("tbody tr"))
    return {name: scores[:4] for name, *scores in rows}


def test_a_forecaster_has_the_same_errors_on_every_page(html):
    """Chapter 1 trains its RNN longer than the others do and says so; all else is the same task and the same recipe."""
    seen: dict[str, tuple[str, list[str]]] = {}
    compared: Counter[str] = Counter()
    for page in BOARDS:
        for name, scores in scores_on(html / page).items():
            if (page, name) == ("01_rnn.html", "RNN"):
                continue
            first, there = seen.setdefault(name, (page, scores))
            assert scores == there, f"{name}: {scores} on {page}, {there} on {first}"
            compared[name] += 1
    assert all(compared[name] == len(BOARDS) for name in ("persistence", "Holt-Winters (24, 168)"))
    assert compared["RNN"] == 2
    assert compared["LSTM"] == 3


# ---- the page of all claims and the page on dialects ---------------------------------------------------------

CHAPTERS = [name for name in page_names() if re.match(r"\d\d_", name)]


def text_tables(path: Path) -> list[list[list[str]]]:
    """Every table of words that code has made, row by row, with its headings."""
    tables = article_of(path).select("table.rt-text")
    return [
        [[cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
        for table in tables
    ]


def claims_tables(path: Path) -> list[list[list[str]]]:
    return [table for table in text_tables(path) if table[0] == ["The article says", "We measured", "Verdict"]]


def ledger_of(html: Path) -> list[Tag]:
    return article_of(html / "claims.html").select("table.rt-claims tbody tr")


def test_claims_page_has_every_row_of_the_chapters_once(html):
    rows = {name: [row for table in claims_tables(html / name) for row in table[1:]] for name in CHAPTERS}
    assert all(rows.values())
    shown: Counter[tuple[str, str, str]] = Counter()
    for row in ledger_of(html):
        _, measured, verdict = row.find_all("td")
        page = urlsplit(str(measured.select("a")[-1]["href"]))
        assert page.fragment.startswith("claims-")
        link = measured.select("a")[-1].get_text()
        shown[page.path, squeezed(measured).removesuffix(f"({link})").strip(), squeezed(verdict)] += 1
    assert shown == Counter((name, " ".join(r[1].split()), " ".join(r[2].split())) for name in rows for r in rows[name])


def squeezed(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


def test_claims_are_counted_as_they_are_shown(html):
    shown = Counter(kind_of_verdict(squeezed(row.find_all("td")[-1])) for row in ledger_of(html))
    summary = article_of(html / "claims.html").select_one("table:not(.rt-claims)")
    assert summary is not None
    *_, last = summary.select("tbody tr")
    assert [cell.get_text(strip=True) for cell in last.find_all("td")] == [
        "All",
        *(str(shown[kind]) for kind in VERDICTS),
    ]
    assert f"Of {shown.total()} claims" in article_of(html / "claims.html").get_text(" ")


def test_verdicts_show_their_kind(html):
    for name in [*CHAPTERS, "claims.html"]:
        for verdict in article_of(html / name).select(".rt-verdict"):
            kind = kind_of_verdict(squeezed(verdict)).replace(" ", "-")
            assert verdict["class"] == ["rt-verdict", f"rt-{kind}"]


def test_dialects_are_those_that_weights_are_converted_by(html):
    """The page finds out what the libraries do, the package was told: they must not differ."""
    tables = {
        table[0][0]: {row[0]: dict(zip(table[0], row, strict=True)) for row in table}
        for table in text_tables(html / "rosetta.html")
    }
    for network, number in (("LSTM", 4), ("GRU", 3)):
        order = tables[network]["gates in order"]
        told = {"here": gates.OURS, "PyTorch": gates.OURS, "Keras": gates.KERAS, "ONNX": gates.ONNX}
        for name, orders in told.items():
            assert order[name] == " ".join(orders[number])
    assert tables["Peepholes"]["in order"]["ONNX"] == " ".join(gates.ONNX_PEEPHOLES)
    assert tables["ConvLSTM"]["gates in order"]["Keras"] == " ".join(gates.KERAS[4])
    proofs = [
        float(entry)
        for network in ("LSTM", "GRU", "Peepholes", "ConvLSTM")
        for name, entry in tables[network]["largest difference from here"].items()
        if name not in (network, "here")
    ]
    assert len(proofs) == 3 + 3 + 2 + 2
    assert max(proofs) < 1e-5
