"""Two versions of one model side by side: what differs, what is the same, and of a metric which way is better. Pure.

>>> compared = rows({"depth": 8, "rate": 0.1}, {"depth": 12, "rate": 0.1, "seed": 7})
>>> [(row.name, row.before, row.after, row.differs) for row in compared]
[('depth', 8, 12, True), ('seed', None, 7, True), ('rate', 0.1, 0.1, False)]
>>> summary([("hyperparameter", compared), ("fact", rows({"code commit": "a"}, {"code commit": "a"}))])
'Different: 2 of 3 hyperparameters. The same: 1 of 1 fact.'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from platform_site.text.wording import counted
from registry.versions.rules.metrics import CATALOGUE, error


class Row(NamedTuple):
    """One thing that either version has; None where a version does not have it. ``kind``: what sort of difference it is."""

    name: str
    before: Any
    after: Any
    kind: str = "same"

    @property
    def differs(self) -> bool:
        return self.kind != "same"


class Comparison(NamedTuple):
    """Everything that is compared, each part with what differs first."""

    facts: Sequence[Row]
    metrics: Sequence[Row]
    hyperparameters: Sequence[Row]
    features: Sequence[Row]

    @property
    def summary(self) -> str:
        return summary(zip(("fact", "metric", "hyperparameter", "feature"), self, strict=True))


def rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Row]:
    """Each name of either side, what differs first, by name."""
    names = before.keys() | after.keys()
    return in_order(
        Row(name, before.get(name), after.get(name), _kind(name in before, name in after, before, after, name))
        for name in names
    )


def metric_rows(before: Mapping[str, float], after: Mapping[str, float], named: Mapping[str, str]) -> list[Row]:
    """The same of metrics; ``named`` has the metric behind each name. Better or worse is said of metrics whose direction is
    known, and of values that such a metric can have.

    >>> [row.kind for row in metric_rows({"mape": 0.12, "odd": 1}, {"mape": 0.1, "odd": 2}, {"mape": "mape", "odd": "odd"})]
    ['better', 'changed']
    """
    return in_order(
        row._replace(kind=_direction(named[row.name], row.before, row.after)) if row.kind == "changed" else row
        for row in rows(before, after)
    )


def in_order(compared: Iterable[Row]) -> list[Row]:
    """What differs first, then by name."""
    return sorted(compared, key=lambda row: (not row.differs, row.name))


def summary(parts: Iterable[tuple[str, Sequence[Row]]]) -> str:
    """How much differs and how much is the same, part by part; parts that neither version has are left out."""
    different: list[str] = []
    same: list[str] = []
    for noun, compared in parts:
        if compared:
            differing = sum(row.differs for row in compared)
            (different if differing else same).append(f"{differing or len(compared)} of {counted(len(compared), noun)}")
    sentences = [("Different", different), ("The same", same)]
    return " ".join(f"{word}: {', '.join(shares)}." for word, shares in sentences if shares)


def _kind(was: bool, is_now: bool, before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> str:
    if was and is_now:
        return "same" if _is_same(before[name], after[name]) else "changed"
    return "removed" if was else "added"


def _is_same(before: Any, after: Any) -> bool:
    """Whether two JSON values are the same; True is not 1."""
    return bool(before == after) and isinstance(before, bool) == isinstance(after, bool)


def _direction(metric: str, before: float, after: float) -> str:
    if metric not in CATALOGUE or min(error(metric, before), error(metric, after)) < 0:
        return "changed"
    return "better" if error(metric, after) < error(metric, before) else "worse"
