"""Which overrides are in force, wait, or cover a feature: with two versions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Unknown
from registry.versions.actions.overrides import approve_override, reject_override, request_override
from registry.versions.queries import overrides
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.postgresql
ANN = Actor("ann", frozenset({Role.APPROVER}), frozenset())


@pytest.fixture
def requested(in_production, second, cora):
    """A request for each of the two versions."""
    register(FIXED, cora)
    ends = timezone.now() + timedelta(days=1)
    return [request_override(version, reason="x", expires_at=ends, actor=cora) for version in (in_production, second)]


def test_waiting_in_force_and_rejected_are_apart(requested):
    approve_override(requested[0], actor=ANN)
    assert list(overrides.waiting()) == [requested[1]]
    assert list(overrides.in_force()) == [requested[0]]
    reject_override(requested[1], actor=ANN)
    assert (list(overrides.waiting()), list(overrides.in_force())) == ([], [requested[0]])
    assert list(overrides.overrides()) == requested[::-1]


def test_in_force_ends_at_the_moment_of_expiry(requested):
    approve_override(requested[0], actor=ANN)
    ends = requested[0].expires_at
    assert list(overrides.in_force(at=ends - timedelta(seconds=1))) == [requested[0]]
    assert list(overrides.in_force(at=ends)) == []


def test_each_version_has_its_own(requested, in_production, second):
    approve_override(requested[0], actor=ANN)
    assert list(overrides.overrides_of(second)) == [requested[1]]
    assert [override.id for override in overrides.approved_overrides(in_production)] == [requested[0].pk]
    assert overrides.approved_overrides(second) == []
    assert overrides.keys_in_force([in_production, second]) == {in_production.pk: set(requested[0].keys)}


def test_a_feature_is_covered_by_its_whole_name(requested, cora):
    approve_override(requested[0], actor=ANN)
    other = register(FIXED, cora, name="orders_3").version.feature
    covered = register(FIXED, cora).version.feature
    assert overrides.of_feature(covered) == [requested[0]]
    assert overrides.of_feature(other) == []


def test_an_unknown_override_is_named(db):
    with pytest.raises(Unknown, match="There is no override 99"):
        overrides.override(99)
