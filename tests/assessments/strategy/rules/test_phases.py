"""What each kind of plan builds before the facts of an organization are known."""

from __future__ import annotations

import pytest

from assessments.organizations.rules.catalogue import CAPABILITIES
from assessments.strategy.rules.phases import (
    AFTER_INCIDENTS,
    EASES,
    PHASE_1,
    PROJECT_LEVEL,
    REGULATED,
    SUCCESS,
    Kind,
    core_of,
)


@pytest.mark.parametrize(
    ("kind", "core"),
    [
        (Kind.PROJECT_LEVEL, PROJECT_LEVEL),
        (Kind.PHASE_1, PHASE_1),
        (Kind.PHASE_1_REGULATED, PHASE_1 + REGULATED),
        (Kind.NEXT_LEVEL, ()),
    ],
)
def test_the_core_of_a_plan(kind, core):
    assert core_of(kind) == core


@pytest.mark.parametrize("kind", Kind)
def test_a_plan_builds_each_capability_once_and_says_what_its_success_is(kind):
    capabilities = [core.capability for core in core_of(kind)]
    assert len(set(capabilities)) == len(capabilities)
    assert set(capabilities) <= set(CAPABILITIES)
    assert SUCCESS[kind].endswith(".")


def test_what_is_built_after_incidents_is_in_the_catalogue_and_what_eases_is_in_phase_1():
    assert {core.capability for core in AFTER_INCIDENTS} <= set(CAPABILITIES)
    assert {core.capability for core in PHASE_1} >= EASES


def test_regulation_adds_to_phase_1_and_repeats_nothing():
    assert not {core.capability for core in PHASE_1} & {core.capability for core in REGULATED}
