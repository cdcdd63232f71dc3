import pytest

from assessments.health.rules.advice import ADVICE
from assessments.strategy.rules.phase_plan import DEFERRED, REGULATED, STANDARD, phase_plan

ROLLBACK = 3  # the step of one capability alone


@pytest.mark.parametrize(
    ("compliance", "kind", "steps"), [(False, "standard", 5), (None, "standard", 5), (True, "regulated", 9)]
)
def test_regulation_adds_four_steps(compliance, kind, steps):
    plan = phase_plan(compliance, {})
    assert (plan.kind, len(plan.steps), plan.weeks) == (kind, steps, 6)
    assert sum(step.regulated for step in plan.steps) == steps - 5


def test_what_nobody_said_of_compliance_is_asked():
    assert phase_plan(None, {}).ask
    assert phase_plan(False, {}).ask is None


STATES = [
    (None, None, "not_assessed", "nothing is stated"),
    ("missing", None, "not_begun", "stated to be missing"),
    ("partial", None, "begun", "half-done"),
    ("implemented", None, "done", "claimed, and nothing speaks against it"),
    ("implemented", "partial", "contradicted", "claimed, and evidence found less"),
    ("partial", "implemented", "begun", "evidence found more, and does not tick it by itself"),
    ("not_applicable", None, "done", "there is nothing to do"),
]


@pytest.mark.parametrize(("status", "measured", "state", "why"), STATES)
def test_a_step_is_as_far_as_claim_and_evidence_say(status, measured, state, why):
    statuses = {"deployment_rollback": status} if status else {}
    step = phase_plan(False, statuses, {"deployment_rollback": measured} if measured else {}).steps[ROLLBACK]
    assert step.state == state, why


def test_a_step_of_two_is_done_with_both():
    plan = phase_plan(False, {"artifact_store": "implemented", "model_registry": "missing"})
    assert (plan.steps[2].state, plan.done) == ("begun", 0)


def test_every_capability_that_is_named_is_in_the_catalogue():
    named = {name for _, names in (*STANDARD, *REGULATED) for name in names} | {name for _, name, _ in DEFERRED}
    assert named <= set(ADVICE)
