"""An organization with the worked case's assessment."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.organizations.actions import add_organization
from assessments.postmortems.actions import write_postmortem
from platform_site.access import SYSTEM, Actor, Role
from platform_site.people.models import Team
from platform_site.people.queries import only_organization
from registry.compute.definition import Definition
from registry.features.actions.registration import register_feature
from registry.models import Dataset, DatasetSnapshot, Evaluation, ModelVersion, RegisteredModel, TrainingSnapshot
from registry.versions.actions.registration import register_model
from tests import golden

LESSONS = ["A null rule is logic.", "Compare row by row.", "A boundary needs an owner."]
INCIDENT = {
    "title": "Zeros where it had learned the last value",
    "classification": "platform_design",
    "what_happened": "One team filled gaps with zero, another served a model that was trained on the last value.",
    "capability": "feature_parity",
    "prevention": "The gate compares both definitions before the change is deployed.",
    "happened_at": datetime(2026, 9, 14, 2, 10, tzinfo=UTC),
    "would_have_been_seen_at": datetime(2026, 9, 14, 2, 30, tzinfo=UTC),
    "seen_at": datetime(2026, 10, 5, 9, 0, tzinfo=UTC),
}
STATED = ("capability", "status", "notes", "priority")


def stated() -> list[dict]:
    """What the worked case states of each capability."""
    return [{name: item[name] for name in STATED} for item in golden.load("sample_assessment")["items"]]


@pytest.fixture
def lea() -> Actor:
    """A lead."""
    return Actor("lea", frozenset({Role.LEAD}), frozenset())


@pytest.fixture
def organization(db, lea):
    return add_organization(slug="exampleco", name="ExampleCo", actor=lea)


@pytest.fixture
def draft(organization, lea):
    return begin_assessment(
        organization, assessed_on=date(2026, 11, 2), model_count=8, team_count=3, items=stated(), actor=lea
    )


@pytest.fixture
def published(draft, lea):
    return publish_assessment(draft, actor=lea)


@pytest.fixture
def in_production(db):
    """`demand` v1 in production, with everything on record that it takes to rebuild it; uses no features."""
    team, now, digest = (
        Team.objects.get_or_create(slug="forecasting", defaults={"name": "f", "organization": only_organization()})[0],
        timezone.now(),
        "a" * 64,
    )
    by = {"created_by": "cora", "created_at": now}
    data = Dataset.objects.create(name="orders", kind="parquet", location="orders.parquet", **by)
    taken = DatasetSnapshot.objects.create(
        dataset=data, digest=digest, rows=7, schema=[], taken_by="cora", taken_at=now
    )
    model = RegisteredModel.objects.create(name="demand", owner_team=team, created_at=now)
    version = ModelVersion.objects.create(
        model=model, version="v1", stage="production", artifact_uri="s3://m/1", artifact_digest=digest,
        code_commit="a" * 40, data_snapshot=taken, container_digest=f"sha256:{digest}", uses_no_features=True,
        registered_by="cora", registered_at=now,
    )  # fmt: skip
    recorded = {"model_version": version, "recorded_by": "cora", "recorded_at": now}
    TrainingSnapshot.objects.create(**recorded)
    Evaluation.objects.create(metric="mape", value=0.1, **recorded)
    return version


@pytest.fixture
def orders_feature(db):
    """`orders_3d`, one version, and the model `demand`."""
    Team.objects.get_or_create(
        slug="forecasting", defaults={"name": "forecasting", "organization": only_organization()}
    )
    register_model(name="demand", owner_team="forecasting", actor=SYSTEM)
    definition = Definition("AVG(order_count) OVER (PARTITION BY customer_id)", "none", "float64", "orders")
    return register_feature(name="orders_3d", owner_team="forecasting", definition=definition, actor=SYSTEM).version


@pytest.fixture
def incident(organization, lea):
    """A draft of a postmortem."""
    return write_postmortem(organization, lessons=LESSONS, **INCIDENT, actor=lea)
