"""The parity runs of pairs of versions, and whether they are evidence that both compute the same (F3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, Max

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

CONCLUSIVE = (CheckRun.Outcome.PASSED, CheckRun.Outcome.FAILED, CheckRun.Outcome.NOT_DETERMINISTIC)


class _Row(NamedTuple):
    pk: int
    outcome: str
    rows: int | None
    started_at: datetime
    feature: str
    parameters: Mapping[str, Any]
    check: int
    data: Sequence[Mapping[str, str]]
    differ: int | None

    @property
    def versions(self) -> tuple[str, frozenset[str]]:
        return self.feature, frozenset((self.parameters["trained"], self.parameters["current"]))

    @property
    def passed(self) -> bool:
        return self.outcome == CheckRun.Outcome.PASSED


def parity_runs(pairs: Iterable[Pair]) -> dict[Pair, ParityRun]:
    """The newest parity run of each pair that came to a conclusion; at most five queries, none without a pair.

    The order of the two versions does not matter: what is equal one way is equal the other way. A run that passed is evidence
    where it answers what the newest run of its check that failed had found, and nothing that it read is another now.
    """
    wanted = set(pairs)
    rows = _newest_rows(wanted) if wanted else []
    ranked = sorted(rows, key=lambda row: (is_over_all_rows(row.parameters), row.pk))
    by_versions = {row.versions: row for row in ranked}
    matched = {pair: row for pair in wanted if (row := by_versions.get((pair.feature, frozenset(pair[1:3]))))}
    passed = [(pair.source_table, row) for pair, row in matched.items() if _passed_over_all_rows(row)]
    ended = _ended(passed) | _unanswering([row for _, row in passed]) if passed else set()
    return {
        pair: ParityRun(row.pk, row.passed, row.rows, row.differ, _passed_over_all_rows(row) and row.pk not in ended)
        for pair, row in matched.items()
    }


def unanswered_by(run: CheckRun) -> str:
    """Why a run of a parity check does not answer what its newest run that failed had found; empty where it does, or
    where none failed. One query; none for other kinds of checks, whose rows come and go with time."""
    if run.check_definition.kind != Check.Kind.DEFINITION_PARITY:
        return ""
    earlier = run.check_definition.runs.filter(
        pk__lt=run.pk, outcome__in=(CheckRun.Outcome.FAILED, CheckRun.Outcome.NOT_DETERMINISTIC)
    )
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
        "check_definition_id", "data",
    )  # fmt: skip
    rows = CheckRun.objects.filter(pk__in=newest).values_list(*fields, F("result__content__rows_that_differ"))
    return [row for row in map(_Row._make, rows) if "proposed" not in row.parameters]


def _unanswering(passed: Collection[_Row]) -> set[int]:
    """The runs that passed over other data, or fewer rows, than the newest one of their check that failed; one query."""
    failed = CheckRun.objects.filter(
        check_definition__in={row.check for row in passed},
        outcome__in=(CheckRun.Outcome.FAILED, CheckRun.Outcome.NOT_DETERMINISTIC),
    )
    newest = {
        check: (pk, ReadData(data, rows))
        for check, pk, data, rows in failed.order_by("pk").values_list("check_definition", "pk", "data", "rows")
    }
    return {
        row.pk
        for row in passed
        if row.check in newest
        and newest[row.check][0] < row.pk
        and why_no_answer(newest[row.check][1], ReadData(row.data, row.rows))
    }


def _ended(passed: Collection[tuple[str, _Row]]) -> set[int]:
    """The runs since which their source table, the data behind it, or how these are read, changed; three queries."""
    tables = {table for table, _ in passed}
    bound = dict(
        CurrentSourceChange.objects.filter(source_table__name__in=tables)
        .order_by()
        .values_list("source_table__name")
        .annotate(newest=Max("changed_at"))
    )
    taken: dict[str, list[Taken]] = {}
    rows = DatasetSnapshot.objects.filter(dataset__source_versions__current_of__name__in=tables).order_by("taken_at")
    for table, at, digest in rows.values_list("dataset__source_versions__current_of__name", "taken_at", "digest"):
        taken.setdefault(table, []).append(Taken(at, digest))
    names = {entry["dataset"] for _, row in passed for entry in row.data}
    read = Dataset.objects.filter(name__in=names).values_list("name", "reading")
    readings = {name: reading_digest(reading) for name, reading in read}
    return {
        row.pk
        for table, row in passed
        if (table in bound and bound[table] > row.started_at)
        or read_otherwise(row.data, readings)
        or data_changed(taken.get(table, []), since=row.started_at)
    }
