import json
from datetime import date

import pytest
from hypothesis import given

from assessments.health.rules.summary import summarize
from tests.assessments.health.stated import SAMPLE, any_assessment, finish, items, sample

FIELDS = [
    "organization", "assessed_on", "models", "teams", "total_capabilities", "applicable", "by_status", "health_score",
    "critical_gaps", "confirmed_level", "provisional_level", "blockers", "next_step", "by_group", "recommendations",
    "left_out",
]  # fmt: skip


def test_the_sample_adds_up_as_expected():
    expected = {name: figure for name, figure in SAMPLE["expect"].items() if name != "after_next_step"}
    result = summarize(sample()).as_dict()
    assert {name: result[name] for name in expected} == expected


def test_the_next_step_leads_where_it_says():
    result = summarize(finish(sample(), SAMPLE["expect"]["next_step"]["capability"])).as_dict()
    expected = SAMPLE["expect"]["after_next_step"]
    assert {name: result[name] for name in expected} == expected


@pytest.mark.parametrize("case", SAMPLE["more_cases"], ids=lambda case: case["what"])
def test_worked_cases(case):
    result = summarize(items(**dict(case["items"]))).as_dict()
    values = result | {
        "blockers_of_level_2": [capability["capability"] for capability in result["blockers"][-1]["capabilities"]]
    }
    assert {name: values[name] for name in case["expect"]} == case["expect"]


def test_it_says_whose_it_is_and_of_which_day():
    result = summarize(sample(), organization="exampleco", assessed_on=date(2026, 11, 2), models=8, teams=3).as_dict()
    assert [result[name] for name in FIELDS[:4]] == ["exampleco", "2026-11-02", 8, 3]


def test_a_blocker_is_reported_with_level_label_and_what_it_lacks():
    assert summarize(sample()).as_dict()["blockers"][0] == {
        "level": "0+",
        "label": "Level 0+ — Basic Registry",
        "capabilities": [{"capability": "model_registry", "status": "partial"}],
    }


def test_nothing_stated_is_reported_without_an_error():
    result = summarize([]).as_dict()
    assert (result["health_score"], result["by_group"], result["recommendations"]) == (None, [], [])
    assert result["next_step"] == {"capability": "artifact_store", "from": "missing", "reaches": None}


@given(any_assessment)
def test_it_always_has_the_agreed_fields_as_plain_json(stated):
    result = summarize(stated).as_dict()
    assert list(result) == FIELDS
    assert json.loads(json.dumps(result)) == result


@given(any_assessment)
def test_the_counts_add_up(stated):
    result = summarize(stated)
    assert sum(result.by_status.values()) == result.total_capabilities == len(stated)
    assert result.applicable == sum(group.applicable for group in result.by_group)
