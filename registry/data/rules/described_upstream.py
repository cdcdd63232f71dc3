"""The upstream that a person or a pipeline describes: its code as text, or the digest of code that is kept elsewhere.

>>> described_upstream("dbt", "models/orders.sql", text="select 1", dialect="duckdb").is_parsed
True
>>> try:
...     described_upstream("python", "features.py")
... except Unclear as unclear:
...     [problem.field for problem in unclear.problems]
['text']
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from registry.compute import notebook
from registry.compute.upstream import Ancestor, Upstream, ancestor, from_code, from_digest

HASHES = {32: "md5", 40: "sha1", 64: "sha256"}  # by the number of hex digits, as tools write them
NEITHER = "Give the code of {name} as text, or the digest of its code as digest."


class Problem(NamedTuple):
    """What is wrong with a description: the field, a code, and a sentence."""

    field: str
    code: str
    sentence: str


class Unclear(ValueError):
    """The description does not say what computes the table; `problems` has every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.sentence for problem in self.problems))


def described_upstream(
    kind: str,
    name: str,
    *,
    text: str = "",
    digest: str = "",
    dialect: str = "",
    ancestors: Iterable[Mapping[str, str]] = (),
) -> Upstream:
    """The upstream as it is stored. Where there is text it decides, and a digest beside it must be that of the text; of
    a notebook its code cells are stored. Each of ``ancestors`` has a `name` and `text` or `digest`. Raises Unclear.
    """
    listed = list(ancestors)
    problems = list(_problems(name, text, digest, _own_digests(kind, name, text, dialect, listed), ""))
    for index, part in enumerate(listed):
        own = {_ancestor(part, dialect).digest} if _is_readable(part["name"], part.get("text", "")) else set()
        problems += _problems(part["name"], part.get("text", ""), part.get("digest", ""), own, f"ancestors.{index}.")
    if problems:
        raise Unclear(problems)
    built_on = [_ancestor(part, dialect) for part in listed]
    if text:
        return from_code(kind, name, _code(name, text), dialect=dialect, ancestors=built_on)
    return from_digest(kind, name, digest, ancestors=built_on)


def _problems(name: str, text: str, digest: str, own_digests: set[str], prefix: str) -> Iterator[Problem]:
    """``own_digests``: those that are computed here, which somebody may have read here before."""
    if not (text or digest):
        yield Problem(f"{prefix}text", "missing", NEITHER.format(name=name))
    elif text and (fault := _unreadable(name, text)):
        yield Problem(f"{prefix}text", "malformed", f"The text of {name} cannot be read. {fault}")
    elif text and digest and not (_is_digest_of(digest, text) or digest in own_digests):
        right = hashlib.sha256(text.encode()).hexdigest()
        sentence = (
            f"The digest {digest} is not that of the text, whose SHA-256 is {right}. Leave out digest, or send the text "
            "that it belongs to."
        )
        yield Problem(f"{prefix}digest", "other_text", sentence)


def _own_digests(kind: str, name: str, text: str, dialect: str, ancestors: list[Mapping[str, str]]) -> set[str]:
    readable = _is_readable(name, text) and all(_is_readable(part["name"], part.get("text", "")) for part in ancestors)
    if not (text and readable):
        return set()
    built_on = [_ancestor(part, dialect) for part in ancestors]
    own = from_code(kind, name, _code(name, text), dialect=dialect, ancestors=built_on)
    return {own.digest, own.fingerprint, own.fingerprint.partition(":")[2]}


def _ancestor(part: Mapping[str, str], dialect: str) -> Ancestor:
    name, text = part["name"], part.get("text", "")
    return ancestor(name, _code(name, text), dialect=dialect) if text else Ancestor(name, part.get("digest", ""))


def _is_digest_of(digest: str, text: str) -> bool:
    """Whether it is a common hash of the text, of the whole file or without the white space around it, as dbt hashes."""
    plain = digest.lower().removeprefix("sha256:")
    if len(plain) not in HASHES:
        return False
    contents = (text.encode(), text.strip().encode())
    hashes = {hashlib.new(HASHES[len(plain)], content, usedforsecurity=False).hexdigest() for content in contents}
    return plain in hashes | {_git_blob(contents[0])}


def _git_blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _code(name: str, text: str) -> str:
    return notebook.code_of(text) if name.endswith(notebook.SUFFIX) else text


def _is_readable(name: str, text: str) -> bool:
    return not (text and _unreadable(name, text))


def _unreadable(name: str, text: str) -> str:
    try:
        _code(name, text)
    except notebook.NotANotebook as error:
        return str(error)
    return ""
