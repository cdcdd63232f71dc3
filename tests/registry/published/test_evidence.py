"""Evidence counted by hand over one production model."""

from __future__ import annotations

import pytest

from platform_site.errors import Unknown
from platform_site.people.models import User
from registry.checks.actions.checks import define_parity
from registry.models import CheckRun, Evaluation
from registry.published import evidence
from registry.serving.actions.deployments import rollback
from tests.registry.conftest import FIXED, register
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
    "audit_log": (1, 1),
    "access_controls": (0, 1),  # Cora has no account here: nobody can say which role she had
    "reproducible_envs": (1, 1),
    "deployment_rollback": (0, 0),
    "progressive_delivery": (0, 0),
}


def counted() -> dict[str, tuple[int, int]]:
    return {name: (figure.numerator, figure.denominator) for name, figure in evidence.figures().items()}


def test_one_production_model_is_counted_as_by_hand(in_production):
    assert counted() == COUNTED


def test_without_production_models_nothing_but_the_chain_is_measurable(model_version):
    assert {name for name, (_, total) in counted().items() if total} == {"audit_log"}


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


@pytest.mark.parametrize("capability", sorted(set(COUNTED) - {"audit_log"}))
def test_the_list_behind_a_figure_adds_up_to_it(in_production, capability):
    rows = list(evidence.rows(capability))
    assert (sum(bool(row["has"]) for row in rows), len(rows)) == COUNTED[capability]


def test_what_is_not_counted_has_no_list(db):
    with pytest.raises(Unknown):
        evidence.rows("compute_scaling")


def test_the_figures_cost_a_fixed_number_of_queries(in_production, django_assert_max_num_queries):
    with django_assert_max_num_queries(13):
        evidence.figures()


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
        rows = list(evidence.rows(capability))
        assert (sum(bool(row["has"]) for row in rows), len(rows)) == counted()[capability]


def test_an_approval_of_a_change_counts_for_who_may_do_what(serving, people):
    assert counted()["access_controls"] == (0, 2), "ann has no account here, as cora has none"
    User.objects.filter(username="approver").update(username="ann")
    assert counted()["access_controls"] == (1, 2)
    assert [row["has"] for row in evidence.rows("access_controls")] == [False, True]
