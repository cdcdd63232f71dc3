"""What the rows say after a fault: runs that got lost, were recorded twice, or ended with another outcome than is true.

>>> count([Row(7, "finished", "passed", "rewritten", 1, 1), Row(8, "running", "", "fixed", 0, 0)])
Account(runs=2, lost=1, doubled=0, wrong=0)
>>> count([Row(7, "finished", "failed", "rewritten", 1, 2)])
Account(runs=1, lost=0, doubled=1, wrong=1)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tests.faults.databases import Database
from tests.faults.story import TRUTH

EACH_RUN = """
    SELECT run.id, run.state, run.outcome, definition.name,
           (SELECT count(*) FROM registry_checkresult AS result WHERE result.run_id = run.id),
           (SELECT count(*) FROM audit_auditevent AS event
             WHERE event.action = 'check_run.finished' AND event.subject = 'check_run:' || run.id)
      FROM registry_checkrun AS run JOIN registry_check AS definition ON definition.id = run.check_definition_id
"""
OPEN = "SELECT count(*) FROM registry_checkrun WHERE state IN ('queued', 'running')"
RUNNING = "SELECT count(*) FROM registry_checkrun WHERE state = 'running'"


class Row(NamedTuple):
    """A run, and how often its result and its end are on record."""

    run: int
    state: str
    outcome: str
    check: str
    results: int
    events: int


class Account(NamedTuple):
    """How many runs there were, and how many of them went wrong in which way."""

    runs: int
    lost: int
    doubled: int
    wrong: int


def count(rows: Iterable[Row]) -> Account:
    """Add up what became of the runs."""
    rows = list(rows)
    return Account(
        runs=len(rows),
        lost=sum(row.state != "finished" or not row.events or not row.results for row in rows),
        doubled=sum(row.results > 1 or row.events > 1 for row in rows),
        wrong=sum(row.state == "finished" and row.outcome != TRUTH[row.check] for row in rows),
    )


def newest(database: Database) -> int:
    """The number of the run that was asked for last; 0 before the first."""
    return database.rows("SELECT coalesce(max(id), 0) FROM registry_checkrun")[0][0]


def of(database: Database, *, after: int = 0) -> Account:
    """The account of the runs that were asked for after run `after`."""
    return count(row for row in map(Row._make, database.rows(EACH_RUN)) if row.run > after)
