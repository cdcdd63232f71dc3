"""What is stored, and what an event says of a change of it: the rows of every table before and after a call, compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

from platform_site.audit.models import AuditEvent
from platform_site.text.changes import plain
from tests.access.matrix import OURS

NOT_COMPARED = ("audit.", "platform_site.")  # the log itself, and answers that are held for a repeated call
NOTHING = (None, "", [], {})
Rows = dict[tuple[str, Any], dict[str, Any]]


class Change(NamedTuple):
    """One field of one row that has another value than before."""

    record: str
    pk: Any
    field: str
    before: Any
    after: Any

    @property
    def name(self) -> str:
        return f"{self.record}.{self.field.removesuffix('_id')}"

    def __str__(self) -> str:
        return f"{self.name}: {self.before!r} -> {self.after!r}"


class Pair(NamedTuple):
    """An old and a new value that an event holds, with the name beside which they stand."""

    name: str
    before: Any
    after: Any


def tables() -> list[type[Model]]:
    """Each table of ours."""
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return [model for model in models if not model._meta.label_lower.startswith(NOT_COMPARED)]


def stored_rows() -> Rows:
    """Every row of every table, by its table and key."""
    return {(model._meta.label_lower, row["pk"]): row for model in tables() for row in _values(model)}


def changed(before: Rows, after: Rows) -> list[Change]:
    """The fields that differ, of the rows that were there before and still are."""
    return [
        Change(key[0], key[1], name, old[name], new[name])
        for key, old in before.items()
        if (new := after.get(key)) is not None
        for name in old
        if old[name] != new[name]
    ]


def pairs(value: Any, name: str = "") -> Iterator[Pair]:
    """Every `from` and `to` of a payload, however deep."""
    if isinstance(value, list):
        for row in value:
            yield from pairs(row, name)
    if isinstance(value, dict):
        if {"from", "to"} <= value.keys():
            yield Pair(name, value["from"], value["to"])
        for key, row in value.items():
            yield from pairs(row, key)


def is_on_record(change: Change, events: Sequence[AuditEvent], names: Mapping[str, str], since: datetime) -> bool:
    """Whether the events say what a field was and what it is.

    Beside its name, as `from` and `to`; or its new value alone, where it had none before. When it happened, who did it and
    what the record became are the event's own time, actor and action.
    """
    field = apps.get_model(change.record)._meta.get_field(change.field)
    if isinstance(change.after, datetime) and change.after >= since and change.before in NOTHING:
        return True
    payloads = [json.loads(event.payload) for event in events]
    before, after = _written(field, change.before), _written(field, change.after)
    every = [pair for payload in payloads for pair in pairs(payload)]
    if any(
        pair.name in {field.name, change.field, "", "changes"} and pair.before in before and pair.after in after
        for pair in every
    ):
        return True
    if any(
        pair.name == names.get(change.name) and _holds(pair.before, before) and _holds(pair.after, after)
        for pair in every
    ):
        return True
    if isinstance(change.before, dict) and isinstance(change.after, dict):
        keys = {key for key in change.before | change.after if change.before.get(key) != change.after.get(key)}
        if all(Pair(key, plain(change.before.get(key)), plain(change.after.get(key))) in every for key in keys):
            return True
    verbs = {event.action.rpartition(".")[2] for event in events}
    if field.name == "state" and change.after in verbs:
        return True
    if change.before not in NOTHING:
        return False
    actors = [event.actor for event in events]
    return change.after in actors or any(value in after for payload in payloads for value in _leaves(payload))


def _values(model: type[Model]) -> Iterator[dict[str, Any]]:
    names = [field.attname for field in model._meta.concrete_fields]
    for values in model._base_manager.values_list("pk", *names):
        yield dict(zip(["pk", *names], values, strict=True))


def _written(field: Field[Any, Any], value: Any) -> list[Any]:
    """How an event may write a value: as it is, or a record by its name."""
    if not isinstance(field, ForeignKey):
        return [plain(value)]
    if value is None:
        return [None, ""]
    related = field.related_model._base_manager.get(pk=value)
    names = [getattr(related, name) for name in ("name", "slug", "username") if hasattr(related, name)]
    return [value, str(related), *names, f"team:{getattr(related, 'slug', '')}"]


def _holds(value: Any, written: Sequence[Any]) -> bool:
    return any(part in written for part in _leaves(value))


def _leaves(value: Any) -> Iterator[Any]:
    """A value and whatever lies inside it."""
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _leaves(part)
