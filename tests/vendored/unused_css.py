"""Takes out of a vendored stylesheet what no page of ours can use: `python3 -m tests.vendored.unused_css`.

It reads the original, which is kept compressed beside this file with its SHA-256 in `static/vendor/VENDORED.md`, and writes
`static/vendor/tabler.min.css`. A rule stays when each class of one of its selectors is a word of a template, a script or
a string of a Python module; a custom property stays when a rule, our stylesheet or a script names it; an animation likewise. Nothing
is rewritten: what stays stands as its author wrote it, in its order.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
ORIGINAL = Path(__file__).with_name("tabler-1.6.1.min.css.gz")
SERVED = ROOT / "static" / "vendor" / "tabler.min.css"
OWN_CSS = ROOT / "static" / "css"
USERS = (
    (ROOT / "templates", "**/*.html"),
    (ROOT / "static" / "js", "*.js"),
    (ROOT / "static" / "vendor", "htmx.min.js"),
    *((ROOT / app, "**/*.py") for app in ("platform_site", "registry", "assessments")),
    *((ROOT / app, "**/*.html") for app in ("platform_site", "registry", "assessments")),
)
STRING = re.compile(r""""([^"\n]*)"|'([^'\n]*)'""")
WORD = re.compile(r"[A-Za-z_][\w-]*")
CLASS = re.compile(r"\.(-?[_a-zA-Z](?:[\w-]|\\.)*)")
WITHIN = re.compile(r":(?:not|has|where|is)\((?:[^()]|\([^()]*\))*\)")
PROPERTY = re.compile(r"--[\w-]+")
NAMED_ANIMATION = re.compile(r"animation(?:-name)?:([^;}]+)")


class Rule(NamedTuple):
    """A rule: what is before its brace, and its declarations; or an at-rule with the rules inside. ``text`` is a statement
    without braces."""

    head: str
    body: str = ""
    inside: tuple[Rule, ...] | None = None
    text: str = ""

    def __str__(self) -> str:
        if self.text:
            return self.text
        return f"{self.head}{{{self.body if self.inside is None else ''.join(map(str, self.inside))}}}"


def parsed(css: str) -> list[Rule]:
    """The rules of a stylesheet in order, without its comments but the first.

    >>> [str(rule) for rule in parsed('@charset "utf-8";.a,.b{color:red}@media print{.c{top:0}}')]
    ['@charset "utf-8";', '.a,.b{color:red}', '@media print{.c{top:0}}']
    """
    return list(_rules(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)))


def _rules(css: str) -> Iterator[Rule]:
    at = 0
    while at < len(css):
        brace, semicolon = _next(css, "{", at), _next(css, ";", at)
        if brace == len(css) and semicolon == len(css):
            return
        if semicolon < brace:
            yield Rule("", text=css[at : semicolon + 1])
            at = semicolon + 1
            continue
        head, end = css[at:brace].strip(), _closing(css, brace)
        content = css[brace + 1 : end]
        nests = head.startswith(("@media", "@supports", "@layer", "@container"))
        yield Rule(head, inside=tuple(_rules(content))) if nests else Rule(head, content)
        at = end + 1


def _next(css: str, sign: str, at: int) -> int:
    """Where the sign is next outside of strings and parentheses; the end where it is not."""
    depth, quote = 0, ""
    for place in range(at, len(css)):
        letter = css[place]
        if quote:
            quote = "" if letter == quote and css[place - 1] != "\\" else quote
        elif letter in "\"'":
            quote = letter
        elif letter == sign and not depth:
            return place
        else:
            depth += (letter == "(") - (letter == ")")
    return len(css)


def _closing(css: str, brace: int) -> int:
    depth, quote = 0, ""
    for place in range(brace, len(css)):
        letter = css[place]
        if quote:
            quote = "" if letter == quote and css[place - 1] != "\\" else quote
        elif letter in "\"'":
            quote = letter
        else:
            depth += (letter == "{") - (letter == "}")
            if not depth:
                return place
    return len(css)


def selectors(head: str) -> list[str]:
    """The selectors of a rule.

    >>> selectors(".a:is(.b,.c),p")
    ['.a:is(.b,.c)', 'p']
    """
    parts, at = [], 0
    while at <= len(head):
        end = _next(head, ",", at)
        parts.append(head[at:end])
        at = end + 1
    return parts


def can_match(selector: str, words: frozenset[str]) -> bool:
    """Whether every class that the selector requires is one of the words; what is within :not() and the like is not asked.

    >>> can_match(".btn.btn-sm:not(.x)", frozenset({"btn", "btn-sm"})), can_match(".btn .nav", frozenset({"btn"}))
    (True, False)
    """
    required = CLASS.findall(WITHIN.sub("", selector))
    return words.issuperset(name.replace("\\", "") for name in required)


def used_rules(rules: list[Rule] | tuple[Rule, ...], words: frozenset[str]) -> Iterator[Rule]:
    """The rules that can match something, each with the selectors that can."""
    for rule in rules:
        if rule.text or (rule.head.startswith("@") and rule.inside is None):
            yield rule
        elif rule.inside is not None:
            if inside := tuple(used_rules(rule.inside, words)):
                yield rule._replace(inside=inside)
        elif matching := [selector for selector in selectors(rule.head) if can_match(selector, words)]:
            yield rule._replace(head=",".join(matching))


def without_unused_names(rules: list[Rule], others: str) -> list[Rule]:
    """The rules without custom properties and animations that nothing names; ``others``: what may name them too."""
    while True:
        text = "".join(map(str, rules))
        names = set(re.findall(r"var\((--[\w-]+)", text)) | set(PROPERTY.findall(others))
        moving = " ".join(NAMED_ANIMATION.findall(text + others))
        thinner = [slim for rule in rules for slim in _slim(rule, names, moving)]
        if thinner == rules:
            return rules
        rules = thinner


def _slim(rule: Rule, names: set[str], moving: str) -> Iterator[Rule]:
    if rule.text:
        yield rule
    elif rule.inside is not None:
        if inside := tuple(slim for inner in rule.inside for slim in _slim(inner, names, moving)):
            yield rule._replace(inside=inside)
    elif rule.head.startswith("@keyframes"):
        if re.search(rf"(?<![\w-]){re.escape(rule.head.split()[1])}(?![\w-])", moving):
            yield rule
    elif rule.head.startswith("@"):
        yield rule
    else:
        body = ";".join(
            declaration
            for declaration in _declarations(rule.body)
            if not declaration.startswith("--") or declaration.partition(":")[0] in names
        )
        if body:
            yield rule._replace(body=body)


def _declarations(body: str) -> Iterator[str]:
    at = 0
    while at < len(body):
        end = _next(body, ";", at)
        if body[at:end].strip():
            yield body[at:end].strip()
        at = end + 1


def words_of_ours() -> frozenset[str]:
    """Every word that may be a class: of templates and scripts, and of the strings of modules."""
    words: set[str] = set()
    for folder, pattern in USERS:
        for path in folder.glob(pattern):
            text = path.read_text()
            words.update(WORD.findall(" ".join(map("".join, STRING.findall(text))) if path.suffix == ".py" else text))
    return frozenset(words)


def missing() -> list[str]:
    """The rules of the original that a page may use, and that the stylesheet that is served lacks."""
    served = set(map(str, _flat(parsed(SERVED.read_text()))))
    return [str(rule) for rule in _flat(parsed(stylesheet())) if str(rule) not in served]


def _flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        if rule.inside is None:
            yield rule
        else:
            yield from (inner._replace(head=f"{rule.head} {inner.head}") for inner in _flat(rule.inside))


def stylesheet() -> str:
    """What `static/vendor/tabler.min.css` holds."""
    original = gzip.decompress(ORIGINAL.read_bytes()).decode()
    first = re.match(r'(@charset "UTF-8";)?\s*(/\*!.*?\*/)?', original, re.DOTALL)
    licence = first[2] if first and first[2] else ""
    others = "".join(path.read_text() for path in (*OWN_CSS.glob("*.css"), *(ROOT / "static" / "js").glob("*.js")))
    others += "".join(path.read_text() for path in (ROOT / "templates").glob("**/*.html"))
    rules = without_unused_names(list(used_rules(parsed(original), words_of_ours())), others)
    charset = "".join(str(rule) for rule in rules if rule.text.startswith("@charset"))
    return charset + licence + "".join(str(rule) for rule in rules if not rule.text.startswith("@charset")) + "\n"


if __name__ == "__main__":
    SERVED.write_text(stylesheet())
