"""Aliases that moved at an MLflow server since they were read last, as the events that its webhooks would send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from platform_site.environment.mlflow import MlflowServer
from registry.imports.rules.events import ALIAS, Event
from registry.models import Observation


def alias_moves(server: MlflowServer, models: Sequence[Any]) -> list[Event]:
    """The moves of aliases of models, as MLflow returns these; of models whose versions were read before; one query."""
    now = {model["name"]: _aliases(model) for model in models if isinstance(model, dict) and model.get("name")}
    if not now:
        return []
    before: dict[str, dict[str, str]] = {}
    seen = Observation.objects.filter(origin=server.origin, gone_at=None)
    for external_id, aliases in seen.values_list("external_id", "aliases"):
        name, _slash, number = external_id.rpartition("/")
        before.setdefault(name, {}).update(dict.fromkeys(aliases, number))
    known = [name for name in now if name in before]
    return [event for name in known for event in _moves(name, before[name], now[name])]


def _moves(name: str, before: Mapping[str, str], now: Mapping[str, str]) -> list[Event]:
    moved = [alias for alias in sorted(now) if now[alias] != before.get(alias)]
    events = [Event(ALIAS, "created", name, now[alias], alias, before=before.get(alias, "")) for alias in moved]
    return events + [Event(ALIAS, "deleted", name, "", alias) for alias in sorted(set(before) - set(now))]


def _aliases(model: Mapping[str, Any]) -> dict[str, str]:
    listed = model.get("aliases") or ()
    return {str(entry.get("alias")): str(entry.get("version")) for entry in listed if isinstance(entry, dict)}
