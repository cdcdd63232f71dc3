"""What waits for another person: roles that decide, teams that own a policy, contributors of these."""

from __future__ import annotations

import pytest

from platform_site.access import Role
from platform_site.people.rules.powers import DECIDING_ROLES, Powers, held_back


@pytest.mark.parametrize("role", list(Role))
def test_the_roles_that_decide_wait(role):
    waits = held_back(Powers(set(), set()), Powers({role}, set()), set())
    assert waits.roles == ({role} & DECIDING_ROLES)


def test_what_somebody_has_already_or_loses_waits_for_nobody():
    before = Powers({"approver", "lead"}, {"risk"})
    assert not held_back(before, Powers({"approver"}, {"risk"}), {"risk"})
    assert not held_back(before, Powers(set(), set()), {"risk"})


def test_a_contributor_of_a_team_with_a_policy_waits_and_of_another_does_not():
    after = Powers({"contributor"}, {"risk"})
    assert held_back(Powers(set(), {"risk"}), after, {"risk"}) == Powers({"contributor"}, frozenset())
    assert not held_back(Powers(set(), {"risk"}), after, {"fraud"})
    assert held_back(Powers(set(), set()), after, {"risk"}) == Powers(frozenset(), {"risk"}), "the team is enough"
