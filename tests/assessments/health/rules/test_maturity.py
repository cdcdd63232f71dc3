import pytest
from hypothesis import given

from assessments.health.rules import maturity
from assessments.health.rules.maturity import (
    LEVELS,
    NextStep,
    blockers,
    confirmed_level,
    levels_of,
    next_step,
    provisional_level,
)
from assessments.health.rules.scoring import Item
from assessments.organizations.rules.catalogue import CAPABILITIES
from tests.assessments.health.stated import RANK, SAMPLE, any_assessment, capability_names, finish, items, sample


def rank(level: maturity.Level) -> int:
    return RANK.index(level.level)


def test_levels_ask_for_what_was_agreed():
    assert [level._asdict() | {"requires": list(level.requires)} for level in LEVELS] == SAMPLE["levels"]
    assert maturity.AD_HOC._asdict() == SAMPLE["lowest_level"] | {"requires": ()}


def test_each_level_contains_the_one_below():
    basic, repeatable, continuous = (set(level.requires) for level in LEVELS)
    assert basic < repeatable < continuous < set(CAPABILITIES)


def test_a_capability_knows_its_levels():
    assert levels_of("model_registry") == ["0+", "1", "2"]
    assert levels_of("deployment_rollback") == ["1", "2"]
    assert levels_of("feature_parity") == ["2"]
    assert levels_of("feature_registry") == levels_of("an_own_one") == []


def test_nothing_stated_is_ad_hoc():
    assert confirmed_level([]) == provisional_level([]) == maturity.AD_HOC


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.label)
def test_a_level_is_reached_by_all_that_it_asks_for_and_lost_with_any_of_it(level):
    stated = items(**dict.fromkeys(level.requires, "implemented"))
    assert confirmed_level(stated) == level
    for name in level.requires:
        assert rank(confirmed_level([item for item in stated if item.capability != name])) < rank(level)


@pytest.mark.parametrize(
    ("status", "notes", "confirmed", "provisional"),
    [
        ("implemented", "", "0+", "0+"),
        ("partial", "half of it", "0", "0+"),
        ("missing", "planned", "0", "0"),
        ("not_applicable", "", "0", "0"),
        ("not_applicable", " \n", "0", "0"),
        ("not_applicable", "One model, by contract.", "0+", "0+"),
    ],
)
def test_what_each_status_does_for_a_level(status, notes, confirmed, provisional):
    stated = [Item("artifact_store", "", "implemented"), Item("model_registry", "", status, notes=notes)]
    assert (confirmed_level(stated).level, provisional_level(stated).level) == (confirmed, provisional)


def test_the_samples_blockers_are_what_is_still_to_finish_or_to_build():
    by_name = {
        blocker.level.level: [(item.capability, item.status) for item in blocker.items]
        for blocker in blockers(sample())
    }
    assert by_name == {
        "0+": [("model_registry", "partial")],
        "1": [("model_registry", "partial")],
        "2": [
            ("model_registry", "partial"), ("lineage", "partial"),
            ("automated_eval_gates", "missing"), ("progressive_delivery", "missing"), ("feature_parity", "missing"),
        ],
    }  # fmt: skip


def test_a_confirmed_level_has_no_blockers():
    assert [blocker.level.level for blocker in blockers(finish(sample(), "model_registry"))] == ["2"]


TO_LEVEL_1 = {"orchestrated_training": "implemented", "deployment_rollback": "implemented"}
STEPS = [
    ({}, NextStep("artifact_store", "missing", None), "two to build: neither reaches a level alone"),
    ({"model_registry": "partial"}, NextStep("model_registry", "partial", None), "half-done work first"),
    (
        {"artifact_store": "implemented"},
        NextStep("model_registry", "missing", "Level 0+ — Basic Registry"),
        "what nobody stated is missing",
    ),
    (
        {"artifact_store": "implemented", "model_registry": "not_applicable"},
        NextStep("model_registry", "missing", "Level 0+ — Basic Registry"),
        "it lacks its reason",
    ),
    (
        {
            "artifact_store": "implemented",
            "model_registry": "implemented",
            **TO_LEVEL_1,
            "baseline_monitoring": "missing",
        },
        NextStep("baseline_monitoring", "missing", "Level 1 — Repeatable Pipelines"),
        "one to build reaches the next level",
    ),
    (
        {**dict.fromkeys(LEVELS[2].requires, "implemented"), "model_registry": "partial"},
        NextStep("model_registry", "partial", "Level 2 — CI/CD for ML"),
        "one step may climb every level at once",
    ),
    (dict.fromkeys(LEVELS[2].requires, "implemented"), None, "at the top there is none"),
]


@pytest.mark.parametrize(("statuses", "step", "why"), STEPS, ids=[why for *_, why in STEPS])
def test_the_cheapest_next_step(statuses, step, why):
    assert next_step([item._replace(notes="") for item in items(**statuses)]) == step


@given(any_assessment, capability_names)
def test_finishing_a_capability_never_lowers_a_level(stated, name):
    finished = finish(stated, name)
    assert rank(confirmed_level(finished)) >= rank(confirmed_level(stated))
    assert rank(provisional_level(finished)) >= rank(provisional_level(stated))


@given(any_assessment, capability_names)
def test_adding_an_implemented_capability_never_lowers_the_level(stated, name):
    others = [item for item in stated if item.capability != name]
    assert rank(confirmed_level([*others, Item(name, "", "implemented")])) >= rank(confirmed_level(others))


@given(any_assessment)
def test_confirmed_is_never_above_provisional(stated):
    assert rank(confirmed_level(stated)) <= rank(provisional_level(stated))


@given(any_assessment)
def test_exactly_the_levels_above_the_confirmed_one_have_blockers(stated):
    above = [level for level in LEVELS if rank(level) > rank(confirmed_level(stated))]
    assert [blocker.level for blocker in blockers(stated)] == above


@given(any_assessment)
def test_the_next_step_reaches_exactly_what_it_says(stated):
    step, now = next_step(stated), confirmed_level(stated)
    assert (step is None) == (now == LEVELS[-1])
    if step:
        others = [item for item in stated if item.capability != step.capability]
        then = confirmed_level([*others, Item(step.capability, "", "implemented")])
        assert step.reaches == (then.label if then != now else None)


@given(any_assessment)
def test_when_the_next_step_reaches_nothing_no_single_capability_does(stated):
    step, now = next_step(stated), confirmed_level(stated)
    if step and step.reaches is None:
        for name in CAPABILITIES:
            others = [item for item in stated if item.capability != name]
            assert confirmed_level([*others, Item(name, "", "implemented")]) == now
