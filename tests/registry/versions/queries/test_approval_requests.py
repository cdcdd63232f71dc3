"""Which requests wait for whom: in the inbox, and in the count that every page shows."""

from __future__ import annotations

import pytest

from platform_site.access import Actor, Role, actor_of
from platform_site.errors import Unknown
from platform_site.people.models import Membership, Team
from registry.versions.actions.approval_decisions import reject_request
from registry.versions.actions.policies import save_policy
from registry.versions.queries import approval_requests
from tests.registry.versions.approvals import ANN, AUC, LEA

pytestmark = pytest.mark.postgresql


@pytest.fixture
def of_risk(people):
    """Risk's policy for every team's models, which one of its own wants looser."""
    risk = Team.objects.create(slug="risk", name="Risk")
    Membership.objects.create(user=people["approver"], team=risk)
    save_policy(name="fair_lending", owner_team="risk", checks=[AUC], actor=LEA)
    rita = Actor("rita", frozenset({Role.CONTRIBUTOR}), frozenset({"risk"}))
    return save_policy(
        name="fair_lending", owner_team="risk", checks=[AUC | {"threshold": 0.1}], reason="x", actor=rita
    )


def titles(rows):
    return [row.title for row in rows]


def test_a_request_waits_until_it_is_decided(loosened):
    assert titles(approval_requests.waiting()) == ["Loosen policy floor"]
    assert approval_requests.approval_request(loosened.pk) == loosened
    reject_request(loosened, actor=ANN)
    assert not approval_requests.waiting().exists()
    assert approval_requests.approval_requests().count() == 1
    with pytest.raises(Unknown, match="no approval request 99"):
        approval_requests.approval_request(99)


@pytest.mark.parametrize(
    ("actor", "decides"),
    [
        (ANN, True), (Actor("leo", frozenset({Role.LEAD})), False), (Actor("adam", frozenset({Role.ADMINISTRATOR})), False),
        (Actor("lea", frozenset({Role.APPROVER})), False), (Actor("ci", frozenset({Role.APPROVER}), is_service=True), False),
        (Actor("ann", frozenset({Role.APPROVER}), holds=frozenset({"lea"})), False),
    ],
)  # fmt: skip
def test_an_approver_decides_about_the_requests_of_others(loosened, actor, decides):
    assert bool(approval_requests.awaiting_decision_of(actor)) == decides


@pytest.mark.parametrize(
    ("roles", "teams", "decides"),
    [
        ({Role.APPROVER}, {"risk"}, True), ({Role.LEAD}, {"risk"}, True), ({Role.CONTRIBUTOR}, {"risk"}, False),
        ({Role.APPROVER, Role.LEAD, Role.ADMINISTRATOR}, {"forecasting"}, False),
    ],
)  # fmt: skip
def test_a_policy_for_others_is_decided_in_its_own_team(of_risk, roles, teams, decides):
    actor = Actor("ann", frozenset(roles), frozenset(teams))
    assert bool(approval_requests.awaiting_decision_of(actor)) == decides


def test_the_count_of_a_person_is_that_of_their_inbox(of_risk, people):
    save_policy(name="floor", checks=[AUC], actor=LEA)
    save_policy(name="floor", checks=[AUC | {"threshold": 0.1}], reason="x", actor=LEA)
    for name, expected in (
        ("approver", ["Loosen policy fair_lending", "Loosen policy floor"]), ("lead", []), ("contributor", []), ("admin", []),
    ):  # fmt: skip
        user = type(people[name]).objects.get(pk=people[name].pk)
        by_id = approval_requests.awaiting_decision_of_user(user.pk, name, ())
        assert sorted(titles(by_id)) == expected
        assert sorted(titles(approval_requests.awaiting_decision_of(actor_of(user)))) == expected
    held = approval_requests.awaiting_decision_of_user(people["approver"].pk, "approver", ("lea", "rita"))
    assert not held.exists()
    assert not approval_requests.awaiting_decision_of_user(people["approver"].pk, "rita", ("lea",)).exists()
