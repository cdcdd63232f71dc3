"""The outcome of a metric or a figure: by the whole period, and by its windows where there are some.

A limit counts as broken only when the whole interval is beyond it. A value beyond it whose interval includes it decides
nothing: the rows are too few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from platform_site.text.wording import counted
from registry.compute.kinds.drift.periods import effect
from registry.compute.kinds.drift.series import Series
from registry.compute.kinds.report import ColumnReport, plain
from registry.compute.stats.catalogue import ENTRIES
from registry.compute.stats.result import Outcome

KIND = "quality"
UNDECIDED = "The interval includes the limit, so these rows are too few to decide."


class Finding(NamedTuple):
    """What was found over the whole period. ``statistic`` has a limit; ``is_beyond``: the value is worse than it,
    ``is_broken``: so is its whole interval. ``effect``: the value in units of its limit."""

    column: str
    statistic: str
    value: float | None
    limit: float
    effect: float
    is_beyond: bool
    is_broken: bool
    sentence: str
    content: Mapping[str, Any]


def report(finding: Finding, series: Series | None) -> ColumnReport:
    """The finding with its windows, as a column's report."""
    outcome = _outcome(finding, series)
    sentences = [finding.sentence]
    if finding.is_beyond and not finding.is_broken:
        sentences.append(UNDECIDED)
    if series and (of_windows := windows_sentence(series)):
        sentences.append(of_windows)
    content = dict(finding.content) | ({"series": [series]} if series else {})
    return ColumnReport(
        finding.column,
        KIND,
        str(outcome),
        " ".join(sentences),
        finding.statistic,
        finding.value,
        finding.limit,
        max(finding.effect, _worst(series)),
        plain(content),
    )


def unanswered(column: str, outcome: Outcome, sentence: str, content: Mapping[str, Any] | None = None) -> ColumnReport:
    """A question that has no answer, and why."""
    return ColumnReport(column, KIND, str(outcome), sentence, content=plain(content or {}))


def unanswerable(columns: Iterable[ColumnReport]) -> list[str]:
    """What was asked of predictions and has no answer in these data: such a run never passes."""
    return [column.sentence for column in columns if column.kind == KIND and column.outcome == Outcome.NOT_APPLICABLE]


def groups_that_decide(drifted: Iterable[ColumnReport]) -> list[str]:
    """The sentence of the worst fairness figure that drifted, which names its groups and their rows."""
    return [column.sentence for column in drifted if column.content.get("pair")][:1]


def windows_sentence(series: Series) -> str:
    """What the windows say: their alarms, or how many are above their limit without one; nothing where none has rows
    enough."""
    judged = [point for point in series.points if point.value is not None]
    if not judged:
        return "No window has enough rows to be judged."
    if series.blind:
        return series.blind
    title, periods = ENTRIES[series.statistic].title, series.periods
    if not periods:
        above = sum(point.above for point in judged)
        calm = f"Over {counted(len(judged), 'window')}: no alarm" + (f", {above} above the limit." if above else ".")
        return f"{calm} {title}: {series.trend.sentence}" if series.trend else calm
    worst = max(periods, key=lambda period: effect(period._asdict()))
    value = "without bound" if worst.value is None else f"{worst.value:.3g}"
    alarms = "an alarm" if len(periods) == 1 else f"{len(periods)} alarms, the largest"
    return f"By window: {alarms} {worst.dates}, where {title} is {value}, limit {worst.limit:.3g}."


def _outcome(finding: Finding, series: Series | None) -> Outcome:
    if finding.is_broken or (series and series.alarms):
        return Outcome.DRIFTED
    return Outcome.NOT_ENOUGH_DATA if finding.is_beyond else Outcome.PASSED


def _worst(series: Series | None) -> float:
    return max((effect(point._asdict()) for point in series.alarms), default=0.0) if series else 0.0
