"""What a change of serving is, and when somebody else has to look at it."""

from __future__ import annotations

import doctest

import pytest

from registry.serving.rules import configuration, rollout
from registry.serving.rules.configuration import Configuration, deployed, digest, impact, shared

BASE = Configuration({"v1": 75, "v2": 25}, {"alarm": 0.5, "off": 0.0}, {"v1": {"orders": "aaa"}})


@pytest.mark.parametrize("module", [configuration, rollout])
def test_its_examples_run(module):
    assert doctest.testmod(module).failed == 0


CHANGES = [
    # what is asked, its impact, why
    ({"percent": 49}, 96, "24 points more are let through"),
    ({"percent": 50}, 100, "25 points more are held"),
    ({"percent": 100}, 300, "75 points more"),
    ({"percent": 1}, 96, "24 points go back to the other one"),
    ({"percent": 0}, 100, "25 points go back to the other one, which is as much as giving them"),
    ({"thresholds": {"alarm": 0.549}}, 98, "9.8 % of itself"),
    ({"thresholds": {"alarm": 0.55}}, 100, "10 % upwards"),
    ({"thresholds": {"alarm": 0.45}}, 100, "10 % downwards"),
    ({"thresholds": {"alarm": -0.5}}, 2000, "the other sign"),
    ({"thresholds": {"alarm": 1e308}}, 1_000_000, "farther than any number of digits tells"),
    ({"thresholds": {"alarm": 0.5 + 1e-16}}, 0, "nearer than any number of digits tells"),
    ({"thresholds": {"off": 0.001}}, 100, "away from 0 no share tells how far"),
    ({"thresholds": {"alarm": None}}, 100, "a threshold that is gone alarms nobody"),
    ({"thresholds": {"new": 1}}, 100, "a threshold that nobody saw"),
    ({"pins": {"orders": "bbb"}}, 100, "a pin that is new for v2"),
]


@pytest.mark.parametrize(("requested", "score", "why"), CHANGES)
def test_the_impact_is_that_of_its_largest_part(requested, score, why):
    result = impact(BASE, deployed(BASE, "v2", **requested))
    assert result.score == score, why
    assert result.needs_approval == (score >= 100)
    assert all(part.sentence.endswith(".") for part in result.parts)


def test_no_two_numbers_are_too_far_apart_to_compare():
    ends = (5e-324, 1e-300, 1.0, 1e300, 1.7976931348623157e308)
    for before in ends:
        for after in ends:
            result = impact(Configuration(thresholds={"a": before}), Configuration(thresholds={"a": after}))
            assert result.needs_approval == (before != after)


@pytest.mark.parametrize("after", ["bbb", None])
def test_a_pin_moved_or_lifted_is_a_feature_version_change(after):
    assert impact(BASE, deployed(BASE, "v1", pins={"orders": after})).needs_approval


def test_the_first_version_and_every_new_one_is_a_model_version_change():
    assert impact(Configuration(), deployed(Configuration(), "v1", percent=1)).needs_approval
    assert impact(BASE, deployed(BASE, "v3", percent=1)).needs_approval


def test_slices_that_are_each_small_are_held_against_the_last_approved_one():
    approved = Configuration({"v1": 80, "v2": 20})
    served = deployed(approved, "v2", percent=44)
    assert not impact(approved, served).needs_approval
    again = deployed(served, "v2", percent=60)
    assert not impact(served, again).needs_approval
    result = impact(served, again, approved)
    assert result.needs_approval
    assert result.parts[0].sentence == "Since the last approval: v2 goes from 20% to 60% of the traffic."


def test_what_serves_counts_too_where_the_last_approved_one_is_near():
    approved = Configuration({"v1": 50, "v2": 50})
    served = Configuration({"v1": 73, "v2": 27})
    assert impact(served, Configuration({"v1": 48, "v2": 52}), approved).needs_approval


def test_names_that_are_left_out_stay():
    head = deployed(BASE, "v2", thresholds={"alarm": 0.51})
    assert head.thresholds == {"alarm": 0.51, "off": 0.0}
    assert (head.weights, head.pins) == (BASE.weights, BASE.pins)


def test_pins_of_a_version_that_serves_no_more_are_no_content():
    head = deployed(BASE, "v2", percent=100)
    assert head.as_dict() == {"weights": {"v2": 100}, "thresholds": {"alarm": 0.5, "off": 0.0}, "pins": {}}


@pytest.mark.parametrize(
    ("before", "total", "after"),
    [
        ({"a": 60, "b": 40}, 50, {"a": 30, "b": 20}), ({"a": 99, "b": 1}, 10, {"a": 10}), ({}, 50, {}),
        ({"a": 50, "b": 50}, 75, {"a": 38, "b": 37}), ({"a": 5}, 0, {}),
    ],
)  # fmt: skip
def test_what_remains_is_shared_as_it_was_in_whole_points(before, total, after):
    assert shared(before, total) == after


def test_the_digest_is_of_base_content_and_plan():
    names = {digest(BASE, base=1), digest(BASE, base=2), digest(BASE, base=None), digest(BASE, base=1, plan=[])}
    assert len(names | {digest(deployed(BASE, "v2", percent=26), base=1)}) == 5
    assert digest(BASE._replace(weights={"v2": 25, "v1": 75}), base=1) == digest(BASE, base=1)
    assert digest(BASE._replace(weights={"v2": 25, "v1": 75, "v3": 0}), base=1) != digest(BASE, base=1)  # a shadow


SHADOWS = [
    # the version at 0%, what is said of it, what then serves, the impact
    ("v3", None, {"v1": 75, "v2": 25, "v3": 0, "s": 0}, 100),
    ("v3", True, {"v1": 75, "v2": 25, "v3": 0, "s": 0}, 100),
    ("v3", False, {"v1": 75, "v2": 25, "s": 0}, 0),
    ("s", None, {"v1": 75, "v2": 25, "s": 0}, 0),
    ("s", False, {"v1": 75, "v2": 25}, 0),
    ("v2", None, {"v1": 100, "s": 0}, 100),
    ("v2", False, {"v1": 100, "s": 0}, 100),
    ("v2", True, {"v1": 100, "v2": 0, "s": 0}, 100),
]


@pytest.mark.parametrize(("version", "shadow", "weights", "score"), SHADOWS)
def test_at_0_a_version_runs_as_shadow_or_leaves(version, shadow, weights, score):
    base = BASE._replace(weights=BASE.weights | {"s": 0})
    head = deployed(base, version, percent=0, shadow=shadow)
    assert (head.weights, impact(base, head).score) == (weights, score)
    assert head.with_traffic | head.shadows == head.weights
    assert "s" not in head.with_traffic


def test_pins_of_a_shadow_are_content():
    head = deployed(BASE, "v3", percent=0, pins={"orders": "bbb"})
    assert head.as_dict()["pins"]["v3"] == {"orders": "bbb"}
    assert {part.kind for part in impact(BASE, head).parts} == {"version", "pin"}
