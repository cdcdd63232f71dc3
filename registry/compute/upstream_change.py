"""What changed between two upstreams, file by file: a guess at the kind of change, and the difference as code.

>>> from registry.compute.upstream import from_code
>>> before, after = (from_code("dbt", "models/orders.sql", f"select {sql} as amount from t", dialect="duckdb")
...                  for sql in ("amount", "coalesce(amount, 0)"))
>>> [change] = code_changes(before, after)
>>> change.sentence
'null handling (models/orders.sql)'
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import unified_diff
from typing import NamedTuple

from sqlglot import exp

from registry.compute.upstream import LONGEST_STORED, Upstream, normalised, statements

MOST_LINES = 400
LOGIC, ADDED, REMOVED = "logic", "added", "removed"
CALL = r"\b(?:{})\b\s*(?:\([^()]*\))?"
NULLS = "coalesce|ifnull|ifnotnull|isnull|nvl2?|nullif|zeroifnull|nullifzero|fillna|ffill|bfill|dropna|isna|notna|nan_to_num"
IS_NULLS = re.compile(f"(?:{NULLS})\\Z", re.IGNORECASE)
WORDS = {  # in the order of the guess: the first that differs names the change
    "null handling": re.compile(CALL.format(NULLS) + r"|\b(?:ignore|respect)\s+nulls\b|\bis\s+(?:not\s+)?null\b", re.IGNORECASE),
    "filter": re.compile(r"\b(?:where|having|qualify|query|filter)\b.*|\.loc\[.*", re.IGNORECASE),
    "join": re.compile(r"\b(?:join|merge|merge_asof)\b.*", re.IGNORECASE),
    "aggregation": re.compile(
        CALL.format("group\\s+by|groupby|agg|sum|avg|mean|min|max|count|median|std|rolling|resample|over|shift|diff|cumsum"),
        re.IGNORECASE,
    ),
}  # fmt: skip
NODES: dict[str, tuple[type[exp.Expr], ...]] = {
    "null handling": (exp.Coalesce, exp.IgnoreNulls, exp.RespectNulls, exp.Nullif, exp.Nvl2, exp.Is, exp.Anonymous),
    "filter": (exp.Where, exp.Having, exp.Qualify, exp.Filter),
    "join": (exp.Join,),
    "aggregation": (exp.AggFunc, exp.Group, exp.Window, exp.Distinct),
}


class CodeChange(NamedTuple):
    """One file whose code changed: its name, a guess at what changed, and the difference as a unified diff."""

    name: str
    what: str
    diff: str

    @property
    def sentence(self) -> str:
        """For example `null handling (models/orders.sql)`."""
        return f"{self.what} ({self.name})"


def code_changes(before: Upstream | None, after: Upstream | None) -> list[CodeChange]:
    """Every file that changed, the table's own code first; nothing where both compute the same."""
    if before is None or after is None:
        return [CodeChange(side.name, what, "") for side, what in ((after, ADDED), (before, REMOVED)) if side]
    if before.digest == after.digest:
        return []
    changes = list(_ancestor_changes(before, after))
    if before.fingerprint != after.fingerprint or not changes:
        changes.insert(0, _code_change(after.name, before.text, after.text, before.dialect, after.dialect))
    return changes


def sentence(before: Upstream | None, after: Upstream | None) -> str:
    """`upstream changed: null handling (models/orders.sql)`; empty where nothing changed."""
    changes = code_changes(before, after)
    return f"upstream changed: {', '.join(change.sentence for change in changes)}" if changes else ""


def diff(name: str, before: str, after: str) -> str:
    """The lines that differ, with three lines around each; at most `MOST_LINES` of them."""
    old, new = (normalised(text).split("\n") if text else [] for text in (before, after))
    lines = list(unified_diff(old, new, fromfile=name, tofile=name, lineterm=""))
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… and {len(lines) - MOST_LINES:,} more lines"]
    return "\n".join(lines)


def guess(before: str, after: str, *, dialect: str = "") -> str:
    """What changed in code: null handling, filter, join, aggregation, or else logic."""
    old, new = statements(before, dialect), statements(after, dialect)
    for what in WORDS:
        if old is None or new is None:
            differs = _words(before, what) != _words(after, what)
        else:
            differs = _nodes(old, what) != _nodes(new, what)
        if differs:
            return what
    return LOGIC


def _ancestor_changes(before: Upstream, after: Upstream) -> Iterator[CodeChange]:
    old, new = ({ancestor.name: ancestor for ancestor in side.ancestors} for side in (before, after))
    same = {ancestor.digest for ancestor in before.ancestors} & {ancestor.digest for ancestor in after.ancestors}
    for name in sorted(old.keys() | new.keys()):
        first, last = old.get(name), new.get(name)
        if first and last and first.digest != last.digest:
            yield _code_change(name, first.text, last.text, before.dialect, after.dialect)
        elif (entry := first or last) and not (first and last) and entry.digest not in same:
            yield CodeChange(name, ADDED if last else REMOVED, "")


def _code_change(name: str, before: str, after: str, dialect: str, new_dialect: str) -> CodeChange:
    same_dialect = dialect if dialect == new_dialect else ""
    if not before or not after:
        return CodeChange(name, LOGIC, "")
    if before == after and len(before) >= LONGEST_STORED:
        return CodeChange(name, LOGIC, f"The code differs after its first {LONGEST_STORED:,} characters.")
    return CodeChange(name, guess(before, after, dialect=same_dialect), diff(name, before, after))


def _words(text: str, what: str) -> Counter[str]:
    return Counter(" ".join(match.group().lower().split()) for match in WORDS[what].finditer(text))


def _nodes(trees: list[exp.Expr], what: str) -> Counter[str]:
    nodes = (node for tree in trees for node in tree.find_all(*NODES[what]))
    return Counter(
        _own_part(node) for node in nodes if not isinstance(node, exp.Anonymous) or IS_NULLS.match(node.name)
    )


def _own_part(node: exp.Expr) -> str:
    """A node as text; of a join, what it joins on and how, without the query that is joined."""
    if isinstance(node, exp.Join):
        return " ".join(str(node.args.get(part) or "") for part in ("side", "kind", "method", "on", "using"))
    return node.sql(comments=False)
