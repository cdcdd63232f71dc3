"""What a source table is: the rows, whose they are, what orders them, and what computed them (F1b).

A version of a source table is addressed by its content, as a feature's definition is.

>>> first = Source("visits", ("patient_id",), "at", ("visit_id",))
>>> changes(first, first._replace(entity_key=("sex",)))
{'entity_key': (['patient_id'], ['sex'])}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from registry.compute import upstream_change
from registry.compute.upstream import from_dict

UPSTREAM = "upstream"
NAME_LENGTH = 12
PARTS = {
    "dataset": "data set",
    "entity_key": "entity key",
    "event_time": "event time",
    "row_key": "row key",
    "dialect": "dialect",
    UPSTREAM: "upstream",
}


class Source(NamedTuple):
    """The content of a source table's version. ``dataset`` by name; None while it is bound to none."""

    dataset: str | None
    entity_key: Sequence[str]
    event_time: str
    row_key: Sequence[str] = ()
    dialect: str = "duckdb"
    upstream: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """As it is stored and shown, upstream with its text."""
        return self._asdict() | {"entity_key": list(self.entity_key), "row_key": list(self.row_key)}

    def deciding(self) -> dict[str, Any]:
        """What of it decides: the upstream without what is formatting."""
        return self.as_dict() | {UPSTREAM: _deciding(self.upstream)}


class SourceVersion(NamedTuple):
    """A version as the pure rules see it: the table, its number, its 12-digit name and its content."""

    table: str
    number: int
    name: str
    source: Source


def address(source: Source) -> str:
    """The full SHA-256 digest over the content as JSON: keys sorted, `json.dumps` defaults."""
    return hashlib.sha256(json.dumps(source.deciding(), sort_keys=True).encode()).hexdigest()


def known(before: Source, after: Source) -> Source:
    """A content with what only a later one says: to learn the data set or the upstream of a table is not a change of it.

    Until its rows are known, no column of theirs can break a tie: the row key is learned with the data set.
    """
    row_key = before.row_key or (after.row_key if before.dataset is None else ())
    return before._replace(
        dataset=before.dataset or after.dataset, row_key=row_key, upstream=before.upstream or after.upstream
    )


def changes(before: Source, after: Source) -> dict[str, tuple[Any, Any]]:
    """The parts that differ, each as it was and as it is."""
    old, new = before.deciding(), after.deciding()
    return {part: (old[part], new[part]) for part in PARTS if old[part] != new[part]}


def sentence(before: Source, after: Source) -> str:
    """What differs, part by part, old → new; of an upstream, which code and what about it.

    >>> sentence(Source(None, ["a"], "t"), Source("x", ["b", "c"], "t"))
    'data set none → x; entity key a → b, c'
    """
    differing = changes(before, after)
    plain = [
        f"{PARTS[part]} {_words(old)} → {_words(new)}" for part, (old, new) in differing.items() if part != UPSTREAM
    ]
    code = (
        [upstream_change.sentence(from_dict(before.upstream), from_dict(after.upstream))]
        if UPSTREAM in differing
        else []
    )
    return "; ".join([*plain, *code])


def _words(value: Any) -> str:
    return (", ".join(value) if isinstance(value, list) else value) or "none"


def _deciding(upstream: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The digest, which covers the code and what it is built on. A file that moved computes the same."""
    return {name: upstream[name] for name in ("kind", "digest")} if upstream else None
