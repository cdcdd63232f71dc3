"""What a file of records would change: which are new, which change and how, which are on record as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from assessments.adoption.rules import files
from assessments.adoption.rules.adoption import folded
from assessments.adoption.rules.files import CellFault, Kind, Record, Table, key_of
from assessments.models import ModelProject, Organization, Release, ShowstopperAnswer, TrainingRun, UseCase
from assessments.organizations.scope import organization_of_new
from platform_site.errors import Invalid

MODELS: dict[str, type[Any]] = {
    "training-runs": TrainingRun, "projects": ModelProject, "use-cases": UseCase, "showstoppers": ShowstopperAnswer,
    "releases": Release,
}  # fmt: skip
LINKS = ("answers", "use_cases")


class Changed(NamedTuple):
    """A record on file, and the fields that the file has otherwise: old and new."""

    line: int
    record: Any
    changes: dict[str, tuple[Any, Any]]


class Plan(NamedTuple):
    """What storing a file would do. ``refusal`` says why nothing of it can be stored in this organization."""

    kind: Kind
    table: Table
    new: list[Record]
    changed: list[Changed]
    same: int
    faults: list[CellFault]
    refusal: str = ""

    @property
    def good(self) -> int:
        """Rows without a fault."""
        return len(self.new) + len(self.changed) + self.same

    @property
    def bad(self) -> int:
        """Rows with one."""
        return len({fault.line for fault in self.faults})


def plan_import(table: Table, kind: Kind, organization: Organization | None) -> Plan:
    """Each good row against what is on record, in a fixed number of queries."""
    rows, link_faults = _linked(table.rows, kind, organization)
    present = {_key(record, kind): record for record in _present(rows, kind, organization)}
    new, changed, same = [], [], 0
    for row in rows:
        record = present.get(key_of(row.fields, kind))
        changes = _changes(record, row.fields) if record else {}
        if record is None:
            new.append(row)
        elif changes:
            changed.append(Changed(row.line, record, changes))
        else:
            same += 1
    faults = sorted([*table.faults, *link_faults])
    return Plan(kind, table, new, changed, same, faults, _refusal(rows, organization))


def _refusal(rows: Sequence[Record], organization: Organization | None) -> str:
    try:
        organization_of_new(organization, (row.fields.get("team", "") for row in rows))
    except Invalid as invalid:
        return invalid.message
    return ""


def _present(rows: Sequence[Record], kind: Kind, organization: Organization | None) -> QuerySet[Any]:
    """The records that the rows may be: of runs, which are many, only those of their moments and identifiers."""
    records = MODELS[kind.name].objects.filter(organization=organization).order_by("-pk")
    if kind is files.RELEASES:
        return records.prefetch_related(*LINKS)
    if kind is not files.TRAINING_RUNS:
        return records
    identifiers = {row.fields["external_id"] for row in rows if row.fields.get("external_id")}
    starts = {row.fields["started_at"] for row in rows if not row.fields.get("external_id")}
    return records.filter(Q(external_id__in=identifiers) | Q(started_at__in=starts))


def _key(record: Any, kind: Kind) -> tuple[Any, ...]:
    names = {column.name for column in kind.columns if column.name not in LINKS}
    return key_of({name: getattr(record, name) for name in names}, kind)


def _changes(record: Any, fields: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    changes = {}
    for name, value in fields.items():
        before = list(getattr(record, name).all()) if name in LINKS else getattr(record, name)
        differs = {old.pk for old in before} != {new.pk for new in value} if name in LINKS else before != value
        if differs and not (name == "answer" and folded(str(before)) == folded(value)):
            changes[name] = (before, value)
    return changes


def _linked(
    rows: Iterable[Record], kind: Kind, organization: Organization | None
) -> tuple[list[Record], list[CellFault]]:
    """The rows of releases with the records that they name; a name that nobody recorded is a fault of its cell."""
    rows = list(rows)
    if kind is not files.RELEASES or not any(row.fields.get(name) for row in rows for name in LINKS):
        return [row._replace(fields=row.fields | {n: [] for n in LINKS if n in row.fields}) for row in rows], []
    named: dict[str, dict[str, list[Any]]] = {
        "answers": {**answers_by_words(organization)},
        "use_cases": {**_use_cases(organization)},
    }
    good, faults = [], []
    for row in rows:
        unknown = [
            CellFault(row.line, name, text, "Nothing of this name is on record: import it first.")
            for name in LINKS
            for text in row.fields.get(name, [])
            if folded(text) not in named[name]
        ]
        faults += unknown
        if not unknown:
            links = {name: _all(named[name], row.fields[name]) for name in LINKS if name in row.fields}
            good.append(row._replace(fields=row.fields | links))
    return good, faults


def _all(named: dict[str, list[Any]], texts: Sequence[str]) -> list[Any]:
    return [record for text in dict.fromkeys(map(folded, texts)) for record in named[text]]


def answers_by_words(organization: Organization | None) -> dict[str, list[ShowstopperAnswer]]:
    """Every answer under its own words, and under those of the answer that it was merged into."""
    named: dict[str, list[ShowstopperAnswer]] = {}
    for answer in ShowstopperAnswer.objects.filter(organization=organization).order_by("day", "pk"):
        for words in {folded(answer.answer), folded(answer.counted_as)} - {""}:
            named.setdefault(words, []).append(answer)
    return named


def _use_cases(organization: Organization | None) -> dict[str, list[UseCase]]:
    return {folded(use_case.name): [use_case] for use_case in UseCase.objects.filter(organization=organization)}
