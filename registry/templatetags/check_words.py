"""How checks, their parameters and their findings read on a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import template

from platform_site.text.wording import NOTHING, label, percent_of_share, plural
from registry.checks.queries.raised_limits import fixed_limit, limit_sentence
from registry.compute.stats.catalogue import ENTRIES
from registry.models import Check, ColumnFinding

register = template.Library()
NAMES_SHOWN = 12


@register.filter
def statistic(name: str) -> str:
    """A statistic's title."""
    return ENTRIES[name].title if name in ENTRIES else name or NOTHING


@register.filter
def words(text: str) -> list[str]:
    """Words between commas, as a list."""
    return text.split(",")


@register.filter
def share(count: int, of: int | None) -> str:
    """A count as a percentage of another."""
    return percent_of_share(count / of) if of else NOTHING


@register.filter
def series_sentence(series: Mapping[str, Any]) -> str:
    """What a series over windows shows."""
    points = series["points"]
    raised = [point for point in points if point["alarm"]]
    how = "its own limit, from the reference's windows" if series["calibrated"] else "a fixed limit"
    fixed, highest = series.get("fixed_limit"), max((point["limit"] for point in points), default=0.0)
    if fixed is not None and highest > fixed:
        how = f"a fixed limit of {fixed:.3g}, raised to at most {highest:.3g} by what chance alone reaches"
    if series["calibrated"] and (limits := len({point["limit"] for point in points})) > 1:
        how += ", weekdays and weekends apart" if limits == 2 else ", months of the year apart"
    sentence = f"{len(points)} windows against {how}: "
    sentence += f"{len(raised)} raised an alarm." if raised else "none raised an alarm."
    if series.get("blind"):
        return f"{sentence} It cannot alarm. {series['blind']}"
    if series.get("expected_alarms_a_week") is not None:
        sentence += f" Expect {alarms_a_week(series['expected_alarms_a_week'])}."
    if series.get("detectable"):
        sentence += f" {_change(series)} would be seen within a week."
    elif series["detectable_shift"]:
        sentence += f" A shift of {deviations(series['detectable_shift'])} would be seen within a week."
    return f"{sentence} {series['trend']}" if series.get("trend") else sentence


def _change(series: Mapping[str, Any]) -> str:
    """The smallest change that was seen when it was planted."""
    size = series["detectable"]
    if series["statistic"] == "wasserstein_normed":
        return f"A shift of {deviations(size)}"
    what = "values turned null" if series["statistic"] == "null_share_change" else "rows moved to the rarest category"
    return f"{percent_of_share(size)} of the {what}"


@register.filter
def alarms_a_week(expected: float) -> str:
    """How many false alarms to expect.

    >>> alarms_a_week(0.0), alarms_a_week(0.94)
    ('fewer than 0.1 false alarms a week', '0.9 false alarms a week')
    """
    return f"{expected:.1f} false alarms a week" if expected >= 0.1 else "fewer than 0.1 false alarms a week"


@register.filter
def deviations(shift: float) -> str:
    """A shift in words.

    >>> deviations(1.0), deviations(0.05)
    ('1 standard deviation', '0.05 standard deviations')
    """
    return f"{shift:g} {plural('standard deviation', shift)}"


@register.filter
def limit_words(finding: ColumnFinding) -> str:
    """The limit that decided about a column, and from what chance raised it."""
    return limit_sentence(finding)


@register.filter
def raised_from(finding: ColumnFinding) -> float | None:
    """The limit that was set, where chance raised it."""
    return fixed_limit(finding)


@register.filter
def by_reason(columns: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The columns that were left out, those with the same reason together, the most first.

    >>> by_reason([{"column": name, "outcome": "blind", "reason": "Too few."} for name in "ab"])
    [{'outcome': 'blind', 'reason': 'Too few.', 'names': ['a', 'b'], 'count': 2}]
    """
    together: dict[tuple[str, str], list[str]] = {}
    for column in columns:
        together.setdefault((column["outcome"], column["reason"]), []).append(column["column"])
    groups = [
        {"outcome": outcome, "reason": reason, "names": names[:NAMES_SHOWN], "count": len(names)}
        for (outcome, reason), names in together.items()
    ]
    return sorted(groups, key=lambda group: -int(group["count"]))


@register.filter
def series_rows(points: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The windows as rows of a table."""
    return [
        [point["window"], point["rows"], point["value"], point["limit"], "alarm" if point["alarm"] else ""]
        for point in points
    ]


@register.filter
def check_subject(check: Check) -> str:
    """What a check compares with what."""
    parameters = check.parameters
    if check.kind == Check.Kind.DEFINITION_PARITY:
        over = f", on {parameters['dataset']}" if parameters.get("dataset") else ""
        if parameters.get("trained_dataset"):
            over = f", as {parameters['current_dataset']} and {parameters['trained_dataset']} hold them"
        return f"{parameters['trained']} against {'proposed ' if 'proposed' in parameters else ''}{parameters['current']}{over}"
    if check.kind == Check.Kind.LOG_PARITY:
        return f"{parameters['serving']} against {parameters['training']}"
    if check.kind == Check.Kind.SCHEMA:
        return str(parameters["dataset"])
    current = parameters["current"] or parameters["reference"]
    return current if current == parameters["reference"] else f"{current} against {parameters['reference']}"


@register.filter
def check_parameters(check: Check) -> Iterator[tuple[str, str]]:
    """Each parameter that is set, in words."""
    for name, value in check.parameters.items():
        if value in ("", None, [], {}, False):
            continue
        yield label(name), _value_in_words(value)


def _value_in_words(value: Any) -> str:
    if isinstance(value, list):
        listed = [str(item.get("name", item)) if isinstance(item, Mapping) else str(item) for item in value]
        more = f" and {len(listed) - NAMES_SHOWN} more" if len(listed) > NAMES_SHOWN else ""
        return ", ".join(listed[:NAMES_SHOWN]) + more
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value_in_words(item)}" for name, item in value.items())
    return "yes" if value is True else str(value)
