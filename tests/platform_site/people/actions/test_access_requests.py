"""A role or team that decides about others waits for another person, and is on record from asking to ending."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from platform_site.access import SYSTEM, Role, actor_of
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people import actions, queries
from platform_site.people.models import AccessRequest, Team, User
from registry.versions.actions.policies import save_policy

pytestmark = pytest.mark.django_db
MAPE = {"metric": "mape", "operator": "<=", "threshold": 0.15}


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def waiting(people, actor):
    return actions.set_roles(people["viewer"], ["viewer", "approver"], actor=actor("admin"))


@pytest.fixture
def ada(people):
    """A second administrator."""
    return actor_of(
        actions.create_user(
            username="ada", password="a plumb line hangs true", roles=[Role.ADMINISTRATOR], actor=SYSTEM
        )
    )


@pytest.mark.parametrize("role", ["approver", "lead", "administrator"])
def test_a_role_that_decides_waits_and_the_others_are_given(people, actor, role):
    request = actions.set_roles(people["viewer"], ["contributor", role], actor=actor("admin"))
    assert (request.roles, request.teams, request.requested_by) == ([role], [], "admin")
    assert people["viewer"].role_names == ["contributor"]
    event = AuditEvent.objects.filter(action="access_request.requested").get()
    assert (event.subject, event.content["roles"]) == ("user:viewer", [role])


def test_another_person_approves_it_and_both_are_named(waiting, people, actor, ada):
    for who in (actor("approver"), ada):
        assert actor_of(fresh(people["viewer"])).roles == {"viewer"}, who
    actions.approve_access(waiting, reason=" I know her. ", actor=actor("approver"))
    assert fresh(people["viewer"]).role_names == ["approver", "viewer"]
    approval = AuditEvent.objects.get(action="access_request.approved")
    assert (approval.actor, approval.content["requested_by"], approval.content["reason"]) == (
        "approver",
        "admin",
        "I know her.",
    )
    changed = AuditEvent.objects.filter(action="user.roles_changed", subject="user:viewer").first()
    assert (changed.actor, changed.content) == ("approver", {"from": ["viewer"], "to": ["approver", "viewer"]})


@pytest.mark.parametrize("decide", [actions.approve_access, actions.reject_access])
@pytest.mark.parametrize("who", ["admin", "lead", "contributor", "viewer"])
def test_neither_who_asked_nor_who_gets_it_nor_who_has_no_word_decides(waiting, actor, decide, who):
    with pytest.raises(NotAllowed):
        decide(waiting, actor=actor(who))
    assert AccessRequest.objects.get().state == AccessRequest.State.WAITING


@pytest.mark.parametrize("decide", [actions.approve_access, actions.reject_access])
def test_who_could_be_somebody_else_does_not_decide(waiting, actor, decide):
    for others, code in ({"password_known": True}, "password_known"), ({"holds": frozenset({"admin"})}, "own_request"):
        with pytest.raises(NotAllowed) as refused:
            decide(waiting, actor=replace(actor("approver"), **others))
        assert refused.value.code == code


def test_who_made_the_account_does_not_decide_about_it(people, actor, ada):
    made = actions.create_user(username="eve", password="a plumb line hangs true", actor=ada)
    request = actions.set_roles(made, ["approver"], actor=actor("admin"))
    with pytest.raises(NotAllowed):
        actions.approve_access(request, actor=actor_of(fresh(User.objects.get(username="ada"))))


def test_the_same_wish_waits_once_and_is_decided_once(waiting, people, actor):
    assert actions.set_roles(people["viewer"], ["viewer", "approver"], actor=actor("admin")) == waiting
    actions.reject_access(waiting, actor=actor("approver"))
    with pytest.raises(Refused) as refused:
        actions.approve_access(AccessRequest.objects.get(), actor=actor("approver"))
    assert refused.value.code == "access_request_decided"
    assert fresh(people["viewer"]).role_names == ["viewer"]


def test_who_asked_withdraws_and_nobody_else(waiting, actor):
    with pytest.raises(NotAllowed, match="Only admin"):
        actions.withdraw_access(waiting, actor=actor("approver"))
    actions.withdraw_access(waiting, actor=actor("admin"))
    assert AccessRequest.objects.get().state == AccessRequest.State.WITHDRAWN


def test_nobody_decides_what_has_expired_and_the_end_is_on_record(waiting, actor):
    AccessRequest.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Refused, match="has expired"):
        actions.approve_access(AccessRequest.objects.get(), actor=actor("approver"))
    assert (actions.expire_access_requests(), actions.expire_access_requests()) == (1, 0)
    assert AuditEvent.objects.get(action="access_request.expired").actor == "system"


def test_a_deactivated_account_gets_nothing_and_a_reason_has_an_end(waiting, people, actor):
    with pytest.raises(Invalid, match="4,001 characters"):
        actions.approve_access(waiting, reason="x" * 4001, actor=actor("approver"))
    actions.set_active(people["viewer"], False, actor=actor("admin"))
    with pytest.raises(Refused, match="is deactivated"):
        actions.approve_access(AccessRequest.objects.get(), actor=actor("approver"))


@pytest.fixture
def risk(people):
    """A team that owns a policy."""
    actions.create_team(slug="risk", name="Risk", actor=SYSTEM)
    save_policy(name="fair", owner_team="risk", checks=[MAPE], actor=SYSTEM)
    return Team.objects.get(slug="risk")


def test_membership_of_a_team_that_owns_a_policy_waits(risk, people, actor):
    assert queries.policy_teams() == {"risk"}
    request = actions.set_teams(people["viewer"], ["risk", "forecasting"], actor=actor("admin"))
    assert (request.teams, fresh(people["viewer"]).memberships.get().team.slug) == (["risk"], "forecasting")
    actions.approve_access(request, actor=actor("approver"))
    assert {str(row.team) for row in people["viewer"].memberships.all()} == {"risk", "forecasting"}
    more = actions.set_roles(people["viewer"], ["viewer", "contributor"], actor=actor("admin"))
    assert more.roles == ["contributor"], "a contributor of that team changes its policy"


def test_a_program_stays_in_its_team_until_the_other_is_approved(risk, bot, actor):
    request = actions.set_teams(bot, ["risk"], actor=actor("admin"))
    assert [str(row.team) for row in bot.memberships.all()] == ["forecasting"]
    actions.approve_access(request, actor=actor("approver"))
    assert [str(row.team) for row in bot.memberships.all()] == ["risk"]


def test_the_database_says_no_where_somebody_goes_past_the_actions(waiting):
    decided = {"state": "approved", "decided_at": timezone.now()}
    for name in ("admin", "", "system"):
        with pytest.raises(IntegrityError, match="access_request_decided_by_another_person"), transaction.atomic():
            AccessRequest.objects.update(decided_by=name, **decided)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_eight_decisions_at_once_one_counts(waiting, actor):
    start, ends, me = Barrier(8), [], actor("approver")

    def decide(action) -> None:
        start.wait()
        try:
            action(AccessRequest.objects.get(pk=waiting.pk), actor=me)
            ends.append(action)
        except Refused:
            pass
        finally:
            connection.close()

    deciders = [actions.approve_access, actions.reject_access] * 4
    threads = [Thread(target=decide, args=(action,)) for action in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 1


def test_commands_and_the_provider_need_nobody_else(people):
    assert actions.set_roles(people["viewer"], list(Role), actor=SYSTEM) is None
    assert set(people["viewer"].role_names) == set(Role)
