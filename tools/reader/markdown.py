"""From the book's Markdown to plain Markdown: every directive and role becomes what a reader would see."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from sphinx.directives.code import LiteralIncludeReader

from tools import layout

from . import references

ROLE = re.compile(r"\{([a-z:]+)\}`([^`]+)`")
FENCE = re.compile(r"^(?P<fence>`{3,}|:{3,})(?:\{(?P<name>[a-z:-]+)\}(?P<argument>.*)|(?P<info>.*))$")
OPTION = re.compile(r"^:([a-z-]+): *(.*)$")
WITH_TARGET = re.compile(r"^(.*)<([^<>]+)>$", re.DOTALL)


@dataclass
class Context:
    """What the prose of one notebook refers to.

    Args:
        value: Text for a ``{glue:text}`` target.
        numbers: Of equations, figures and exercises, by label.
        cited: Keys of the works cited so far; filled while converting.
    """

    value: Callable[[str], str]
    numbers: Mapping[str, str]
    cited: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Directive:
    """A block such as ```` ```{exercise} ````: its name, what follows on the line, options and lines."""

    name: str
    argument: str
    options: Mapping[str, str]
    body: str


def pieces(text: str) -> list[str | Directive]:
    """Split Markdown into plain stretches, code blocks included, and directives, in order.

    Raises:
        ValueError: A block is not closed.
    """
    found: list[str | Directive] = []
    plain: list[str] = []
    lines = iter(text.split("\n"))
    for line in lines:
        opening = FENCE.match(line)
        if opening is None:
            plain.append(line)
            continue
        inner = []
        for inside in lines:
            if inside.strip() == opening["fence"]:
                break
            inner.append(inside)
        else:
            raise ValueError(f"a block is not closed: {line}")
        if opening["name"] is None:
            plain += [line, *inner, opening["fence"]]
        else:
            found += ["\n".join(plain), _directive(opening, inner)]
            plain = []
    return [piece for piece in [*found, "\n".join(plain)] if piece != ""]


def _directive(opening: re.Match[str], lines: Sequence[str]) -> Directive:
    options = {}
    rest = list(lines)
    while rest and (option := OPTION.match(rest[0])):
        options[option[1]] = str(yaml.safe_load(option[2]) or "")  # quoted or not, as MyST reads it
        del rest[0]
    return Directive(opening["name"], opening["argument"].strip(), options, "\n".join(rest).strip("\n"))


def convert(text: str, context: Context) -> str:
    """Return the plain Markdown of a text; the lines that begin and end a solution are left to the caller."""
    return render(pieces(text), context)


def render(parts: Sequence[str | Directive], context: Context) -> str:
    """Return the plain Markdown of pieces."""
    rendered = [_render(part, context) if isinstance(part, Directive) else inline(part, context) for part in parts]
    joined = "\n\n".join(text.strip("\n") for text in rendered if text.strip())
    return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")


# ---- blocks ------------------------------------------------------------------------------------------------------


def _render(directive: Directive, context: Context) -> str:
    renderers: dict[str, Callable[[Directive, Context], str]] = {
        "literalinclude": lambda d, _: included(d),
        "exercise": _exercise,
        "admonition": _admonition,
        "bibliography": lambda _, c: references.bibliography(c.cited),
    }
    if directive.name not in renderers:
        raise ValueError(
            f"the reader's edition does not know the directive {directive.name!r}; teach tools.reader.markdown"
        )
    return renderers[directive.name](directive, context)


def _exercise(directive: Directive, context: Context) -> str:
    number = context.numbers[directive.options["label"]]
    return f"**Exercise {number}.** {convert(directive.body, context)}"


def _admonition(directive: Directive, context: Context) -> str:
    if "dropdown" in directive.options.get("class", "").split():  # folded there, folded here
        summary = f"<summary>{inline(directive.argument, context)}</summary>"
        return f"<details>\n{summary}\n\n{convert(directive.body, context)}\n\n</details>"
    inside = f"**{inline(directive.argument, context)}**\n\n{convert(directive.body, context)}"
    return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))


class _Quiet:
    # What the reader of included files wants of Sphinx's configuration.
    source_encoding = "utf-8"


def included(directive: Directive) -> str:
    """Return the code that ``literalinclude`` names, as Sphinx would show it, under the name of its file."""
    path = (layout.BOOK / directive.argument).resolve()
    kept = {key: value for key, value in directive.options.items() if key not in ("language", "linenos", "dedent")}
    reader = LiteralIncludeReader(str(path), {**kept, **_dedent(directive)}, _Quiet())
    code, _ = reader.read()
    where = path.relative_to(layout.ROOT).as_posix()
    return f"*`{where}`*\n\n```{directive.options.get('language', 'python')}\n{code.strip()}\n```"


def _dedent(directive: Directive) -> dict[str, Any]:
    if "dedent" not in directive.options:
        return {}
    return {"dedent": int(directive.options["dedent"]) if directive.options["dedent"] else None}


# ---- within lines --------------------------------------------------------------------------------------------------


def inline(text: str, context: Context) -> str:
    """Replace roles and labels, and give labelled equations their numbers; code blocks stay as they are."""
    text = references.LABEL.sub("", text)
    text = references.EQUATION.sub(lambda m: f"\\tag{{{context.numbers[m[1]]}}}\n$$", text)
    return ROLE.sub(lambda m: _role(m[1], " ".join(m[2].split()), context), text)


def _role(name: str, content: str, context: Context) -> str:
    shown, target = (m[1].strip(), m[2]) if (m := WITH_TARGET.match(content)) else ("", content)
    if name == "glue:text":
        return _literal(context.value(content))
    if name == "doc":
        return references.link_to(target, shown)
    if name == "term":
        return references.link_to("glossary", shown or content)
    if name == "eq":
        return f"({context.numbers[content]})"
    if name == "numref":
        return f"Figure {context.numbers[content]}"
    if name in ("cite:t", "cite:p"):
        return _citation(name, content, context)
    if name.startswith("py:"):
        return f"`{content}`"
    raise ValueError(f"the reader's edition has no form for the role {name!r}: see {__name__}")


def _citation(name: str, content: str, context: Context) -> str:
    keys = [key.strip() for key in content.split(",")]
    context.cited.extend(key for key in keys if key not in context.cited)
    works = [references.cited(key) for key in keys]
    if name == "cite:t":
        return ", ".join(f"{authors} ({year})" for authors, year in works)
    return "(" + "; ".join(f"{authors}, {year}" for authors, year in works) + ")"


def _literal(text: str) -> str:
    # A number or a word of the execution is no Markdown.
    return re.sub(r"([*_$`<\\])", r"\\\1", text)
