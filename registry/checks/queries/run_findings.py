"""What a run found, as an alert compares it with the runs before; and whether a newer run is known."""

from __future__ import annotations

from datetime import datetime
from math import isfinite

from registry.checks.rules.alerts import Finding
from registry.compute.stats.result import Outcome
from registry.features.queries.parity_evidence import CONCLUSIVE, answers
from registry.models import CheckRun

FOUND = (Outcome.FAILED, Outcome.DRIFTED, Outcome.NOT_DETERMINISTIC)  # of a column: something is wrong with it
ROWS, RUN, NOT_DETERMINISTIC = "(rows)", "(run)", "(not deterministic)"  # parts that are no column


def finding_of(run: CheckRun) -> Finding:
    """What a concluded run found: each column that decided, in units of its limit; none where it passed."""
    blocking = run.check_definition.blocking
    if run.outcome == CheckRun.Outcome.PASSED:
        return Finding({}, blocking)
    rows = run.columns.filter(outcome__in=FOUND).values_list("column", "effect", "value")
    parts = {column: _size(value if effect is None else effect) for column, effect, value in rows}
    if run.outcome == CheckRun.Outcome.NOT_DETERMINISTIC:
        parts[NOT_DETERMINISTIC] = None
    return Finding(parts or _of_rows(run), blocking)


def observed_at(run: CheckRun) -> datetime:
    """When a run looked at its data."""
    return run.started_at or run.created_at


def is_superseded(run: CheckRun) -> bool:
    """Whether a run that began later has concluded about the same thing already. A run that passed over other data did
    not."""
    newer = run.check_definition.runs.filter(outcome__in=CONCLUSIVE, started_at__gt=observed_at(run))
    return any(later.outcome != CheckRun.Outcome.PASSED or answers(later, run) for later in newer.order_by("-pk"))


def _size(number: float | None) -> float | None:
    return number if number is not None and isfinite(number) else None


def _of_rows(run: CheckRun) -> dict[str, float | None]:
    """The share of rows that differ, where a run compares two columns and not many."""
    content = run.result.content if hasattr(run, "result") else {}
    differ, rows = content.get("rows_that_differ"), content.get("rows")
    return {ROWS: differ / rows} if differ and rows else {RUN: None}
