import pytest
from hypothesis import given

from assessments.health.rules.maturity import blockers, next_step
from assessments.health.rules.recommendations import recommendations
from assessments.health.rules.scoring import Item
from assessments.organizations.rules.catalogue import Priority
from tests.assessments.health.stated import any_assessment, finish, sample


def test_a_lead_reads_the_top_three():
    told = [(recommendation.capability, recommendation.blocks) for recommendation in recommendations(sample())[:3]]
    assert told == [
        ("model_registry", "Level 0+ — Basic Registry"),
        ("feature_parity", None),
        ("automated_eval_gates", None),
    ]


def test_the_rest_of_the_sample_follows_priority_then_half_done_work_then_the_catalogue():
    assert [recommendation.capability for recommendation in recommendations(sample())[3:]] == [
        "data_drift_monitoring", "lineage", "feature_registry", "slice_evaluation", "progressive_delivery", "audit_log",
        "project_templates", "compute_scaling",
    ]  # fmt: skip


def test_after_the_first_step_the_next_levels_blockers_come_first():
    found = recommendations(finish(sample(), "model_registry"))
    assert [one.capability for one in found if one.blocks == "Level 2 — CI/CD for ML"] == [
        "feature_parity", "automated_eval_gates", "lineage", "progressive_delivery",
    ]  # fmt: skip
    assert [one.blocks is None for one in found] == [False] * 4 + [True] * 6


def test_each_tells_why_and_the_first_step_and_its_own_words_where_it_is_not_a_standard_one():
    [found] = recommendations([Item("vector_index", "Serving", "partial", "low", description="Neighbours, served.")])
    assert found._asdict() == {
        "capability": "vector_index", "group": "Serving", "status": "partial", "priority": "low", "blocks": None,
        "why": "Neighbours, served: you listed it because it matters here.",
        "first_step": "Name an owner and the smallest part to ship first.",
    }  # fmt: skip


def test_ties_follow_the_catalogue_whatever_order_they_were_stated_in():
    assert recommendations(sample()[::-1]) == recommendations(sample())


def test_an_unknown_priority_is_an_error():
    with pytest.raises(ValueError, match="urgent"):
        recommendations([Item("lineage", "", "missing", "urgent")])


@given(any_assessment)
def test_each_gap_is_listed_once_and_nothing_else(stated):
    found = [recommendation.capability for recommendation in recommendations(stated)]
    assert sorted(found) == sorted(item.capability for item in stated if item.status in ("partial", "missing"))


@given(any_assessment)
def test_the_order_is_the_agreed_one(stated):
    found = recommendations(stated)
    ranks = [(one.blocks is None, list(Priority).index(one.priority), one.status == "missing") for one in found]
    assert ranks == sorted(ranks)


@given(any_assessment)
def test_what_blocks_is_exactly_what_the_next_level_lacks(stated):
    waiting = blockers(stated)
    lacking = {item.capability for item in waiting[0].items} if waiting else set()
    gaps = {item.capability for item in stated if item.is_gap}
    assert {
        recommendation.capability for recommendation in recommendations(stated) if recommendation.blocks
    } == lacking & gaps


@given(any_assessment)
def test_a_single_step_that_reaches_a_level_is_the_first_recommendation(stated):
    step, found = next_step(stated), recommendations(stated)
    if step and step.reaches and step.capability in {one.capability for one in found}:
        assert found[0].capability == step.capability
