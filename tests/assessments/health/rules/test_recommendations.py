import pytest
from hypothesis import given

from assessments.health.rules.maturity import blockers, next_step
from assessments.health.rules.recommendations import Known, facts_of, recommendations
from assessments.health.rules.scoring import Item
from assessments.organizations.rules.catalogue import Priority
from tests.assessments.health.stated import any_assessment, finish, sample


def test_a_lead_reads_the_top_three():
    rows = [(recommendation.capability, recommendation.blocks) for recommendation in recommendations(sample())[:3]]
    assert rows == [
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
    result = recommendations(finish(sample(), "model_registry"))
    assert [row.capability for row in result if row.blocks == "Level 2 — CI/CD for ML"] == [
        "feature_parity", "automated_eval_gates", "lineage", "progressive_delivery",
    ]  # fmt: skip
    assert [row.blocks is None for row in result] == [False] * 4 + [True] * 6


def test_each_tells_why_and_the_first_step_and_its_own_words_where_it_is_not_a_standard_one():
    [recommendation] = recommendations(
        [Item("vector_index", "Serving", "partial", "low", description="Neighbours, served.")]
    )
    assert recommendation._asdict() == {
        "capability": "vector_index", "title": "Neighbours, served", "group": "Serving", "status": "partial",
        "priority": "low", "blocks": None, "why": "Partial, low priority.",
        "matters": "Neighbours, served: you listed it because it matters here.",
        "first_step": "Name an owner and the smallest part to ship first.",
    }  # fmt: skip


def test_why_states_the_models_the_incidents_and_the_note():
    known = Known({"lineage": ["eta", "fraud", "eat", "tip"]}, {"lineage": ["Nobody knew the data.", "Twice"]})
    [row] = recommendations([Item("lineage", "", "partial", "high", "not for\n images.")], known=known)
    assert row.why == (
        "Partial, high priority. Without it: eta, fraud, eat and 1 more. "
        "It would have prevented 2 incidents: “Nobody knew the data”, “Twice”. Noted: “not for images”."
    )


def test_the_facts_of_a_gap_alone_name_its_incidents_too():
    known = Known({"lineage": ["eta"]}, {"lineage": ["Nobody knew the data."]})
    assert facts_of(Item("lineage", "", "partial", "high"), "Level 2", known) == (
        "Partial, high priority. Level 2 needs it. Without it: eta. It would have prevented 1 incident: “Nobody knew the data”."
    )


def test_a_long_note_is_cut_at_a_word():
    [row] = recommendations([Item("lineage", "", "partial", "high", "word " * 100)])
    assert row.why.endswith("word …”.")
    assert len(row.why) < 220


def test_among_equals_the_one_with_incidents_comes_first():
    stated = [Item("feature_parity", "", "missing", "low"), Item("audit_log", "", "missing", "low")]
    assert [row.capability for row in recommendations(stated)] == ["feature_parity", "audit_log"]
    known = Known(incidents={"audit_log": ["Who?"]})
    assert [row.capability for row in recommendations([stated[0]._replace(capability="slice_evaluation"), stated[1]], known=known)] == [
        "audit_log", "slice_evaluation",
    ]  # fmt: skip


def test_ties_follow_the_catalogue_whatever_order_they_were_stated_in():
    assert recommendations(sample()[::-1]) == recommendations(sample())


def test_an_unknown_priority_is_an_error():
    with pytest.raises(ValueError, match="urgent"):
        recommendations([Item("lineage", "", "missing", "urgent")])


@given(any_assessment)
def test_each_gap_is_listed_once_and_nothing_else(stated):
    rows = [recommendation.capability for recommendation in recommendations(stated)]
    assert sorted(rows) == sorted(
        item.capability
        for item in stated
        if item.status in ("partial", "missing") or (item.status == "not_applicable" and not item.notes)
    )


@given(any_assessment)
def test_the_order_is_the_agreed_one(stated):
    result = recommendations(stated)
    ranks = [(row.blocks is None, list(Priority).index(row.priority), row.status == "missing") for row in result]
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
    step, result = next_step(stated), recommendations(stated)
    if step and step.reaches and step.capability in {row.capability for row in result}:
        assert result[0].capability == step.capability
