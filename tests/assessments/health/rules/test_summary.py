import json
from datetime import date

import pytest
from hypothesis import given

from assessments.health.rules.summary import summarize
from tests.assessments.health.stated import SAMPLE, any_assessment, finish, items, sample

FIELDS = [
    "organization", "assessed_on", "models", "teams", "total_capabilities", "applicable", "by_status", "health_score",
    "critical_gaps", "confirmed_level", "provisional_level", "blockers", "next_step", "by_group", "recommendations",
]  # fmt: skip


def test_the_sample_adds_up_as_expected():
    expected = {name: figure for name, figure in SAMPLE["expect"].items() if name != "after_next_step"}
    found = summarize(sample()).as_dict()
    assert {name: found[name] for name in expected} == expected


def test_the_next_step_leads_where_it_says():
    found = summarize(finish(sample(), SAMPLE["expect"]["next_step"]["capability"])).as_dict()
    expected = SAMPLE["expect"]["after_next_step"]
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("case", SAMPLE["more_cases"], ids=lambda case: case["what"])
def test_worked_cases(case):
    found = summarize(items(**dict(case["items"]))).as_dict()
    told = found | {"blockers_of_level_2": [one["capability"] for one in found["blockers"][-1]["capabilities"]]}
    assert {name: told[name] for name in case["expect"]} == case["expect"]


def test_it_says_whose_it_is_and_of_which_day():
    found = summarize(sample(), organization="exampleco", assessed_on=date(2026, 11, 2), models=8, teams=3).as_dict()
    assert [found[name] for name in FIELDS[:4]] == ["exampleco", "2026-11-02", 8, 3]


def test_a_blocker_is_told_with_level_label_and_what_it_lacks():
    assert summarize(sample()).as_dict()["blockers"][0] == {
        "level": "0+",
        "label": "Level 0+ — Basic Registry",
        "capabilities": [{"capability": "model_registry", "status": "partial"}],
    }


def test_nothing_stated_is_told_without_an_error():
    found = summarize([]).as_dict()
    assert (found["health_score"], found["by_group"], found["recommendations"]) == (None, [], [])
    assert found["next_step"] == {"capability": "artifact_store", "from": "missing", "reaches": None}


@given(any_assessment)
def test_it_always_has_the_agreed_fields_as_plain_json(stated):
    found = summarize(stated).as_dict()
    assert list(found) == FIELDS
    assert json.loads(json.dumps(found)) == found


@given(any_assessment)
def test_the_counts_add_up(stated):
    found = summarize(stated)
    assert sum(found.by_status.values()) == found.total_capabilities == len(stated)
    assert found.applicable == sum(group.applicable for group in found.by_group)
