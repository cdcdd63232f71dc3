"""What the demo's other teams watch: a drift check of each week's rows, queued by its schedule and computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.conf import settings

from platform_site.roof.demo.history import cast, rows
from platform_site.roof.demo.history.clock import days_ago, working_day
from platform_site.roof.demo.history.plan import plan
from platform_site.roof.demo.history.timeline import Moment
from registry.checks.actions import checks
from registry.models import Check, RegisteredModel
from registry.serving.actions.alerts import look_for_silence

WEEKS = 11


class Watched(NamedTuple):
    """A table whose weeks are compared with the rows that a model was trained on."""

    table: str
    model: str
    days: int  # ago, when the check was defined
    blocking: bool = False
    important: str = ""


WATCHED = (
    Watched("card_transactions", "chargeback_risk", 71, blocking=True, important="amount"),
    Watched("loan_applications", "credit_default", 79, important="income"),
    Watched("customer_months", "churn_risk", 65, important="visits"),
    Watched("claims", "claim_severity", 59, important="repair_cost"),
    Watched("search_sessions", "search_ranking", 68),
)


def moments() -> Iterator[Moment]:
    """Each check once, then every week its rows and its run."""
    every_week = f"0 5 * * {(days_ago(0).weekday() + 1) % 7}"  # on the weekday on which the demo is loaded
    for watched in WATCHED:
        yield Moment(working_day(watched.days, 11, 15), _define(watched, every_week))
    for week in range(WEEKS):
        yield Moment(days_ago(7 * week, 4, 30), _write(week))
        yield Moment(days_ago(7 * week, 5, 2), checks.run_what_is_due)
        yield Moment(days_ago(7 * week, 7), look_for_silence)


def name_of(table: str) -> str:
    """The name of a table's check."""
    return f"{table.replace('_', ' ')}, week by week"


def _define(watched: Watched, schedule: str) -> Callable[[], object]:
    def act() -> None:
        lead = cast.actor("elif.demir")
        table = plan().tables[watched.table]
        checks.define_check(
            Check.Kind.DRIFT,
            name=name_of(watched.table),
            parameters={
                "reference": watched.table,
                "current": rows.recent(table),
                "columns": [*table.columns],
                "importance": {watched.important: 3} if watched.important else {},
            },
            model=RegisteredModel.objects.get(name=watched.model),
            blocking=watched.blocking,
            schedule=schedule,
            actor=lead if table.team in lead.teams else cast.person_of(table.team),
        )

    return act


def _write(week: int) -> Callable[[], object]:
    root = settings.DATA_ROOTS[0]
    return lambda: [rows.write_recent(plan().tables[watched.table], root, week) for watched in WATCHED]
