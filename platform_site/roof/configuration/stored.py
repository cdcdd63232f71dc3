"""What is configured in this installation, as entries of `plumbline.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Max

from platform_site.people.models import Team
from platform_site.roof.configuration.document import write
from platform_site.roof.configuration.shape import SECTIONS, VERSION
from platform_site.webhooks.models import Webhook
from registry.models import Check, Dataset, Feature, GatePolicy, RegisteredModel, SourceTable

HEADING = """\
# Plumbline: teams, data sets, source tables, features, models, checks, policies, notifications.
# `manage.py plan FILE` shows what applying this file would change, `manage.py apply FILE` does it.
# What stands only in the installation is left as it is. Secret parts of addresses are never written here.
"""
Entry = dict[str, Any]


def exported() -> str:
    """The whole configuration as a file: the same installation is the same bytes."""
    document: dict[str, Any] = {"version": VERSION}
    for name, section in SECTIONS.items():
        entries = [section.shortened(entry) for _, entry in sorted(entries_of(name).items())]
        if entries:
            document[name] = entries
    return HEADING + write(document)


def entries_of(section: str) -> dict[str, Entry]:
    """Every entry of a section by its key, complete."""
    key = SECTIONS[section].key
    return {entry[key]: entry for entry in READERS[section]()}


def _teams() -> Iterator[Entry]:
    for team in Team.objects.all():
        day = team.onboarded_on.isoformat() if team.onboarded_on else None
        yield {"slug": team.slug, "name": team.name, "on_platform": team.on_platform, "onboarded_on": day}


def _data_sets() -> Iterator[Entry]:
    for row in Dataset.objects.all():
        plain = {name: getattr(row, name) for name in ("name", "kind", "location", "connection", "key", "event_time")}
        yield plain | {"read": {name: value for name, value in sorted(row.stated.items()) if value not in (None, {})}}


def _source_tables() -> Iterator[Entry]:
    for row in SourceTable.objects.select_related("owner_team", "current__dataset").filter(current__isnull=False):
        source = row.current.source if row.current else None
        if source is None:
            continue
        yield {
            "name": row.name,
            "entity_key": list(source.entity_key),
            "event_time": source.event_time,
            "owner_team": row.owner_team.slug if row.owner_team else "",
            "description": row.description,
            "tags": row.tags,
            "data_set": source.dataset,
            "row_key": list(source.row_key),
            "dialect": source.dialect,
        }


def _features() -> Iterator[Entry]:
    rows = Feature.objects.select_related("owner_team", "current").annotate(newest=Max("versions__number"))
    for row in rows:
        version = row.current or row.versions.order_by("-number").first()
        if version is None:
            continue
        parts = ("source_table", "computation_logic", "null_handling", "data_type", "dialect")
        about = {name: getattr(row, name) for name in ("name", "description", "tags", "requires_parity")}
        yield about | {"owner_team": row.owner_team.slug} | {name: getattr(version, name) for name in parts}


def _models() -> Iterator[Entry]:
    for row in RegisteredModel.objects.select_related("owner_team"):
        names = ("name", "model_type", "serving_mode", "description", "tags", "silent_after_hours")
        yield {name: getattr(row, name) for name in names} | {"owner_team": row.owner_team.slug}


def _checks() -> Iterator[Entry]:
    """Checks over data sets; those of feature versions come with the versions."""
    for row in Check.objects.select_related("model").exclude(kind=Check.Kind.DEFINITION_PARITY):
        plain = {name: getattr(row, name) for name in ("name", "kind", "blocking", "schedule")}
        parameters = {name: value for name, value in sorted(row.parameters.items()) if value not in (None, "", [], {})}
        yield plain | {"parameters": parameters, "model": row.model.name if row.model else None}


def _policies() -> Iterator[Entry]:
    newest: dict[str, GatePolicy] = {}
    for row in GatePolicy.objects.select_related("owner_team", "subject_team").order_by("name", "number"):
        newest[row.name] = row
    names = ("name", "model_type", "on_registration", "regulated", "refuses_name_only", "retired")
    for row in newest.values():
        teams = {name: team.slug if (team := getattr(row, name)) else None for name in ("owner_team", "subject_team")}
        checks = [{name: value for name, value in check.items() if value not in (None, "")} for check in row.checks]
        yield {name: getattr(row, name) for name in names} | teams | {"checks": checks}


def _notifications() -> Iterator[Entry]:
    """By description, which names them; the address without its secret parts."""
    for row in Webhook.objects.order_by("pk"):
        name = row.description or f"{row.kind} {row.shown_url}"
        yield {
            "name": name,
            "kind": row.kind,
            "address": row.shown_url,
            "events": list(row.events),
            "active": row.active,
        }


READERS: dict[str, Callable[[], Iterator[Entry]]] = {
    "teams": _teams,
    "data_sets": _data_sets,
    "source_tables": _source_tables,
    "features": _features,
    "models": _models,
    "checks": _checks,
    "policies": _policies,
    "notifications": _notifications,
}
