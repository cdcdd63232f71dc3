"""A registry as large as a company's: thousands of models, a hundred thousand feature versions.

Everything is written in bulk, past the actions, and in one transaction: it is there whole or not at all. One audit event
says so, and an installation that holds anything of its own is refused.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from platform_site.access import SYSTEM, Role
from platform_site.audit.models import AuditEvent
from platform_site.audit.record import Entry, record, record_all
from platform_site.errors import Refused
from platform_site.people.actions import create_user
from platform_site.people.models import Team, User
from registry.compute.definition import Definition
from registry.features.rules import fingerprint
from registry.features.rules.change import changes
from registry.models import (
    CurrentLogic,
    CurrentVersionChange,
    Dataset,
    DatasetSnapshot,
    Evaluation,
    Feature,
    FeatureVersion,
    GateDecision,
    ModelVersion,
    RegisteredModel,
    SnapshotEntry,
    StageChange,
    TrainingSnapshot,
)
from registry.versions.queries.audit_subjects import subject_of
from tests.bench.bulk import Tell, analyze, batches, write
from tests.bench.company import Company, fill
from tests.bench.multiply import lengthen, widen

ACTION, READER, BY, BATCH = "registry.seeded", "scale-reader", "seed_scale", 2_000

BLOCKED_SHARE = 0.2  # of the models: trained on a version that is not current any more


class Scale(NamedTuple):
    """How much of everything; ``entries`` are features in each snapshot, ``teams`` own features and models in turn."""

    models: int = 5_000
    features: int = 20_000
    versions: int = 5
    entries: int = 50
    seed: int = 1
    teams: int = 400


def seed(scale: Scale, tell: Tell, company: Company | None = None) -> bool:
    """Fill the registry, and what a company has beside it; False when it was filled before. Refused where it holds anything else.

    ``tell`` hears what is being written, how much of it is and how much there will be.
    """
    if AuditEvent.objects.filter(action=ACTION).exists():
        return False
    if Feature.objects.exists() or RegisteredModel.objects.exists():
        raise Refused("not_empty", "This installation has features or models of its own: seed an empty one.")
    random_of_scale = random.Random(scale.seed)
    with transaction.atomic():
        teams = _teams(scale)
        features = write(Feature, _features(scale, teams), scale.features, tell, keep=True)
        write(FeatureVersion, _versions(scale, features), scale.features * scale.versions, tell)
        _make_current(features, tell)
        snapshot = _data()
        models = write(RegisteredModel, _models(scale, teams), scale.models, tell, keep=True)
        versions = write(ModelVersion, _model_versions(models, snapshot), scale.models, tell, keep=True)
        _train(scale, versions, random_of_scale, tell)
        decisions = _let_through(versions, tell)
        analyze()
        payload = scale._asdict()
        if company:
            days = 2 if company.times > 1 else company.days
            record_in_batches(fill(company, days, decisions, tell), tell)
            widen(company.times, tell)
            record_in_batches(lengthen(company.days // days, days, tell), tell)
            payload |= company._asdict()
            analyze()
        record(ACTION, subject="registry:seed", actor=SYSTEM, payload=payload)
    if not User.objects.filter(username=READER).exists():
        create_user(
            username=READER,
            password=hashlib.sha256(READER.encode()).hexdigest(),
            roles=[Role.VIEWER],
            teams=[],
            actor=SYSTEM,
        )
    return True


def _teams(scale: Scale) -> list[Team]:
    return [
        Team.objects.get_or_create(slug=f"team-{number}", defaults={"name": f"Team {number}"})[0]
        for number in range(scale.teams)
    ]


def _features(scale: Scale, teams: list[Team]) -> Iterator[Feature]:
    now = timezone.now()
    for number in range(scale.features):
        team = teams[number % len(teams)]
        yield Feature(name=f"feature_{number:05}", owner_team=team, description="A seeded feature.", created_at=now)


def definition(number: int) -> Definition:
    """The definition of a feature's version of that number: each computes something else."""
    window = f"OVER (PARTITION BY entity ORDER BY seen_at ROWS BETWEEN {number} PRECEDING AND CURRENT ROW)"
    return Definition(f"AVG(value) {window}", "forward_fill", "float64", "seeded")


def _versions(scale: Scale, features: list[Feature]) -> Iterator[FeatureVersion]:
    now, made = timezone.now(), [definition(number) for number in range(1, scale.versions + 1)]
    digests = [(fingerprint.address(row), fingerprint.equivalence(row)) for row in made]
    moved = [changes(before, after).as_dict() for before, after in zip([None, *made], made, strict=False)]
    for feature in features:
        for number, (item, (digest, equivalence), change) in enumerate(zip(made, digests, moved, strict=True), start=1):
            yield FeatureVersion(
                feature=feature, number=number, name=fingerprint.version_name(digest), digest=digest,
                equivalence=equivalence, **item.as_dict(), changes=change, registered_by=BY, registered_at=now,
            )  # fmt: skip


def _make_current(features: list[Feature], tell: Tell) -> None:
    newest = FeatureVersion.objects.filter(feature=OuterRef("pk")).order_by("-number").values("pk")[:1]
    Feature.objects.update(current=Subquery(newest))
    now, current = timezone.now(), dict(Feature.objects.values_list("pk", "current_id"))
    rows = (
        CurrentVersionChange(
            feature=feature, after_id=current[feature.pk], reason="Seeded.", changed_by=BY, changed_at=now
        )
        for feature in features
    )
    write(CurrentVersionChange, rows, len(features), tell)
    versions = FeatureVersion.objects.exclude(current_of=None).order_by("feature")
    texts = versions.values_list("feature", "pk", "computation_logic").iterator()
    for batch in batches(
        (CurrentLogic(feature_id=row[0], version_id=row[1], folded=row[2].casefold()) for row in texts), BATCH
    ):
        CurrentLogic.objects.bulk_create(batch)


def _data() -> DatasetSnapshot:
    now = timezone.now()
    dataset = Dataset.objects.create(
        name="seeded", kind="parquet", location="seeded.parquet", created_by=BY, created_at=now
    )
    return DatasetSnapshot.objects.create(
        dataset=dataset, digest=_digest("data"), rows=0, schema=[], taken_by=BY, taken_at=now
    )


def _models(scale: Scale, teams: list[Team]) -> Iterator[RegisteredModel]:
    now = timezone.now()
    for number in range(scale.models):
        team = teams[number % len(teams)]
        yield RegisteredModel(
            name=f"model_{number:05}", owner_team=team, model_type="regression", description="A seeded model.",
            created_at=now,
        )  # fmt: skip


def _model_versions(models: list[RegisteredModel], snapshot: DatasetSnapshot) -> Iterator[ModelVersion]:
    now = timezone.now()
    for model in models:
        yield ModelVersion(
            model=model, version="v1", stage="production", artifact_uri=f"s3://seeded/{model.name}/v1",
            artifact_digest=_digest(model.name), code_commit=_digest("code")[:40], data_snapshot=snapshot,
            container_digest=f"sha256:{_digest('image')}", hyperparameters={"depth": 8}, registered_by=BY,
            registered_at=now,
        )  # fmt: skip


def _train(scale: Scale, versions: list[ModelVersion], chance: random.Random, tell: Tell) -> None:
    now = timezone.now()
    snapshots = write(
        TrainingSnapshot,
        (TrainingSnapshot(model_version=version, recorded_by=BY, recorded_at=now) for version in versions),
        len(versions),
        tell,
        keep=True,
    )
    by_number = [
        list(FeatureVersion.objects.filter(number=number).order_by("feature_id").values_list("feature_id", "pk"))
        for number in (scale.versions, max(scale.versions - 1, 1))
    ]
    entries = scale.entries * len(snapshots)
    write(SnapshotEntry, _entries(scale, snapshots, by_number, chance), entries, tell)
    write(
        Evaluation,
        (
            Evaluation(model_version=version, metric="mape", value=0.1, recorded_by=BY, recorded_at=now)
            for version in versions
        ),
        len(versions),
        tell,
    )


def _entries(
    scale: Scale, snapshots: list[TrainingSnapshot], by_number: list[list[tuple[int, int]]], chance: random.Random
) -> Iterator[SnapshotEntry]:
    newest, older = by_number
    for snapshot in snapshots:
        chosen = chance.sample(range(len(newest)), scale.entries)
        stale = chosen[0] if chance.random() < BLOCKED_SHARE else None
        for index in chosen:
            feature, version = older[index] if index == stale else newest[index]
            yield SnapshotEntry(snapshot=snapshot, feature_id=feature, feature_version_id=version)


def _let_through(versions: list[ModelVersion], tell: Tell) -> list[GateDecision]:
    now = timezone.now()
    decisions = write(
        GateDecision,
        (
            GateDecision(model_version=version, gate="promotion", decision="PROCEED", decided_by=BY, decided_at=now)
            for version in versions
        ),
        len(versions),
        tell,
        keep=True,
    )
    rows = (
        StageChange(
            model_version=first,
            before="staging",
            after="production",
            gate_decision=decision,
            changed_by=BY,
            changed_at=now,
        )
        for first, decision in zip(versions, decisions, strict=True)
    )
    write(StageChange, rows, len(versions), tell)
    entries = (Entry("model_version.promoted", subject_of(row), {"to": row.stage}) for row in versions)
    record_in_batches(entries, tell)
    return decisions


def record_in_batches(entries: Iterable[Entry], tell: Tell) -> None:
    """Append events to the audit log, thousands in one step."""
    done = 0
    for batch in batches(entries, BATCH):
        done += len(record_all(batch, actor=SYSTEM))
        tell("audit events", done, done)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
