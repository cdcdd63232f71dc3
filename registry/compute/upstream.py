"""What computes a source table before it reaches us: its code, its fingerprint, and the code that it is built on.

SQL is compared by its parsed form, so that comments, white space and the case of keywords make no difference. Text that
cannot be parsed, and Python, is compared as text with normalised line ends; `is_parsed` says which of the two was done.

>>> first = from_code("dbt", "models/orders.sql", "SELECT a FROM t -- all", dialect="duckdb")
>>> other = from_code("dbt", "models/orders.sql", "select a\\nfrom t", dialect="duckdb")
>>> first.digest == other.digest, first.is_parsed
(True, True)
>>> from_code("dbt", "models/orders.sql", "select b from t", dialect="duckdb").digest == first.digest
False
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers
from sqlglot.parser import Parser

from registry.compute.parser_errors import PARSER_ERRORS

LONGEST_STORED = 40_000  # characters of one text; what exceeds it counts in the digest and is not shown
MOST_STORED = 400_000  # characters of all ancestors' texts together
REMEMBERED = 4_096
MOST_NESTED_TYPES = 6
PARENTHESIS = re.compile(r"'(?:[^']|'')*'|\b([A-Za-z_]\w*)\s*\(|\(|\)")
TYPE_NAMES = {kind.name for kind in Parser.TYPE_TOKENS} | {
    word
    for dialect in ("duckdb", "postgres", "spark", "bigquery", "snowflake")
    for word, kind in Dialect.get_or_raise(dialect).tokenizer_class.KEYWORDS.items()
    if kind in Parser.TYPE_TOKENS
}


class UpstreamKind(StrEnum):
    """What computes a table."""

    DBT = "dbt"
    FEAST = "feast"
    VIEW = "view"
    OPENLINEAGE = "openlineage"
    PYTHON = "python"
    OTHER = "other"


class Ancestor(NamedTuple):
    """Code that an upstream is built on: its name for people, the digest of what it computes, and its text if known."""

    name: str
    digest: str
    text: str = ""


class Upstream(NamedTuple):
    """What computes a table. `digest` covers the code and all ancestors; `fingerprint` the code alone."""

    kind: str
    name: str
    digest: str
    text: str = ""
    dialect: str = ""
    ancestors: tuple[Ancestor, ...] = ()
    fingerprint: str = ""

    @property
    def is_parsed(self) -> bool:
        """Whether the code is compared by its parsed form, not as text."""
        return self.fingerprint.startswith(PARSED)

    def as_dict(self) -> dict[str, Any]:
        """As it is stored as JSON."""
        return self._asdict() | {"ancestors": [ancestor._asdict() for ancestor in self.ancestors]}


PYTHON, JINJA = "python", "jinja"  # dialects that are compared as text
PARSED, TEXT, SUPPLIED = "sql:", "text:", "digest:"  # how code was compared, before the digest of it


def from_code(
    kind: str, name: str, text: str, *, dialect: str = "", ancestors: Iterable[Ancestor] = (), identity: str = ""
) -> Upstream:
    """An upstream whose code is known. `identity` tells tables of the same code apart; a file's path is not part of it."""
    code = fingerprint(text, dialect)
    listed = _stored(ancestors)
    content = [kind, identity, code, sorted(ancestor.digest for ancestor in listed)]
    return Upstream(kind, name, _sha256(content), text[:LONGEST_STORED], dialect, listed, code)


def from_digest(kind: str, name: str, digest: str, *, ancestors: Iterable[Ancestor] = ()) -> Upstream:
    """An upstream of which somebody supplies a digest alone, for example a file's checksum."""
    listed = _stored(ancestors)
    content = [kind, digest, sorted(ancestor.digest for ancestor in listed)]
    return Upstream(kind, name, _sha256(content), ancestors=listed, fingerprint=SUPPLIED + digest)


def ancestor(name: str, text: str, *, dialect: str = "", identity: str = "") -> Ancestor:
    """An ancestor whose code is known; `identity` is its name in the other tool, which tells tables of the same code apart."""
    return Ancestor(name, _sha256([identity or name, fingerprint(text, dialect)]), text[:LONGEST_STORED])


def from_dict(stored: Mapping[str, Any] | None) -> Upstream | None:
    """An upstream as it was stored; None where there is none."""
    if not stored:
        return None
    ancestors = tuple(Ancestor(**content) for content in stored.get("ancestors") or ())
    return Upstream(**{**stored, "ancestors": ancestors})


@lru_cache(maxsize=REMEMBERED)
def fingerprint(text: str, dialect: str) -> str:
    """`sql:` and a SHA-256 over the parsed statements; `text:` and one over the text where it cannot be parsed."""
    trees = statements(text, dialect)
    if trees is None:
        return TEXT + _sha256(normalised(text))
    return PARSED + _sha256([dialect, [_shape(normalize_identifiers(tree, dialect=dialect)) for tree in trees]])


def statements(text: str, dialect: str) -> list[exp.Expr] | None:
    """The parsed statements of SQL; None where the text is not SQL of that dialect."""
    if dialect not in SQL_DIALECTS or nested_types(text) > MOST_NESTED_TYPES:
        return None
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect=dialect) if tree is not None]
    except PARSER_ERRORS:
        return None
    return None if not trees or any(tree.find(exp.Command) for tree in trees) else trees


def nested_types(text: str) -> int:
    """How many calls named like types stand inside each other: the parser tries each in two ways, both of them again for
    every call inside.

    >>> nested_types("date(trim(timestamp(a)))"), nested_types("date(a) || date(b)")
    (2, 1)
    """
    open_calls: list[bool] = []
    deepest = 0
    for match in PARENTHESIS.finditer(text):
        if match[0] == ")":
            del open_calls[-1:]
        elif match[0].endswith("("):
            open_calls.append((match[1] or "").upper() in TYPE_NAMES)
            deepest = max(deepest, sum(open_calls)) if open_calls[-1] else deepest
    return deepest


def normalised(text: str) -> str:
    """Text with line feeds alone as line ends, and without blank lines at its end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


SQL_DIALECTS = frozenset({
    "athena", "bigquery", "clickhouse", "databricks", "duckdb", "mysql", "postgres", "redshift", "snowflake", "spark",
    "sqlite", "trino", "tsql",
})  # fmt: skip


def _stored(ancestors: Iterable[Ancestor]) -> tuple[Ancestor, ...]:
    """Each ancestor once, by name; texts are kept as long as all of them together are short enough."""
    listed, left = [], MOST_STORED
    for entry in sorted(dict.fromkeys(ancestors)):
        left -= len(entry.text)
        listed.append(entry if left >= 0 else entry._replace(text=""))
    return tuple(listed)


def _shape(node: Any) -> Any:
    """A parsed tree as nested lists, without comments, positions and parentheses: the nesting is the same."""
    if isinstance(node, list):
        return [_shape(item) for item in node]
    if isinstance(node, Enum):
        return node.name
    if not isinstance(node, exp.Expr):
        return node
    if isinstance(node, exp.Paren):
        return _shape(node.this)
    parts = {name: _shape(part) for name, part in node.args.items() if part not in (None, False, [])}
    if isinstance(node, exp.WindowSpec):  # sqlglot keeps the case of ROWS and PRECEDING as written
        parts = {name: part.upper() if isinstance(part, str) else part for name, part in parts.items()}
    return [type(node).__name__, parts]


def _sha256(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
