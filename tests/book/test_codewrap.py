"""Folding changes how code looks, not what it says."""

import html
import re

from tools.codewrap import framed

LONG = "    value = function(first_argument, second_argument, third_argument)\n"
FRAME = '<span class="rt-line" style="--rt-indent: {}ch">{}</span>'


def test_a_long_line_knows_its_indentation():
    assert framed(f"short = 1\n{LONG}") == "short = 1\n" + FRAME.format(4, LONG)


def test_tags_and_entities_do_not_count():
    coloured = '<span class="n">a</span> <span class="o">&lt;</span> ' + "b" * 36 + "\n"
    assert framed(coloured) == coloured
    assert framed(coloured.replace("b" * 36, "b" * 37)) != coloured


def test_a_frame_does_not_cut_through_another_tag():
    block = '<span class="hll">' + LONG + LONG + "</span>"
    assert framed(block) == '<span class="hll">' + LONG + FRAME.format(4, LONG) + "</span>"


def test_the_text_stays_the_same():
    block = f'<span class="k">if</span> a:\n{LONG}\n{LONG.rstrip()}'
    assert html.unescape(re.sub(r"<[^>]+>", "", framed(block))) == html.unescape(re.sub(r"<[^>]+>", "", block))
