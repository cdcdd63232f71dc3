import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.domain import catalogue, maturity
from assessments.domain.catalogue import CAPABILITIES, Priority, Status
from assessments.domain.recommendations import recommendations
from assessments.domain.scoring import Item, by_group, health_score
from assessments.domain.summary import summarize
from tests.golden import load

SAMPLE = load("sample_assessment")
RANK = ["0", "0+", "1", "2"]


def items(rows) -> list[Item]:
    return [Item(row["capability"], row["group"], row["status"], row["priority"], row["notes"]) for row in rows]


def test_the_catalogue_is_the_agreed_one_in_its_order():
    told = [(row["capability"], row["group"], row["description"]) for row in SAMPLE["items"]]
    assert [(one.name, str(one.group), one.description) for one in CAPABILITIES.values()] == told
    assert [str(group) for group in catalogue.Group] == SAMPLE["groups"]


def test_levels_ask_for_what_was_agreed():
    assert [level._asdict() | {"requires": list(level.requires)} for level in maturity.LEVELS] == SAMPLE["levels"]


def test_the_sample_adds_up_as_expected():
    expected = SAMPLE["expect"]
    found = summarize(items(SAMPLE["items"])).as_dict()
    for name in ("total_capabilities", "applicable", "by_status", "health_score", "critical_gaps", "confirmed_level",
                 "provisional_level", "next_step"):  # fmt: skip
        assert found[name] == expected[name], name


def test_the_next_step_reaches_what_it_says():
    rows = [
        row | ({"status": "implemented"} if row["capability"] == "model_registry" else {}) for row in SAMPLE["items"]
    ]
    found = summarize(items(rows)).as_dict()
    expected = SAMPLE["expect"]["after_next_step"]
    assert (found["health_score"], found["confirmed_level"]) == (expected["health_score"], expected["confirmed_level"])


@pytest.mark.parametrize("case", SAMPLE["more_cases"], ids=lambda case: case["what"])
def test_edge_cases(case):
    stated = [Item(name, CAPABILITIES[name].group, status) for name, status in case["items"]]
    found = summarize(stated).as_dict()
    expected = dict(case["expect"])
    blockers = expected.pop("blockers_of_level_2", None)
    assert {name: found[name] for name in expected} == expected
    if blockers:
        level_2 = next(blocker for blocker in found["blockers"] if blocker["level"] == "2")
        assert [one["capability"] for one in level_2["capabilities"]] == blockers


def test_what_does_not_apply_satisfies_a_level_only_with_a_reason():
    basic = [Item("artifact_store", "", "implemented"), Item("model_registry", "", "not_applicable")]
    assert maturity.confirmed_level(basic).level == "0"
    assert maturity.confirmed_level([basic[0], basic[1]._replace(notes="One model, by contract.")]).level == "0+"


def test_the_sample_s_first_recommendation_is_its_next_step():
    first, *_ = recommendations(items(SAMPLE["items"]))
    assert (first.capability, first.blocks) == ("model_registry", "Level 0+ — Basic Registry")


statuses = st.sampled_from(list(Status))
assessments = st.fixed_dictionaries(
    {
        name: st.tuples(statuses, st.sampled_from(list(Priority)), st.sampled_from(["", "said why"]))
        for name in CAPABILITIES
    }
).map(lambda stated: [Item(name, CAPABILITIES[name].group, *stated[name]) for name in CAPABILITIES])


@given(assessments, st.sampled_from(list(CAPABILITIES)))
def test_finishing_a_capability_never_lowers_score_or_level(stated, name):
    finished = [item._replace(status=Status.IMPLEMENTED) if item.capability == name else item for item in stated]
    assert (health_score(finished) or 0) >= (health_score(stated) or 0)
    before, after = maturity.confirmed_level(stated), maturity.confirmed_level(finished)
    assert RANK.index(after.level) >= RANK.index(before.level)


@given(assessments)
def test_confirmed_is_never_above_provisional(stated):
    confirmed, provisional = maturity.confirmed_level(stated), maturity.provisional_level(stated)
    assert RANK.index(confirmed.level) <= RANK.index(provisional.level)


@given(assessments)
def test_a_report_lists_each_gap_once_and_nothing_else(stated):
    found = [one.capability for one in recommendations(stated)]
    assert sorted(found) == sorted(item.capability for item in stated if item.is_gap)


@given(assessments)
def test_the_groups_add_up_to_the_whole(stated):
    groups, whole = by_group(stated), summarize(stated)
    assert sum(group.applicable for group in groups) == whole.applicable
    assert sum(group.implemented for group in groups) == whole.by_status["implemented"]


@given(assessments)
def test_the_next_step_is_a_gap_or_there_is_none(stated):
    step = maturity.next_step(stated)
    lacking = {item.capability for blocker in maturity.blockers(stated) for item in blocker.items}
    assert (step is None) == (not lacking)
    assert step is None or step.capability in lacking
