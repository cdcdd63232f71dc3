"""Teams, people and roles change by a named administrator, on record, or not at all."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people import actions
from platform_site.people.models import User
from tests.people import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def last_event() -> tuple:
    event = AuditEvent.objects.first()
    return event.actor, event.action, event.subject, event.content


def test_a_person_is_created_with_roles_teams_and_their_events(people, actor):
    actions.create_user(
        username="dana", password=PASSWORD, roles=["contributor"], teams=["forecasting"], actor=actor("admin")
    )
    dana = User.objects.get(username="dana")
    assert (dana.role_names, [str(m.team) for m in dana.memberships.all()]) == (["contributor"], ["forecasting"])
    assert (dana.is_staff, dana.is_superuser, dana.check_password(PASSWORD)) == (False, False, True)
    events = AuditEvent.objects.filter(subject="user:dana", actor="admin").order_by("sequence")
    assert [event.action for event in events] == ["user.created", "user.roles_changed", "user.teams_changed"]
    assert [(held.account, held.reason) for held in people["admin"].held_accounts.all()] == [(dana, "made")]
    assert PASSWORD not in str(list(AuditEvent.objects.values_list("payload")))


def test_every_fault_of_a_person_is_named_and_nobody_is_created(people):
    with pytest.raises(Invalid) as refused:
        actions.create_user(username="no body", password="short", roles=["king"], teams=["moon"], actor=SYSTEM)
    assert {fault.field for fault in refused.value.faults} == {"username", "password", "roles", "teams"}
    assert not User.objects.filter(username="no body").exists()


@pytest.mark.parametrize("name", ["", "x" * 151, "a b", "LEAD", "a\0b"])
def test_a_username_that_is_none_or_taken_is_refused(people, name):
    with pytest.raises(Invalid) as refused:
        actions.create_user(username=name, password=PASSWORD, actor=SYSTEM)
    assert {fault.field for fault in refused.value.faults} == {"username"}


def test_roles_change_what_a_person_is_and_what_the_log_says(people):
    actions.set_roles(people["viewer"], ["approver", "administrator"], actor=SYSTEM)
    people["viewer"].refresh_from_db()
    assert (people["viewer"].is_superuser, people["viewer"].is_staff) == (True, True)
    assert last_event() == (
        "system",
        "user.roles_changed",
        "user:viewer",
        {"from": ["viewer"], "to": ["administrator", "approver"]},
    )


def test_what_changes_nothing_is_no_event(people):
    before = AuditEvent.objects.count()
    actions.set_roles(people["viewer"], ["viewer"], actor=SYSTEM)
    actions.set_teams(people["viewer"], [], actor=SYSTEM)
    actions.set_active(people["viewer"], True, actor=SYSTEM)
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("who", ["viewer", "contributor", "approver", "lead"])
def test_nobody_but_an_administrator_changes_people(people, actor, who):
    me, before = actor(who), AuditEvent.objects.count()
    attempts = [
        lambda: actions.create_user(username="eve", password=PASSWORD, actor=me),
        lambda: actions.set_roles(people[who], [Role.ADMINISTRATOR], actor=me),
        lambda: actions.set_teams(people[who], ["forecasting"], actor=me),
        lambda: actions.set_active(people["admin"], False, actor=me),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert AuditEvent.objects.count() == before


def test_the_last_administrator_stays(people, actor):
    admin, me = people["admin"], actor("admin")
    with pytest.raises(Refused, match="last administrator"):
        actions.set_roles(admin, ["viewer"], actor=SYSTEM)
    with pytest.raises(Refused, match="last administrator"):
        actions.set_active(admin, False, actor=me)
    actions.set_roles(people["lead"], ["administrator"], actor=SYSTEM)
    actions.set_active(admin, False, actor=me)
    assert not User.objects.get(username="admin").is_active


def test_what_ended_with_an_account_does_not_come_back_with_it(people, browser_of, api):
    visitor, program = browser_of("viewer"), api("viewer")
    assert [visitor.get("/account/").status_code, program.get("/api/v1/teams/").status_code] == [200, 200]
    actions.set_active(User.objects.get(username="viewer"), False, actor=SYSTEM)
    assert [visitor.get("/account/").status_code, program.get("/api/v1/teams/").status_code] == [302, 401]
    actions.set_active(User.objects.get(username="viewer"), True, actor=SYSTEM)
    assert [visitor.get("/account/").status_code, program.get("/api/v1/teams/").status_code] == [302, 401]
    assert AuditEvent.objects.get(action="token.revoked").content["because"] == "deactivated"
    assert browser_of("viewer").get("/account/").status_code == 302, "the fixture's user is of the old generation"
    people["viewer"].refresh_from_db()
    assert browser_of("viewer").get("/account/").status_code == 200


@pytest.mark.parametrize(("roles", "token"), [(["viewer", "contributor"], 200), ([], 401), (["contributor"], 401)])
def test_other_roles_end_sessions_and_lost_ones_tokens_too(people, browser_of, api, roles, token):
    visitor, program = browser_of("viewer"), api("viewer")
    actions.set_roles(User.objects.get(username="viewer"), roles, actor=SYSTEM)
    assert [visitor.get("/account/").status_code, program.get("/api/v1/teams/").status_code] == [302, token]


def test_the_token_of_a_program_stays_with_other_roles_and_ends_with_the_account(bot):
    token = actions.issue_token(bot, actor=SYSTEM).token
    actions.set_roles(bot, ["viewer"], actor=SYSTEM)
    token.refresh_from_db()
    assert token.state == "active"
    actions.set_active(bot, False, actor=SYSTEM)
    token.refresh_from_db()
    assert token.state == "revoked"


def test_a_service_account_stays_in_one_team(people, bot):
    with pytest.raises(Invalid, match="exactly one team"):
        actions.set_teams(bot, [], actor=SYSTEM)
