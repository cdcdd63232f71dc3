"""A seeded company many times over: the database copies its rows itself, each copy with keys, names and days of its own.

What grows with the number of models is copied beside itself. What grows with time is copied to the days that follow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import DateTimeField, Field, ForeignKey, Max, Model

from assessments.models import Ticket
from platform_site.audit.record import Entry
from registry.models import (
    CheckResult,
    CheckRun,
    ColumnFinding,
    CurrentLogic,
    CurrentVersionChange,
    Deployment,
    Evaluation,
    Feature,
    FeatureVersion,
    GateDecision,
    ModelVersion,
    RegisteredModel,
    ServedShare,
    ServingReport,
    ServingRevision,
    SnapshotEntry,
    StageChange,
    TrainingSnapshot,
)
from tests.bench.bulk import Tell

WIDE: tuple[type[Model], ...] = (
    Feature, FeatureVersion, CurrentVersionChange, CurrentLogic, RegisteredModel, ModelVersion, TrainingSnapshot, SnapshotEntry,
    Evaluation, GateDecision, StageChange, ServingRevision, ServedShare, Deployment, Ticket,
)  # fmt: skip
LONG: tuple[type[Model], ...] = (CheckRun, CheckResult, ColumnFinding, ServingReport)
NAMED = {Feature: "name", RegisteredModel: "name", Ticket: "external_id"}


def widen(times: int, tell: Tell) -> None:
    """That many times as many features, models and tickets; of the same organizations and teams."""
    _multiply(WIDE, times, {}, tell)


def lengthen(times: int, days: int, tell: Tell) -> Iterator[Entry]:
    """That many times as many days of check runs and serving reports, each copy ``days`` after the one before; the events of
    the runs, for the caller to append."""
    if times < 2:
        return
    last = CheckRun.objects.aggregate(last=Max("pk"))["last"] or 0
    tried = CheckRun.objects.filter(check_definition__name__startswith="seeded ").aggregate(last=Max("pk"))["last"] or 0
    where = {CheckRun: f"id > {tried}", CheckResult: f"run_id > {tried}", ColumnFinding: f"run_id > {tried}"}
    _multiply(LONG, times, {CheckRun: days, ServingReport: days}, tell, where)
    runs = CheckRun.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "outcome", "check_definition__name")
    for pk, outcome, name in runs.iterator():
        yield Entry("check_run.queued", f"check_run:{pk}", {"check": name})
        yield Entry("check_run.finished", f"check_run:{pk}", {"outcome": outcome, "check": name})


def _multiply(
    kinds: Collection[type[Model]],
    times: int,
    days: Mapping[type[Model], int],
    tell: Tell,
    where: Mapping[type[Model], str] = MappingProxyType({}),
) -> None:
    strides = {kind: kind._base_manager.aggregate(last=Max("pk"))["last"] or 0 for kind in kinds}
    with connection.cursor() as cursor:
        _trust(cursor)
        for done, kind in enumerate(kinds, start=1):
            fields = [field for field in kind._meta.local_concrete_fields if not field.generated]
            columns = ", ".join(f'"{field.column}"' for field in fields)
            values = ", ".join(_value(field, kind, strides, days.get(kind, 0)) for field in fields)
            cursor.execute(
                f"WITH RECURSIVE copies(copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < {times - 1}) "
                f'INSERT INTO "{kind._meta.db_table}" ({columns}) '
                f'SELECT {values} FROM copies CROSS JOIN "{kind._meta.db_table}" WHERE {times} > 1 AND {where.get(kind, "true")} ORDER BY copy, "{fields[0].column}"'
            )
            for statement in connection.ops.sequence_reset_sql(no_style(), [kind]):
                cursor.execute(statement)
            tell("tables copied", done, len(kinds))


def _trust(cursor: Any) -> None:
    """Keys are right as they are counted: on PostgreSQL a superuser need not wait until each of ten million is looked up."""
    if connection.vendor == "postgresql":
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")


def _value(field: Field[Any, Any], kind: type[Model], strides: Mapping[type[Model], int], days: int) -> str:
    column = f'"{field.column}"'
    target = kind if field.primary_key and not field.is_relation else field.related_model
    if isinstance(field, ForeignKey) and target not in strides:
        return column
    if target in strides:
        return f"{column} + copy * {strides[target]}"
    if NAMED.get(kind) == field.name:
        return f"{column} || '_' || copy"
    return _later(field, f"copy * {days}") if days and isinstance(field, DateTimeField) else column


def _later(field: Field[Any, Any], days: str) -> str:
    """The SQL of a moment so many days later."""
    column = f'"{field.column}"'
    if connection.vendor == "postgresql":
        return f"{column} + ({days}) * INTERVAL '1 day'"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, ({days}) || ' days')"
