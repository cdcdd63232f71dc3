"""A regulated model: the risk team's policy blocks its first version, lets the second pass; its decisions are explained."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from platform_site.access import SYSTEM, Actor
from platform_site.people.actions import create_team
from platform_site.people.models import Team
from platform_site.roof.demo import applications, serving
from platform_site.roof.demo.health import sample_organization
from registry.compute.definition import Definition
from registry.data.actions import datasets
from registry.data.actions.source_tables import register_source_table
from registry.data.rules.source import Source
from registry.features.actions.registration import register_feature
from registry.models import ApprovalRequest, Dataset, GatePolicy, ModelVersion, RegisteredModel
from registry.regulation.actions import decisions, regulated_models
from registry.versions.actions import policies, promotion, registration
from registry.versions.actions.approval_decisions import approve_request

MODEL, DATA, POLICY = "pay_later_approval", "pay_later_applications", "fair_lending"
VERSIONS = {"v1.0.0": applications.MINDS_AGE, "v1.1.0": applications.DOES_NOT}
DECISIONS = 60
CHECKS = [
    {"metric": metric, "slice": "age_band", "operator": operator, "threshold": limit, "groups": [*applications.BANDS]}
    for metric, operator, limit in (
        ("disparate_impact_ratio", ">=", 0.8),
        ("demographic_parity_difference", "<=", 0.1),
        ("equal_opportunity_difference", "<=", 0.1),
    )
]


def load(lead: Actor, contributor: Actor, approver: Actor) -> None:
    """The policy first, then the model and its versions; a second run changes nothing."""
    if not Team.objects.filter(slug="risk").exists():
        create_team(slug="risk", name="Risk", organization=sample_organization(), actor=SYSTEM)
    if not GatePolicy.objects.filter(name=POLICY).exists():
        reason = "The four-fifths rule, and ten points between age bands at most."
        policies.save_policy(name=POLICY, owner_team="risk", regulated=True, checks=CHECKS, reason=reason, actor=lead)
    model = RegisteredModel.objects.filter(name=MODEL).first() or _model(lead, contributor)
    dataset = Dataset.objects.filter(name=DATA).first() or _data(settings.DATA_ROOTS[0], contributor)
    if not model.versions.exists():
        _describe(dataset, contributor)
    for name in VERSIONS:
        if not model.versions.filter(version=name).exists():
            _train(model, name, dataset, contributor)
    fair = model.versions.get(version="v1.1.0")
    if fair.stage == "registered":
        _promote(fair, contributor, approver)


def report(contributor: Actor) -> None:
    """The decisions of the last days; nothing when some were reported already."""
    fair = _fair()
    if not fair.reported_decisions.exists():
        decisions.report_decisions(fair, _decided(), actor=contributor)


def serve(contributor: Actor, approver: Actor) -> None:
    """The fair version serves; nothing when it does already."""
    serving.serve(_fair(), {"approve_above": 0.5}, actor=contributor, approver=approver)


def _fair() -> ModelVersion:
    return ModelVersion.objects.get(model__name=MODEL, version="v1.1.0")


def _promote(version: ModelVersion, contributor: Actor, approver: Actor) -> None:
    """To production, which another person approves: the model is regulated."""
    promotion.promote(version, "staging", actor=contributor)
    pending = promotion.promote(version, "production", reason="It leaves age out.", actor=contributor)
    assert isinstance(pending, ApprovalRequest)
    approve_request(pending, reason="Looked at the rates of each age band.", actor=approver)
    version.refresh_from_db(fields=["stage"])


def _model(lead: Actor, contributor: Actor) -> RegisteredModel:
    model = registration.register_model(
        name=MODEL,
        owner_team="forecasting",
        model_type="classification",
        description="Whether a customer may pay an order in instalments.",
        actor=contributor,
    )
    return regulated_models.mark_regulated(model, True, reason="It decides on consumer credit.", actor=lead)


def _data(root: Path, contributor: Actor) -> Dataset:
    path = root / f"{DATA}.parquet"
    root.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        applications.write(path)
    dataset = datasets.add_dataset(
        name=DATA,
        kind=Dataset.Kind.PARQUET,
        location=path.name,
        key=["application_id"],
        event_time="applied_on",
        actor=contributor,
    )
    datasets.take_snapshot(dataset, actor=contributor)
    return dataset


def _describe(dataset: Dataset, contributor: Actor) -> None:
    """The source table of the applications, and a feature over each input: without outliers."""
    source = Source(dataset.name, ["application_id"], "applied_on", ["application_id"])
    register_source_table(DATA, source, owner_team="forecasting", actor=contributor)
    for name in applications.INPUTS:
        register_feature(
            name=f"applicant_{name}",
            owner_team="forecasting",
            description=f"The standardised {name.replace('_', ' ')} of an applicant, cut at four standard deviations.",
            definition=Definition(f"LEAST(GREATEST({name}, -4.0), 4.0)", "zero_fill", "float64", DATA),
            actor=contributor,
        )


def _train(model: RegisteredModel, name: str, dataset: Dataset, contributor: Actor) -> ModelVersion:
    score = VERSIONS[name]
    return registration.register_version(
        model,
        version=name,
        artifact={"uri": f"s3://exampleco-models/{MODEL}/{name}", "digest": _sample(f"{name} artifact")},
        lineage_parts={
            "code_commit": _sample(f"{name} code")[:40],
            "pipeline_commit": _sample("pipeline")[:40],
            "data_snapshot": dataset.snapshots.latest("taken_at").digest,
            "feature_snapshot": {"latest": [f"applicant_{name}" for name in applications.INPUTS]},
            "container_digest": f"sha256:{_sample(f'{name} image')}",
            "hyperparameters": {"penalty": "l2", "minds_age": bool(score.of_the_young)},
            "evaluations": applications.evaluations(score),
        },
        actor=contributor,
    )


def _decided() -> list[dict[str, object]]:
    columns, now = applications.columns(), timezone.now().replace(microsecond=0)
    rows = [{name: values[index].item() for name, values in columns.items()} for index in range(DECISIONS)]
    return [_decision(index, row, now - timedelta(minutes=37 * (DECISIONS - index))) for index, row in enumerate(rows)]


def _decision(index: int, row: dict[str, object], decided_at: object) -> dict[str, object]:
    """One decision as serving reports it; what an applicant said about themselves goes out as a digest."""
    parts = applications.contributions(applications.DOES_NOT, row)
    score = applications.probability(parts)
    inputs = {name: row[name] for name in applications.INPUTS}
    return {
        "external_id": f"application-{20_931 + index}",
        "decided_at": decided_at,
        "environment": "production",
        "inputs": None,
        "inputs_digest": _sample(json.dumps(inputs, sort_keys=True)),
        "prediction": score,
        "outcome": "approved" if score > 0.5 else "declined",
        "explanation": {
            "method": "linear", "base_value": applications.BEGINS_AT, "link": "logit", "contributions": parts,
        },
    }  # fmt: skip


def _sample(text: str) -> str:
    return hashlib.sha256(f"{MODEL} {text}".encode()).hexdigest()
