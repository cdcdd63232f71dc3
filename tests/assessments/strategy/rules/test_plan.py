"""The one plan, by worked cases. `test_one_plan.py` holds it to everything else over random organizations."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.health.rules.exemptions import LeftOut
from assessments.health.rules.recommendations import Known
from assessments.health.rules.scoring import Item
from assessments.organizations.rules.catalogue import CAPABILITIES
from assessments.organizations.rules.facts import Facts
from assessments.strategy.rules.deferral import Size
from assessments.strategy.rules.phases import AFTER_INCIDENTS, FEATURE_STORE, PHASE_1, REGULATED
from assessments.strategy.rules.plan import Situation, plan_for
from assessments.strategy.rules.triggers import evaluate
from tests.assessments.health.stated import finish, items, sample
from tests.golden import load

CASES = {case["what"]: case for case in load("triggers")["cases"]}
LEVEL_1 = ("artifact_store", "model_registry", "orchestrated_training", "deployment_rollback", "baseline_monitoring")


def situation(facts: Facts, stated: list[Item] | None = None, engineers: int | None = 2, **known) -> Situation:
    size = Size(engineers, facts.shipping_teams, facts.production_models, facts.models_planned_next_quarter)
    incidents = facts.skew_or_drift_incidents_12m
    return Situation(evaluate(facts), size, facts.compliance, incidents, stated or [], **known)


def steps(plan) -> list[str]:
    return [step.capability for step in plan.steps]


def later(plan) -> dict[str, str]:
    return {item.capability: item.until for item in plan.deferred}


KINDS = {
    "three teams, four models, skew found by a manual audit, a fifth model coming (demand forecasting)": "phase_1",
    "fintech under regulation: six models, three teams with their own pipelines and monitoring": "phase_1_regulated",
    "one team of three, two models": "project_level",
    "five models, two teams": "phase_1",
}


@pytest.mark.parametrize("what", CASES)
def test_the_worked_cases_get_the_plan_that_fits(what):
    assert str(plan_for(situation(Facts(**CASES[what]["facts"]))).kind) == KINDS[what]


def test_a_small_team_gets_the_project_level_plan_with_what_not_to_build():
    facts = Facts(2, 1, "monthly", False, 0, 1, False)
    plan = plan_for(situation(facts))
    assert steps(plan) == ["orchestrated_training", "model_registry", "deployment_rollback", "baseline_monitoring"]
    assert {"feature_store", "progressive_delivery", "access_controls"} == set(later(plan))
    assert "under 4 hours" in plan.success
    assert len(plan.would_change) == 5
    assert plan.would_change[0].startswith(
        "A third model in production, or a second team that ships models. Now: 2 production"
    )
    assert plan.weeks is None


def test_the_worked_case_of_skew_puts_shared_definitions_parity_and_drift_alerts_into_phase_1():
    plan = plan_for(situation(Facts(4, 3, None, True, 1, 3, None), sample()))
    assert {core.capability for core in (*PHASE_1, *AFTER_INCIDENTS)} <= set(steps(plan))
    assert not {core.capability for core in AFTER_INCIDENTS} & set(later(plan))
    assert later(plan)[FEATURE_STORE]
    assert "1 incident from skew, drift or silent failure in 12 months." in plan.step("feature_parity").why


@pytest.mark.parametrize(("compliance", "marked"), [(True, True), (False, False), (None, False)])
def test_a_step_is_by_compliance_where_both_it_and_the_organization_are(compliance, marked):
    plan = plan_for(situation(Facts(6, 3, None, True, 1, 3, compliance), sample()))
    regulated = {core.capability for core in REGULATED}
    by_compliance = {step.capability for step in plan.steps if step.by_compliance}
    assert by_compliance == ({*steps(plan)} & regulated if marked else set())
    assert not marked or by_compliance


def test_the_plan_begins_with_what_the_report_names_first():
    plan = plan_for(situation(Facts(4, 3, None, True, 1, 3, None), sample()))
    assert steps(plan)[:3] == ["model_registry", "feature_parity", "automated_eval_gates"]
    assert [step.place for step in plan.open_steps][:3] == [1, 2, 3]
    assert not any(step.is_open for step in plan.steps[len(plan.open_steps) :])


def test_regulation_adds_immutability_lineage_gate_feature_versions_and_access_control():
    plan = plan_for(situation(Facts(compliance=True)))
    assert str(plan.kind) == "phase_1_regulated"
    assert set(steps(plan)) >= {core.capability for core in REGULATED}
    assert plan.step("access_controls").by_compliance
    assert "A model decision must be explainable, audited or reproducible." in plan.step("lineage").why
    assert "access_controls" not in later(plan)


def test_twelve_teams_are_not_a_handful():
    stated = items(access_controls="missing", lineage="missing", audit_log="missing", slice_evaluation="missing")
    stated = [item._replace(priority="high" if item.capability != "access_controls" else "low") for item in stated]
    few, many = (plan_for(situation(Facts(180, teams), stated, 8)) for teams in (3, 12))
    assert "3 teams ship models" in few.deferral("access_controls").why
    assert "12 teams ship models." in many.step("access_controls").why


def test_after_phase_1_comes_the_next_level_in_the_order_of_pain():
    stated = items(**dict.fromkeys(CAPABILITIES, "missing") | dict.fromkeys(LEVEL_1, "implemented"))
    known = Known(incidents={"progressive_delivery": ["Everybody at once"]})
    plan = plan_for(situation(Facts(180, 12, compliance=False), stated, 8, known=known))
    assert (str(plan.kind), plan.title, plan.weeks) == ("next_level", "To Level 2 — CI/CD for ML", None)
    assert steps(plan) == [
        "progressive_delivery",
        "feature_parity",
        "automated_eval_gates",
        "lineage",
        "access_controls",
    ]
    assert "“Everybody at once”" in plan.steps[0].why


def test_a_template_alone_does_not_hold_an_organization_in_phase_1():
    stated = items(project_templates="missing", **dict.fromkeys(LEVEL_1, "implemented"))
    assert str(plan_for(situation(Facts(9, 3), stated)).kind) == "next_level"
    contradicted = situation(Facts(9, 3), stated)._replace(measured={"baseline_monitoring": "partial"})
    assert plan_for(contradicted).step("baseline_monitoring").state == "contradicted"


STATES = [
    ("missing", "", "not_begun"),
    ("partial", "", "begun"),
    ("implemented", "", "done"),
    ("not_applicable", "", "not_begun"),
    ("not_applicable", "nothing is trained here", "done"),
]


@pytest.mark.parametrize(("status", "notes", "state"), STATES)
def test_a_step_is_as_far_as_the_assessment_says(status, notes, state):
    stated = [Item("orchestrated_training", "Training", status, notes=notes)]
    assert plan_for(situation(Facts(9), stated)).step("orchestrated_training").state == state


def test_growth_counts():
    plan = plan_for(situation(Facts(1, 1, "monthly", False, 0, 0, False, 4)))
    assert evaluate(Facts(1, 1, models_planned_next_quarter=4)).conditions[0].state == "likely"
    assert plan.growth.startswith("4 models planned for the next quarter")
    assert "4 more planned for the next quarter" in plan.why.sentence


def test_an_incident_speaks_for_a_capability_that_nobody_assessed():
    plan = plan_for(situation(Facts(9), known=Known(incidents={"progressive_delivery": ["All at once"]})))
    assert plan.steps[0].capability == "progressive_delivery"
    assert "progressive_delivery" not in later(plan)


def test_what_is_finished_leaves_the_open_steps():
    before, after = (
        plan_for(situation(Facts(4, 3), stated)) for stated in (sample(), finish(sample(), "model_registry"))
    )
    assert before.open_steps[0].capability == "model_registry"
    assert "model_registry" not in [step.capability for step in after.open_steps]
    assert (before.done + 1, before.kind) == (after.done, after.kind) or after.kind == "next_level"


EXEMPT = LeftOut(date(2027, 3, 1), "The images move in March.")


def test_what_is_exempt_is_neither_step_nor_deferred_and_the_plan_says_until_when():
    facts = Facts(4, 3, "monthly", True, 1, 3, False)
    for name in ("feature_parity", "lineage", "compute_scaling"):
        before = plan_for(situation(facts, sample()))
        after = plan_for(situation(facts, sample(), known=Known(exempt={name: EXEMPT})))
        assert name in {*steps(before), *later(before)}
        assert name not in {*steps(after), *later(after)}
        assert [(row.capability, row.until, row.reason) for row in after.left_out] == [(name, *EXEMPT)]
        assert after.places[name] == "Left out until 1 March 2027: The images move in March"
        assert after.as_dict()["left_out"][0]["until"] == "2027-03-01"
        assert [step.place for step in after.open_steps] == list(range(1, len(after.open_steps) + 1))


def test_what_is_exempt_holds_up_no_phase():
    stated = items(**dict.fromkeys(CAPABILITIES, "implemented") | {"model_registry": "missing"})
    facts = Facts(4, 3, "monthly", True, 1, 3, False)
    assert str(plan_for(situation(facts, stated)).kind) == "phase_1"
    assert str(plan_for(situation(facts, stated, known=Known(exempt={"model_registry": EXEMPT}))).kind) == "next_level"


def test_what_is_done_is_not_left_out():
    facts = Facts(4, 3, "monthly", True, 1, 3, False)
    plan = plan_for(
        situation(facts, items(artifact_store="implemented"), known=Known(exempt={"artifact_store": EXEMPT}))
    )
    assert plan.left_out == []


def test_a_plan_before_the_first_assessment_leaves_out_what_is_exempt():
    exempt = Known(exempt=dict.fromkeys(("progressive_delivery", "model_registry", FEATURE_STORE), EXEMPT))
    plan = plan_for(situation(Facts(4, 3, "monthly", True, 1, 3, False), known=exempt))
    assert not {*exempt.exempt} & {*steps(plan), *later(plan)}
    assert {row.capability: row.status for row in plan.left_out} == dict.fromkeys(exempt.exempt)
