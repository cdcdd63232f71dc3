"""The sections of a review about the target (what is wanted, where the organization is, whether it is on track) and about
exemptions."""

from __future__ import annotations

from collections.abc import Sequence

from assessments.health.rules.recommendations import listed
from assessments.health.rules.targets import Aim, Mark, Progress, aim_in_words
from assessments.review.rules.sections import DAY, STATE, Column, Period, Row, Section, day

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


def exemptions(rows: Sequence[Row], period: Period) -> Section:
    """What is exempt now, and what ended in the period. Each row has `capability`, `ends_on`, `reason`, `granted_by`, `state`.

    >>> from datetime import date
    >>> exemptions([], Period(date(2026, 8, 3), date(2026, 11, 2))).sentence
    'No capability is left out, and no exemption ended since 3 Aug 2026.'
    """
    columns = (
        Column("capability", "Capability"), Column("ends_on", "Last day", DAY), Column("reason", "Reason"),
        Column("granted_by", "Granted by"), Column("state", "State", STATE),
    )  # fmt: skip
    current = [row.values for row in rows if row.values["state"] == "in_force"]
    ended = [row.values["capability"] for row in rows if row.values["state"] != "in_force"]
    parts = []
    if current:
        names = listed([f"{row['capability']} until {day(row['ends_on'])}" for row in current])
        parts.append(f"Left out: {names}.")
    if ended:
        parts.append(f"Ended {period.words}: {listed(ended)}.")
    sentence = " ".join(parts) or f"No capability is left out, and no exemption ended {period.words}."
    return Section("exemptions", "Exemptions", sentence, columns, rows)
