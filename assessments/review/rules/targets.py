"""The section of a review about the target: what is wanted, where the organization is, whether it is on track."""

from __future__ import annotations

from assessments.health.rules.targets import Aim, Mark, Progress, aim_in_words
from assessments.review.rules.sections import DAY, STATE, Column, Row, Section

NOBODY = "No target is set, so nothing is measured against one."


def target(aim: Aim | None, last: Mark | None, progress: Progress | None) -> Section:
    """``last`` is the newest published assessment; None before the first.

    >>> target(None, None, None).sentence
    'No target is set, so nothing is measured against one.'
    """
    columns = (
        Column("target", "Target"), Column("due_on", "By", DAY), Column("now", "Now"),
        Column("forecast", "At the present pace"), Column("state", "State", STATE),
    )  # fmt: skip
    if aim is None or progress is None:
        return Section("target", "Target", NOBODY, columns)
    row = {
        "target": aim_in_words(aim, last.levels) if last else aim_in_words(aim),
        "due_on": aim.due_on,
        "now": f"{'no score' if last.score is None else f'{last.score:g}%'}, {last.level.label}" if last else None,
        "forecast": f"{progress.forecast.due_score:g}%" if progress.forecast else None,
        "state": str(progress.state),
    }
    return Section("target", "Target", progress.sentence, columns, [Row(row)])
