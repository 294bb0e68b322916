"""Every directive and role of the book has a plain form, and what has none is refused by name."""

import ast

import nbformat
import pytest

from rnn_tutorial.layers import rnn
from tools import layout
from tools.reader import references
from tools.reader.markdown import Context, convert

NUMBERS = {"eq-a": "1", "eq-b": "2.7", "fig-a": "3", "task": "4"}


def value(target: str) -> str:
    return {"mae:.1f": "18.2", "word": "fewer than *half*"}[target]


@pytest.fixture
def context() -> Context:
    return Context(value, NUMBERS)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("It errs by {glue:text}`mae:.1f` kW.", "It errs by 18.2 kW."),
        ("{glue:text}`word` of all", r"fewer than \*half\* of all"),
        ("by {eq}`eq-b`, see {numref}`fig-a`", "by (2.7), see Figure 3"),
        ("{cite:t}`elman1990` did", "Elman (1990) did"),
        ("known {cite:p}`hochreiter1997`", "known (Hochreiter and Schmidhuber, 1997)"),
        ("known {cite:p}`lecun1998, elman1990`", "known (LeCun et al., 1998; Elman, 1990)"),
        ("{doc}`02_lstm`", "[Long short-term memory](02_lstm.ipynb)"),
        ("{doc}`the\nlist <notation>`", "[the list](../book/notation.md)"),
        ("{term}`origins <origin>`", "[origins](../book/glossary.md)"),
        ("{py:func}`rnn_tutorial.export_onnx`", "`rnn_tutorial.export_onnx`"),
        ("(here)=\n## Title", "## Title"),
        ("$$\na = b\n$$ (eq-a)\n\nand $c$", "$$\na = b\n\\tag{1}\n$$\n\nand $c$"),
        ("```python\nx = {doc}\n```", "```python\nx = {doc}\n```"),
        (
            ":::{admonition} Why {cite:t}`elman1990`?\n:class: note\nOne.\n\nTwo.\n:::",
            "> **Why Elman (1990)?**\n>\n> One.\n>\n> Two.",
        ),
        (
            ":::{admonition} How?\n:class: dropdown\nSee {cite:t}`elman1990`.\n:::",
            "<details>\n<summary>How?</summary>\n\nSee Elman (1990).\n\n</details>",
        ),
        ("```{exercise}\n:label: task\nAdd {eq}`eq-a`.\n```", "**Exercise 4.** Add (1)."),
    ],
)  # fmt: skip
def test_plain_forms(context, text, plain):
    assert convert(text, context) == plain


def test_code_is_included_as_sphinx_includes_it(context):
    text = "```{literalinclude} ../rnn_tutorial/layers/rnn.py\n:language: python\n:pyobject: RNN.step\n:dedent:\n```"
    name, code = convert(text, context).split("\n\n", maxsplit=1)
    assert name == "*`rnn_tutorial/layers/rnn.py`*"
    lines = code.split("\n")
    assert (lines[0], lines[-1]) == ("```python", "```")
    (function,) = ast.parse("\n".join(lines[1:-1])).body
    assert isinstance(function, ast.FunctionDef)
    assert function.name == rnn.RNN.step.__name__
    assert ast.unparse(function) in ast.unparse(ast.parse((layout.PACKAGE / "layers/rnn.py").read_text())).replace(
        "\n    ", "\n"
    )


def test_works_are_listed_in_the_order_of_their_authors(context):
    text = "{cite:t}`hochreiter1997` and {cite:t}`elman1990`\n\n```{bibliography}\n:filter: docname in docnames\n```"
    first, second = convert(text, context).split("\n")[-2:]
    assert "Elman. Finding structure in time. *Cognitive Science*, 14(2):179" in first
    assert "Hochreiter" in second


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```{figure} a.png\n```", "directive 'figure'"),
        ("{abbr}`x`", "role 'abbr'"),
        ("```{exercise}\nnever closed", "not closed"),
    ],
)
def test_what_has_no_plain_form_is_refused(context, text, message):
    with pytest.raises(ValueError, match=message):
        convert(text, context)


def test_numbers_are_those_of_the_pages():
    notebook = nbformat.read(layout.BOOK / "01_rnn.ipynb", as_version=4)
    numbers = references.numbered("01_rnn", notebook)
    assert [numbers[label] for label in ("eq-rnn", "eq-bptt", "eq-clip")] == ["1.1", "1.4", "1.6"]
    assert [numbers[label] for label in ("fig-unrolled", "fig-push")] == ["1.1", "1.2"]
    exercises = [numbers[label] for label in ("rnn-fooled", "rnn-count", "rnn-half-life", "rnn-reset")]
    assert exercises == ["1.1", "1.2", "1.3", "1.5"]
    assert references.numbered("rosetta", notebook)["eq-rnn"] == "1"
