"""The fast lane: a change is covered if and only if nothing differs and every limit holds."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from registry.serving.rules import fast_lane
from registry.serving.rules.configuration import Configuration
from registry.serving.rules.fast_lane import Circumstances, Side, Terms, Traffic, conditions, is_covered
from registry.serving.rules.limits import HIGHER, Limit

MAPE, AUC = ("mape", ""), ("auc", "")
V1 = Side(
    "v1",
    {"orders": "aaa", "weather": "ccc"},
    {"orders": "orders version 1", "weather": "weather version 4"},
    {"orders": "aaa", "weather": "ddd"},
    {"code": "c0ffee", "container": "sha256:0", "hyperparameters": "h"},
    {"main v3: mape <= 0.15": "passed"},
    {MAPE: 0.12, AUC: 0.9},
)
V2 = V1._replace(version="v2", metrics={MAPE: 0.121, AUC: 0.91})
TERMS = Terms(
    [Limit("mape", max_worse=0.02), Limit("auc", better=HIGHER, worst=0.85)], 25, True, ["main v3"], "v0", {MAPE: 0.12}
)
BASE = Configuration({"v1": 100}, {"alarm": 0.5}, {"v1": {"weather": "ddd"}})
HEAD = Configuration({"v1": 75, "v2": 25}, {"alarm": 0.5}, {"v1": {"weather": "ddd"}, "v2": {"weather": "ddd"}})
NOW = Circumstances(policies=["main v3"])
NAMES = [
    "approver", "regulated", "at_once", "alerts", "overrides", "gate", "policies", "comparable", "features", "sources",
    "recipe", "policy_outcome", "pins", "thresholds", "other_versions", "traffic_step", "limit:mape:", "limit:auc:",
]  # fmt: skip


def judged(**changed):
    sides = {"terms": TERMS, "candidate": V2, "serving": [V1], "traffic": Traffic(HEAD, BASE), "now": NOW} | changed
    return conditions(sides["terms"], sides["candidate"], sides["serving"], sides["traffic"], sides["now"])


def unmet(**changed):
    return {condition.name: condition.sentence for condition in judged(**changed) if not condition.met}


def head(**changed):
    return Traffic(HEAD._replace(**changed), BASE)


def test_its_examples_run():
    assert doctest.testmod(fast_lane).failed == 0


def test_what_differs_in_nothing_but_what_it_learned_is_covered():
    listed = judged()
    assert [condition.name for condition in listed] == NAMES
    assert is_covered(listed)
    assert not is_covered([])
    sentences = {condition.name: condition.sentence for condition in listed}
    assert sentences["features"] == "The same: orders aaa, weather ccc."
    assert sentences["comparable"] == "v2 is compared with v1."
    assert sentences["policies"] == "The policies are those of the standing approval: main v3."
    assert sentences["traffic_step"] == "v2 gains 25 points of the traffic; at most 25 are allowed."
    assert sentences["limit:mape:"] == (
        "mape is 0.121; with v1 at 0.12, 2% of its error worse is 0.1224, "
        "with v0 when it was approved at 0.12, 2% of its error worse is 0.1224."
    )
    assert [listed[0].as_dict()[name] for name in ("name", "met")] == ["approver", True]
    fine = {
        name: sentences[name] for name in NAMES if name not in ("limit:mape:", "features", "policies", "comparable")
    }
    assert fine == {
        "approver": "The approver may still approve this change.",
        "regulated": "The model is not regulated.",
        "at_once": "The change is made at once.",
        "alerts": "No blocking or skew alert is open.",
        "overrides": "No override is in force for the model.",
        "gate": "The gate opens without an override.",
        "sources": "The same: orders orders version 1, weather weather version 4.",
        "recipe": "The same: code c0ffee, container sha256:0, hyperparameters h.",
        "policy_outcome": "The same: main v3: mape <= 0.15 passed.",
        "pins": "The same: orders aaa, weather ddd.",
        "thresholds": "The thresholds stay as they were last approved.",
        "other_versions": "Other versions only give traffic away.",
        "traffic_step": "v2 gains 25 points of the traffic; at most 25 are allowed.",
        "limit:auc:": "auc is 0.91; the limit is 0.85.",
    }


CLOSED = [
    # what is changed, the one condition that is not met, its sentence
    ({"now": NOW._replace(approver="ann is away.")}, "approver", "ann is away."),
    (
        {"now": NOW._replace(regulated=True)}, "regulated",
        "The model is regulated: each change of what serves is looked at by a person.",
    ),
    (
        {"now": NOW._replace(in_steps=True)}, "at_once",
        "The change is made in steps, which wait for one approval of the whole.",
    ),
    ({"now": NOW._replace(alerts=["Alert 1 is open.", "Alert 2 is open."])}, "alerts", "Alert 1 is open. Alert 2 is open."),
    ({"now": NOW._replace(overrides=["Override 1."])}, "overrides", "Override 1."),
    ({"now": NOW._replace(overridden=["Only under override 1."])}, "gate", "Only under override 1."),
    ({"now": NOW._replace(policies=["main v4"])}, "policies", "The policies changed: main v3 then, main v4 now."),
    ({"now": NOW._replace(policies=[])}, "policies", "The policies changed: main v3 then, none now."),
    (
        {"now": NOW._replace(policies=["main v3", "fair v1"])}, "policies",
        "The policies changed: main v3 then, fair v1, main v3 now.",
    ),
    (
        {"candidate": V2._replace(features=V2.features | {"orders": "bbb"})}, "features",
        "orders: v2 was trained on bbb, v1 aaa.",
    ),
    (
        {"candidate": V2._replace(sources=V2.sources | {"orders": "orders version 2"})}, "sources",
        "orders: v2 reads orders version 2, v1 orders version 1.",
    ),
    (
        {"candidate": V2._replace(sources=V2.sources | {"orders": ""})}, "sources",
        "Nobody described the source table beneath orders, so it cannot be compared.",
    ),
    (
        {"serving": [V1._replace(sources={"orders": "", "weather": ""})]}, "sources",
        "Nobody described the source table beneath orders, weather, so it cannot be compared.",
    ),
    ({"candidate": V2._replace(recipe=V2.recipe | {"code": "decaf"})}, "recipe", "code: v2 has decaf, v1 c0ffee."),
    (
        {"candidate": V2._replace(checks={"main v3: mape <= 0.15": "failed"})}, "policy_outcome",
        "main v3: mape <= 0.15: v2 has failed, v1 passed.",
    ),
    (
        {"candidate": V2._replace(computes=V2.computes | {"weather": "ccc"})}, "pins",
        "weather: v2 computes ccc, v1 ddd.",
    ),
    ({"traffic": head(thresholds={"alarm": 0.51})}, "thresholds", "alarm would be 0.51, and was 0.5."),
    ({"traffic": head(thresholds={})}, "thresholds", "alarm would be removed, and was 0.5."),
    ({"traffic": head(thresholds={"alarm": 0.5, "new": 1.0})}, "thresholds", "new would be 1.0, and was not set."),
    ({"traffic": head(pins=HEAD.pins | {"v1": {}})}, "other_versions", "The pins of v1 change."),
    (
        {"traffic": head(weights={"v1": 70, "v2": 25, "v0": 5})}, "other_versions", "v0 would have 5%, and had 0%.",
    ),
    ({"traffic": head(weights={"v1": 100, "v2": 25, "v0": 0})}, "other_versions", "v0 would have 0%, and had 0%."),
    (
        {"traffic": head(weights={"v1": 74, "v2": 26})}, "traffic_step",
        "v2 gains 26 points of the traffic; at most 25 are allowed.",
    ),
    (
        {"candidate": V2._replace(metrics=V2.metrics | {MAPE: 0.1225})}, "limit:mape:",
        "mape is 0.1225; with v1 at 0.12, 2% of its error worse is 0.1224, "
        "with v0 when it was approved at 0.12, 2% of its error worse is 0.1224.",
    ),
    ({"candidate": V2._replace(metrics=V2.metrics | {AUC: 0.84})}, "limit:auc:", "auc is 0.84; the limit is 0.85."),
    ({"candidate": V2._replace(metrics={MAPE: 0.12})}, "limit:auc:", "auc was not measured."),
    ({"terms": TERMS._replace(limits=[])}, "limits", "The standing approval has no limits."),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "name", "sentence"), CLOSED)
def test_each_difference_closes_the_lane_by_one_condition_that_says_the_values(changed, name, sentence):
    assert unmet(**changed) == {name: sentence}
    assert not is_covered(judged(**changed))


def test_what_has_nothing_to_compare_is_not_covered():
    alone = Traffic(Configuration({"v2": 100}, {"alarm": 0.5}), Configuration({"v2": 75}, {"alarm": 0.5}))
    assert (
        unmet(serving=[], traffic=alone)["comparable"] == "No other version has traffic, so v2 is compared with none."
    )
    empty = V2._replace(features={}, sources={}, computes={})
    nothing = unmet(candidate=empty, serving=[V1._replace(features={}, sources={}, computes={})])
    assert nothing == {"comparable": "v2 uses no registered features: nothing can be compared."}


def test_every_version_that_serves_is_compared():
    other = V1._replace(version="v0", features=V1.features | {"orders": "bbb"}, metrics=V1.metrics | {MAPE: 0.1})
    assert unmet(serving=[V1, other]) == {
        "features": "orders: v2 was trained on aaa, v0 bbb.",
        "limit:mape:": (
            "mape is 0.121; with v1 at 0.12, 2% of its error worse is 0.1224, with v0 at 0.1, 2% of its error worse is "
            "0.102, with v0 when it was approved at 0.12, 2% of its error worse is 0.1224."
        ),
    }
    assert {row.name: row.sentence for row in judged(serving=[V1, V1])}["comparable"] == "v2 is compared with v1, v1."


def test_a_feature_that_only_one_has_is_a_difference():
    missing = V2._replace(
        features={"orders": "aaa"}, sources={"orders": "orders version 1"}, computes={"orders": "aaa"}
    )
    assert unmet(candidate=missing) == {
        "features": "weather: v2 was trained on none, v1 ccc.",
        "sources": "weather: v2 reads none, v1 weather version 4.",
        "pins": "weather: v2 computes none, v1 ddd.",
    }


def test_another_recipe_is_covered_where_that_was_approved():
    changed = V2._replace(recipe={"code": "decaf"})
    (condition,) = [
        row for row in judged(terms=TERMS._replace(same_recipe=False), candidate=changed) if row.name == "recipe"
    ]
    assert condition.met
    assert condition.sentence == "The standing approval covers another code, container and hyperparameters."


def test_nightly_steps_that_are_each_within_the_limit_do_not_add_up():
    last_night = V1._replace(metrics=V1.metrics | {MAPE: 0.1224})
    tonight = V2._replace(metrics=V2.metrics | {MAPE: 0.1248})
    assert unmet(serving=[last_night], candidate=tonight, terms=TERMS._replace(baseline={MAPE: 0.1224})) == {}
    assert list(unmet(serving=[last_night], candidate=tonight)) == ["limit:mape:"]
    assert list(unmet(terms=TERMS._replace(baseline={}))) == ["limit:mape:"]


APPROVED = [
    # what was last approved, where it is not what serves; the conditions that are not met
    (Configuration({"v1": 100}, {"alarm": 0.5}, BASE.pins), []),
    (Configuration({"v1": 100}, {"alarm": 0.48}, BASE.pins), ["thresholds"]),
    (Configuration({"v1": 60, "v0": 40}, {"alarm": 0.5}, BASE.pins), ["other_versions"]),
    (Configuration({"v1": 100}, {"alarm": 0.5}), ["other_versions"]),
]


@pytest.mark.parametrize(("approved", "names"), APPROVED)
def test_small_changes_since_the_last_approval_are_not_approved_by_the_lane(approved, names):
    assert list(unmet(traffic=Traffic(HEAD, BASE, approved))) == names


def test_the_step_counts_from_what_serves_and_from_what_was_approved():
    base = Configuration({"v1": 70, "v2": 30}, {"alarm": 0.5}, HEAD.pins)
    more = Configuration({"v1": 45, "v2": 55}, {"alarm": 0.5}, HEAD.pins)
    assert unmet(traffic=Traffic(more, base)) == {}
    assert list(unmet(traffic=Traffic(more, base, HEAD._replace(weights={"v1": 80, "v2": 20})))) == ["traffic_step"]


# -- the law -----------------------------------------------------------------------------------------------------------------

VALUES = st.sampled_from(["aaa", "bbb"])
MAPS = {
    "features": st.fixed_dictionaries({"orders": VALUES}, optional={"weather": VALUES}),
    "sources": st.fixed_dictionaries({"orders": VALUES}, optional={"weather": VALUES}),
    "computes": st.fixed_dictionaries({"orders": VALUES}, optional={"weather": VALUES}),
    "recipe": st.fixed_dictionaries({"code": VALUES}),
    "checks": st.fixed_dictionaries({"main": VALUES}),
}
ERRORS = st.sampled_from([0.1, 0.12, 0.1224, 0.1225, 0.13])
RARE = st.sampled_from([False] * 9 + [True])


@st.composite
def worlds(draw):
    """A version that serves, a candidate that differs from it here and there, and what closes the lane, each seldom."""
    names = {"orders": "aaa", "weather": "bbb"}
    first = Side("v1", names, names, names, {"code": "aaa"}, {"main": "aaa"}, {MAPE: draw(ERRORS)})
    fields = {name: draw(values) for name, values in MAPS.items() if draw(RARE)}
    second = first._replace(version="v2", metrics={MAPE: draw(ERRORS)}, **fields)
    closed = {
        name: value
        for name, value in {
            "approver": "gone", "regulated": True, "in_steps": True, "alerts": ["a"], "overrides": ["o"], "overridden": ["x"],
        }.items()
        if draw(RARE)
    }  # fmt: skip
    points = draw(st.integers(1, 40))
    most = draw(st.integers(20, 40))
    alarm = 0.6 if draw(RARE) else 0.5
    policies = ["main v2"] if draw(RARE) else ["main v1"]
    return first, second, closed, points, most, alarm, policies


@hypothesis_settings(max_examples=300, deadline=None)
@given(worlds())
def test_a_change_is_covered_if_and_only_if_nothing_differs_and_all_limits_hold(world):
    first, second, closed, points, most, alarm, policies = world
    base = Configuration({"v1": 100}, {"alarm": 0.5})
    traffic = Traffic(Configuration({"v1": 100 - points, "v2": points}, {"alarm": alarm}), base)
    terms = Terms([Limit("mape", max_worse=0.02)], most, True, ["main v1"], "v1", {MAPE: 0.12})
    listed = conditions(terms, second, [first], traffic, Circumstances(policies=policies, **closed))
    same = first._replace(version="", metrics={}) == second._replace(version="", metrics={})
    within = second.metrics[MAPE] <= min(first.metrics[MAPE], 0.12) * 1.02 + 1e-12
    nothing_closes = not closed and policies == ["main v1"]
    assert is_covered(listed) == (same and within and nothing_closes and alarm == 0.5 and points <= most)
    assert is_covered(listed) == all(row.met for row in listed)
    assert all(row.sentence.endswith((".", "gone", "a", "o", "x")) for row in listed)


def test_a_version_that_would_not_serve_gains_nothing():
    left = Traffic(BASE, HEAD._replace(weights={"v1": 75, "v2": 25}))
    sentences = {row.name: row.sentence for row in judged(traffic=left)}
    assert sentences["traffic_step"] == "v2 gains -25 points of the traffic; at most 25 are allowed."


def test_what_is_promised_where_nothing_is_given():
    assert (fast_lane.LONGEST_DAYS, fast_lane.DEFAULT_DAYS, fast_lane.DEFAULT_POINTS) == (90, 30, 25)
    assert Terms([]).most_points == 25
