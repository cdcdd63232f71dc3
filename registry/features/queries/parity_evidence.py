"""The parity runs of pairs of versions, and whether they are evidence that both compute the same (F3)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import DateTimeField, F, Max, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast

from registry.data.rules.reading import reading_digest
from registry.features.rules.parity_evidence import (
    Pair,
    ParityRun,
    ReadData,
    Taken,
    data_changed,
    is_over_all_rows,
    read_otherwise,
    why_no_answer,
)
from registry.models import Check, CheckRun, CurrentSourceChange, Dataset, DatasetSnapshot

REFUTED = (CheckRun.Outcome.FAILED, CheckRun.Outcome.NOT_DETERMINISTIC)
CONCLUSIVE = (CheckRun.Outcome.PASSED, *REFUTED)
BOUND, TAKEN, READ = "bound", "taken", "read"
NEVER = datetime.min.replace(tzinfo=UTC)


class _Row(NamedTuple):
    pk: int
    outcome: str
    rows: int | None
    started_at: datetime
    feature: str
    parameters: Mapping[str, Any]
    check: int
    data: Sequence[Mapping[str, str]]
    failed: int | None
    failed_data: Sequence[Mapping[str, str]]
    failed_rows: int | None
    differ: int | None

    @property
    def versions(self) -> tuple[str, frozenset[str]]:
        return self.feature, frozenset((self.parameters["trained"], self.parameters["current"]))

    @property
    def passed(self) -> bool:
        return self.outcome == CheckRun.Outcome.PASSED


def parity_runs(pairs: Iterable[Pair]) -> dict[Pair, ParityRun]:
    """The newest parity run of each pair that came to a conclusion; at most two queries, none without a pair.

    The order of the two versions does not matter: what is equal one way is equal the other way. A run that passed is evidence
    where it answers what the newest run of its check that failed had found, and nothing that it read is another now.
    """
    wanted = set(pairs)
    rows = _newest_rows(wanted) if wanted else []
    ranked = sorted(rows, key=lambda row: (is_over_all_rows(row.parameters), row.pk))
    by_versions = {row.versions: row for row in ranked}
    matched = {pair: row for pair in wanted if (row := by_versions.get((pair.feature, frozenset(pair[1:3]))))}
    passed = [(pair.source_table, row) for pair, row in matched.items() if _passed_over_all_rows(row)]
    ended = _ended(passed) | _unanswering(row for _, row in passed) if passed else set()
    return {
        pair: ParityRun(row.pk, row.passed, row.rows, row.differ, _passed_over_all_rows(row) and row.pk not in ended)
        for pair, row in matched.items()
    }


def unanswered_by(run: CheckRun) -> str:
    """Why a run of a parity check does not answer what its newest run that failed had found; empty where it does, or
    where none failed. One query; none for other kinds of checks, whose rows come and go with time."""
    if run.check_definition.kind != Check.Kind.DEFINITION_PARITY:
        return ""
    earlier = run.check_definition.runs.filter(pk__lt=run.pk, outcome__in=REFUTED)
    failed = earlier.order_by("-pk").first()
    return why_no_answer(_read_data(failed), _read_data(run)) if failed else ""


def answers(passed: CheckRun, failed: CheckRun) -> bool:
    """Whether a run that passed answers what an earlier one of the same check had found; always, for other kinds of
    checks than parity."""
    if failed.check_definition.kind != Check.Kind.DEFINITION_PARITY:
        return True
    return not why_no_answer(_read_data(failed), _read_data(passed))


def _read_data(run: CheckRun) -> ReadData:
    return ReadData(run.data, run.rows)


def _passed_over_all_rows(row: _Row) -> bool:
    return row.passed and is_over_all_rows(row.parameters)


def _newest_rows(pairs: Collection[Pair]) -> list[_Row]:
    """The newest conclusive run of each check that compares two of these versions as they were registered."""
    names = [name for pair in pairs for name in pair[1:3]]
    conclusive = CheckRun.objects.filter(
        check_definition__kind=Check.Kind.DEFINITION_PARITY,
        check_definition__feature__name__in={pair.feature for pair in pairs},
        check_definition__parameters__trained__in=names,
        check_definition__parameters__current__in=names,
        outcome__in=CONCLUSIVE,
    )
    newest = conclusive.order_by().values("check_definition").annotate(newest=Max("pk")).values("newest")
    fields = (
        "pk", "outcome", "rows", "started_at", "check_definition__feature__name", "check_definition__parameters",
        "check_definition_id", "data", "failed", "failed_data", "failed_rows",
    )  # fmt: skip
    failures = CheckRun.objects.filter(check_definition=OuterRef("check_definition"), outcome__in=REFUTED).order_by(
        "-pk"
    )
    beside = {
        name: Subquery(failures.values(column)[:1])
        for name, column in (("failed", "pk"), ("failed_data", "data"), ("failed_rows", "rows"))
    }
    runs = CheckRun.objects.filter(pk__in=newest).annotate(**beside)
    rows = runs.values_list(*fields, F("result__content__rows_that_differ"))
    return [row for row in map(_Row._make, rows) if "proposed" not in row.parameters]


def _unanswering(passed: Iterable[_Row]) -> set[int]:
    """The runs that passed over other data, or fewer rows, than the newest one of their check that failed."""
    return {
        row.pk
        for row in passed
        if row.failed is not None
        and row.failed < row.pk
        and why_no_answer(ReadData(row.failed_data, row.failed_rows), ReadData(row.data, row.rows))
    }


def _ended(passed: Collection[tuple[str, _Row]]) -> set[int]:
    """The runs since which their source table, the data behind it, or how these are read, changed; one query."""
    tables = {table for table, _ in passed}
    bound: dict[str, datetime] = {}
    taken: dict[str, list[Taken]] = {}
    readings: dict[str, str] = {}
    for what, name, at, text in _facts(tables, {entry["dataset"] for _, row in passed for entry in row.data}):
        if what == BOUND:
            bound[name] = max(at, bound.get(name, at))
        elif what == TAKEN:
            taken.setdefault(name, []).append(Taken(at, text))
        else:
            readings[name] = reading_digest(json.loads(text))
    return {
        row.pk
        for table, row in passed
        if (table in bound and bound[table] > row.started_at)
        or read_otherwise(row.data, readings)
        or data_changed(taken.get(table, []), since=row.started_at)
    }


def _facts(tables: Collection[str], datasets: Collection[str]) -> list[tuple[str, str, datetime, str]]:
    """When these source tables were bound anew, the snapshots behind them in their order, and how data sets are read."""
    of_table = CurrentSourceChange.objects.filter(source_table__name__in=tables).order_by()
    bound = of_table.values_list(Value(BOUND), "source_table__name", "changed_at", Value(""))
    snapshots = DatasetSnapshot.objects.filter(dataset__source_versions__current_of__name__in=tables).order_by()
    table = "dataset__source_versions__current_of__name"
    taken = snapshots.values_list(Value(TAKEN), table, "taken_at", "digest")
    read = Dataset.objects.filter(name__in=datasets).order_by()
    never = Cast(Value(None), DateTimeField())
    readings = read.values_list(Value(READ), "name", never, Cast("reading", TextField()))
    rows = bound.union(taken, readings, all=True)
    return sorted(rows, key=lambda row: (row[0], row[1], row[2] or NEVER))
