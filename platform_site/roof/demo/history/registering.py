"""How the demo's other teams registered what they have: data, source tables, features, models and their versions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from django.conf import settings

from platform_site.roof.demo.history import cast, rows
from platform_site.roof.demo.history.clock import working_day
from platform_site.roof.demo.history.plan import Model, Table, Version, plan
from platform_site.roof.demo.history.timeline import Moment
from registry.compute.definition import Definition
from registry.data.actions import datasets
from registry.data.actions.source_tables import register_source_table
from registry.data.rules.source import Source
from registry.features.actions.new_definitions import NewDefinition
from registry.features.actions.registration import register_features
from registry.models import Dataset, ModelVersion, RegisteredModel
from registry.versions.actions import registration
from registry.versions.actions.details import edit_model

BEGAN = 88  # days ago
REPORTS_WITHIN_HOURS = 14 * 24  # a report comes every week
WHOLE = ("CASE", "COUNT", "RANK")  # what begins so counts


def moments() -> Iterator[Moment]:
    """The tables and features in the first days, then each model before its first version."""
    for number, table in enumerate(plan().tables.values()):
        yield Moment(working_day(BEGAN - number % 3, 10, 7 * number), _add_table(table))
    for model in plan().models.values():
        first = max(version.days for version in model.versions)
        yield Moment(working_day(first, 9, 30), _add_model(model))
        for version in model.versions:
            yield Moment(working_day(version.days, 10, 5), _register(model, version))


def version_of(model: str, name: str) -> ModelVersion:
    """A version as it is stored."""
    return ModelVersion.objects.select_related("model__owner_team").get(model__name=model, version=name)


def sample(text: str) -> str:
    """A digest in the place of one that a pipeline would report: that of a named sample text."""
    return hashlib.sha256(text.encode()).hexdigest()


def definition(table: Table, logic: str, null_handling: str) -> Definition:
    """A definition over a table; what counts is a whole number."""
    return Definition(logic, null_handling, "int64" if logic.startswith(WHOLE) else "float64", table.name)


def _add_table(table: Table) -> Callable[[], object]:
    def act() -> None:
        actor = cast.person_of(table.team)
        root = settings.DATA_ROOTS[0]
        for name, location in (
            (table.name, rows.write_training(table, root)),
            (rows.recent(table), rows.write_recent(table, root, rows.NO_DRIFT - 1)),
        ):
            dataset = datasets.add_dataset(
                name=name,
                kind=Dataset.Kind.PARQUET,
                location=location,
                key=[table.key],
                event_time=table.at,
                actor=actor,
            )
            if name == table.name:
                datasets.take_snapshot(dataset, actor=actor)
        source = Source(table.name, [table.entity], table.at, [table.key])
        register_source_table(table.name, source, owner_team=table.team, actor=actor)
        register_features(
            [
                NewDefinition(
                    name=name,
                    owner_team=table.team,
                    definition=definition(table, logic, null_handling),
                    description=description,
                    pipeline_commit=sample(f"{table.name} pipeline")[:40],
                    reason="As it is computed today.",
                )
                for name, (logic, null_handling, description) in table.features.items()
            ],
            actor=actor,
        )

    return act


def _add_model(model: Model) -> Callable[[], object]:
    def act() -> None:
        actor = cast.person_of(model.team)
        added = registration.register_model(
            name=model.name, owner_team=model.team, model_type=model.type, description=model.about, actor=actor
        )
        edit_model(added, tags=list(model.tags), silent_after_hours=REPORTS_WITHIN_HOURS, actor=actor)

    return act


def _register(model: Model, version: Version) -> Callable[[], object]:
    def act() -> None:
        table = plan().table_of(model)
        registration.register_version(
            RegisteredModel.objects.get(name=model.name),
            version=version.name,
            artifact={
                "uri": f"s3://models/{model.name}/{version.name}",
                "digest": sample(f"{model.name} {version.name} artifact"),
            },
            lineage_parts={
                "code_commit": sample(f"{model.name} {version.name} code")[:40],
                "pipeline_commit": sample(f"{table.name} pipeline")[:40],
                "data_snapshot": Dataset.objects.get(name=table.name).snapshots.latest("taken_at").digest,
                "feature_snapshot": {"latest": list(model.features)},
                "container_digest": f"sha256:{sample(f'{model.team} image')}",
                "hyperparameters": {"learning_rate": 0.1, "max_depth": 6, "rounds": 300},
                "evaluations": [{"metric": metric, "value": value} for metric, value in version.metrics.items()],
            },
            actor=cast.person_of(model.team),
        )

    return act
