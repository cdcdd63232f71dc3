"""What the demo's other teams have built, read from `story.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent


class Table(NamedTuple):
    """A source table: its columns, what its features compute, and by how much a column drifts, by weeks ago."""

    name: str
    team: str
    entity: str
    at: str
    columns: Mapping[str, str]
    features: Mapping[str, tuple[str, str, str]]  # logic, null rule, description
    nulls: Mapping[str, float]
    drift: Mapping[str, Mapping[int, float]]

    @property
    def key(self) -> str:
        """The column that numbers its rows."""
        return {"loan_applications": "application_id", "payment_plans": "payment_id", "claims": "claim_id"}.get(
            self.name, "row_id"
        )

    def factor(self, column: str, week: int) -> float:
        """By how much a column is multiplied in a week, counted back from this one."""
        reached = [since for since in self.drift.get(column, {}) if since >= week]
        return self.drift[column][min(reached)] if reached else 1.0


class Version(NamedTuple):
    """A version of a model: how many days ago it was registered, where it goes, and its metrics."""

    name: str
    days: int
    goes_to: str
    metrics: Mapping[str, float]


class Model(NamedTuple):
    """A model of another team."""

    name: str
    team: str
    type: str
    about: str
    features: tuple[str, ...]
    tags: tuple[str, ...]
    versions: tuple[Version, ...]


class Plan(NamedTuple):
    """All of it: teams and people as they are written, tables and models by name."""

    teams: Mapping[str, Mapping[str, str]]
    people: Mapping[str, Mapping[str, list[str]]]
    tables: Mapping[str, Table]
    models: Mapping[str, Model]

    def table_of(self, model: Model) -> Table:
        """The table that a model's features are computed from."""
        return next(table for table in self.tables.values() if model.features[0] in table.features)

    def person_of(self, team: str) -> str:
        """Who works for a team."""
        return self.teams[team]["person"]


@cache
def plan() -> Plan:
    """The plan, read once."""
    text = tomllib.loads((HERE / "story.toml").read_text())
    tables = {name: _table(name, fields) for name, fields in text["tables"].items()}
    return Plan(
        text["teams"], text["people"], tables, {name: _model(name, fields) for name, fields in text["models"].items()}
    )


def _table(name: str, fields: Mapping[str, Any]) -> Table:
    features = {feature: (logic, null, text) for feature, (logic, null, text) in fields["features"].items()}
    drift = {
        column: {int(week): factor for week, factor in weeks.items()}
        for column, weeks in fields.get("drift", {}).items()
    }
    team, entity, at = (fields[part] for part in ("team", "entity", "at"))
    return Table(name, team, entity, at, fields["columns"], features, fields.get("nulls", {}), drift)


def _model(name: str, fields: Mapping[str, Any]) -> Model:
    versions = tuple(Version(*version) for version in fields["versions"])
    tags = tuple(fields.get("tags", ()))
    return Model(name, fields["team"], fields["type"], fields["about"], tuple(fields["features"]), tags, versions)
