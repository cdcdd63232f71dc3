"""How metrics of predictions and figures of fairness read on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template

from platform_site.text.wording import NOTHING
from registry.models import ColumnFinding

register = template.Library()
WITHOUT_BOUND = "without bound"


@register.filter
def about(findings: Iterable[ColumnFinding], prefix: str) -> list[ColumnFinding]:
    """The findings of one sort: of a metric each, or of a fairness figure each."""
    return [finding for finding in findings if finding.column.startswith(f"{prefix}: ")]


@register.filter
def unanswered(findings: Iterable[ColumnFinding]) -> list[ColumnFinding]:
    """The findings about all metrics, or all figures, which none could be computed for."""
    return [finding for finding in findings if ": " not in finding.column]


@register.filter
def after_colon(column: str) -> str:
    """The name of a metric or figure without its sort.

    >>> after_colon("metric: AUC"), after_colon("fairness: disparate impact ratio")
    ('AUC', 'Disparate impact ratio')
    """
    name = column.partition(": ")[2]
    return name[:1].upper() + name[1:]


@register.filter
def interval(ends: Sequence[float] | None) -> str:
    """The ends of an interval.

    >>> interval([0.123456, 0.2]), interval(None)
    ('0.123 to 0.2', '')
    """
    return " to ".join(f"{end:.3g}" if isinstance(end, float | int) else str(end) for end in ends) if ends else ""


@register.filter
def share_interval(ends: Sequence[float] | None) -> str:
    """The ends of the interval of a share.

    >>> share_interval([0.4839, 0.52])
    '48.4% to 52%'
    """
    return " to ".join(f"{end * 100:.3g}%" for end in ends) if ends else ""


@register.filter
def growth(finding: ColumnFinding) -> str:
    """By how much a metric's errors grew, with the interval of that: of bias and calibration error by how much in their own
    unit, of the others by what share.

    >>> growth(ColumnFinding(content={"change": [0.137, -0.1, 0.437], "scale": None}))
    '+13.7% (-10% to +43.7%)'
    >>> growth(ColumnFinding(content={"change": [0.384, 0.194, 0.538], "scale": 0.1}))
    '+0.0384 (+0.0194 to +0.0538)'
    >>> growth(ColumnFinding(content={"change": ["Infinity", 2.5, "Infinity"], "scale": None}))
    'without bound (at least +250%)'
    """
    value, low, high = (_in_words(end, finding.content.get("scale")) for end in finding.content["change"])
    return f"{value} (at least {low})" if value == WITHOUT_BOUND else f"{value} ({low} to {high})"


@register.filter
def limit_of_growth(finding: ColumnFinding) -> str:
    """The limit of a metric's growth.

    >>> limit_of_growth(ColumnFinding(limit=0.1)), limit_of_growth(ColumnFinding(limit=0.1, content={"scale": 0.1}))
    ('+10%', '+0.01')
    """
    return NOTHING if finding.limit is None else _in_words(finding.limit, finding.content.get("scale"))


def _in_words(share: float | str, scale: float | None) -> str:
    if isinstance(share, str):
        return WITHOUT_BOUND
    return f"{share * scale:+.3g}" if scale else f"{share * 100:+.3g}%"
