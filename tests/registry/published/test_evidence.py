"""Evidence counted by hand over one production model."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Organization
from platform_site.audit import chain
from platform_site.audit import queries as audit
from platform_site.errors import Unknown
from platform_site.people.models import Team, User
from registry.checks.actions.checks import define_parity
from registry.models import CheckRun, Evaluation, GateDecision, Import, ImportedRecord, StageChange
from registry.published import evidence
from registry.serving.actions.deployments import rollback
from registry.serving.actions.reports import report_serving
from registry.versions.actions.registration import register_model, register_version
from tests.registry.conftest import ARTIFACT, FIXED, lineage, register
from tests.registry.serving.story import approved, ask

pytestmark = pytest.mark.postgresql

COUNTED = {
    "artifact_store": (1, 1),
    "model_registry": (1, 1),
    "lineage": (0, 1),
    "feature_registry": (1, 1),
    "feature_parity": (1, 1),
    "automated_eval_gates": (1, 1),
    "slice_evaluation": (0, 1),
    "baseline_monitoring": (0, 1),
    "data_drift_monitoring": (0, 1),
    "audit_log": (1, 1),  # the promotion
    "access_controls": (0, 1),  # Cora has no account here: nobody can say which role she had
    "reproducible_envs": (1, 1),
    "deployment_rollback": (0, 0),
    "progressive_delivery": (0, 0),
}


WHOSE, OTHERS = 1, 2
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def organizations(teams):
    """The one that the teams belong to, and another."""
    for pk, slug in ((WHOSE, "exampleco"), (OTHERS, "other")):
        Organization.objects.create(pk=pk, slug=slug, name=slug)
    Team.objects.update(organization=WHOSE)


def counted() -> dict[str, tuple[int, int]]:
    return {name: (figure.numerator, figure.denominator) for name, figure in evidence.figures(WHOSE).items()}


def test_one_production_model_is_counted_as_by_hand(in_production):
    assert counted() == COUNTED


def test_without_production_models_nothing_is_measurable_not_even_the_chain(model_version):
    assert {name for name, (_, total) in counted().items() if total} == set()


def test_a_newer_version_without_parity_takes_the_feature_out(in_production, cora):
    register(FIXED, cora)
    assert counted()["feature_parity"] == (0, 1)


def test_one_result_on_a_slice_is_enough(in_production):
    first = in_production.evaluations.first()
    Evaluation.objects.create(
        model_version=in_production, metric="mape", value=0.2, slice="region=EU", recorded_by="cora",
        recorded_at=first.recorded_at,
    )  # fmt: skip
    assert counted()["slice_evaluation"] == (1, 1)


@pytest.mark.parametrize("capability", sorted(COUNTED))
def test_the_list_behind_a_figure_adds_up_to_it(in_production, capability):
    rows = list(evidence.rows(WHOSE, capability))
    assert (sum(bool(row["has"]) for row in rows), len(rows)) == COUNTED[capability]


def test_what_is_not_counted_has_no_list(db):
    with pytest.raises(Unknown):
        evidence.rows(WHOSE, "compute_scaling")


def test_the_figures_cost_a_fixed_number_of_queries(in_production, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        evidence.figures(WHOSE)


def test_a_newer_version_that_passed_parity_counts_again(in_production, cora):
    newer = register(FIXED, cora).version
    first = newer.feature.versions.get(number=1)
    check = define_parity(first, newer, parameters={}, actor=cora)
    now = in_production.registered_at
    run = {"state": "finished", "requested_by": "cora", "created_at": now, "finished_at": now}
    CheckRun.objects.create(check_definition=check, outcome="failed", **run)
    assert counted()["feature_parity"] == (0, 1)
    CheckRun.objects.create(check_definition=check, outcome="passed", **run)
    assert counted()["feature_parity"] == (1, 1)


def test_deployments_are_counted_by_how_they_began_and_by_rollbacks(serving, second, cora):
    assert (counted()["progressive_delivery"], counted()["deployment_rollback"]) == ((0, 1), (0, 1))
    made = approved(second, cora, percent=20)
    ask(second, cora, percent=25)  # goes on with what began
    assert counted()["progressive_delivery"] == (1, 2)
    rollback(made, to_revision=1, reason="Drill.", rehearsal=True, actor=cora)
    assert counted()["deployment_rollback"] == (1, 1)
    for capability in ("progressive_delivery", "deployment_rollback"):
        rows = list(evidence.rows(WHOSE, capability))
        assert (sum(bool(row["has"]) for row in rows), len(rows)) == counted()[capability]


def test_an_approval_of_a_change_counts_for_who_may_do_what(serving, people):
    assert counted()["access_controls"] == (0, 2), "ann has no account here, as cora has none"
    User.objects.filter(username="approver").update(username="ann")
    assert counted()["access_controls"] == (1, 2)
    assert [row["has"] for row in evidence.rows(WHOSE, "access_controls")] == [False, True]


def seen() -> dict[str, int]:
    return {name: figure.seen for name, figure in evidence.figures(WHOSE).items()}


def test_a_version_that_serves_without_promotion_is_counted_too(in_production, orders, cora):
    """Serving reports it, whatever the registry calls it: it lacks what the tidy one has."""
    other = register_model(name="eta", owner_team="forecasting", actor=cora)
    parts = lineage(orders, pipeline_commit="b" * 40)
    version = register_version(other, version="v7", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    assert (counted()["lineage"], seen()["lineage"]) == ((0, 1), 1)
    now = timezone.now()
    for environment, expected in (("staging", ((0, 1), 1)), ("production", ((1, 2), 2))):
        report_serving(version, environment=environment, window=(now - HOUR, now), features={}, actor=cora)
        assert (counted()["lineage"], seen()["lineage"]) == expected
    assert counted()["deployment_rollback"] == (0, 1)


def test_a_model_that_only_mlflow_knows_has_nothing(in_production, teams, cora):
    register_model(name="ranker", owner_team="forecasting", actor=cora)
    assert counted()["model_registry"] == (1, 1), "a name alone says nothing of production"
    look = Import.objects.create(system="mlflow", found={}, requested_by="cora", requested_at=timezone.now())
    ImportedRecord.objects.create(
        system="mlflow", kind="model", external_id="Ranker", name="ranker", imported_in=look, imported_by="cora",
        imported_at=timezone.now(),
    )  # fmt: skip
    assert (counted()["model_registry"], seen()["model_registry"]) == ((1, 2), 2)
    assert [(row["what"], row["has"]) for row in evidence.rows(WHOSE, "model_registry")] == [
        ("ranker", False), ("demand v1", True),
    ]  # fmt: skip


def test_a_promotion_without_its_event_is_found(in_production):
    decision = GateDecision.objects.create(
        model_version=in_production,
        gate="promotion",
        decision="PROCEED",
        decided_by="mallory",
        decided_at=timezone.now(),
    )
    StageChange.objects.create(
        model_version=in_production, before="staging", after="production", gate_decision=decision, changed_by="mallory",
        changed_at=timezone.now(),
    )  # fmt: skip
    assert counted()["audit_log"] == (1, 2)


def test_serving_changes_have_their_events(serving, second, cora):
    made = approved(second, cora, percent=20)
    rollback(made, to_revision=1, reason="Slow.", actor=cora)
    assert counted()["audit_log"] == (5, 5), "two promotions, two deployments and a rollback"


def test_a_chain_that_does_not_verify_is_no_evidence(in_production, monkeypatch):
    broken = chain.Verification(1, chain.Head(1, ""), chain.BrokenLink(2, "its hash does not match"))
    monkeypatch.setattr(audit, "verify", lambda: broken)
    assert counted()["audit_log"] == (0, 1)


def test_one_figure_alone_is_what_it_is_among_all(in_production):
    for name, figure in evidence.figures(WHOSE).items():
        assert evidence.figures(WHOSE, only=[name]) == {name: figure}
    assert evidence.figures(WHOSE, only=["compute_scaling"]) == {}


def test_nothing_of_another_organization_is_counted(serving, second, cora):
    rollback(approved(second, cora, percent=20), to_revision=1, reason="Slow.", actor=cora)
    assert {figure[:2] for figure in evidence.figures(OTHERS).values()} == {(0, 0)}
    assert all(not evidence.rows(OTHERS, capability).exists() for capability in COUNTED)
    figures = evidence.figures(WHOSE)
    assert all(figures[name].denominator for name in COUNTED)
