"""A program's name: with a team, roles and tokens; no password, no approval, no rights over people."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from platform_site.access import SYSTEM, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from platform_site.people import actions
from platform_site.people.models import User
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
URL = "/api/v1/service-accounts/"
ADMIN = ("read", "write", "admin")
GIVEN = {"name": "ci-bot", "team": "forecasting", "roles": ["contributor"]}


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"roles": ["approver"]}, "roles"),
        ({"roles": ["contributor", "administrator"]}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"team": "moon"}, "team"),
        ({"name": "no name"}, "name"),
        ({"name": "LEAD"}, "name"),
    ],
)
def test_what_a_program_cannot_be_is_refused_by_name(people, value, field):
    with pytest.raises(Invalid) as refused:
        actions.create_service_account(**GIVEN | value, actor=SYSTEM)
    assert {fault.field for fault in refused.value.faults} == {field}
    assert not User.objects.filter(is_service=True).exists()


@pytest.mark.parametrize("who", ["viewer", "contributor", "approver", "lead"])
def test_the_actions_themselves_let_administrators_alone(actor, bot, who):
    for refused in (
        lambda: actions.create_service_account(**GIVEN | {"name": "eve"}, actor=actor(who)),
        lambda: actions.change_service_account(bot, roles=["viewer"], actor=actor(who)),
    ):
        with pytest.raises(NotAllowed):
            refused()


@pytest.mark.parametrize("role", [Role.APPROVER, Role.ADMINISTRATOR])
def test_it_gets_no_such_role_later_either(bot, role):
    for change in (
        actions.set_roles,
        lambda who, roles, actor: actions.change_service_account(who, roles=roles, actor=actor),
    ):
        with pytest.raises(Invalid, match="cannot be an approver"):
            change(bot, [role], actor=SYSTEM)


@pytest.mark.parametrize("teams", [[], ["forecasting", "data-platform"]])
def test_it_belongs_to_one_team(bot, teams):
    with pytest.raises(Invalid, match="exactly one team"):
        actions.set_teams(bot, teams, actor=SYSTEM)


@pytest.mark.parametrize("who", ["viewer", "contributor", "approver", "lead"])
def test_only_administrators_see_and_make_them(api, actor, bot, who):
    caller = api(who, ADMIN)
    answers = [caller.get(URL), caller.get(f"{URL}ci-bot/"), caller.post(URL, GIVEN | {"name": "eve"}, format="json")]
    answers.append(caller.patch(f"{URL}ci-bot/", {"active": False}, format="json"))
    assert [answer.status_code for answer in answers] == [403] * 4
    with pytest.raises(NotAllowed):
        actions.change_service_account(bot, active=False, actor=actor(who))


def test_no_password_opens_the_door_even_if_somebody_wrote_one_down(bot, client, lifted_triggers):
    assert client.post("/login/", {"username": "ci-bot", "password": "x"}).status_code == 200
    bot.set_password(PASSWORD)
    with pytest.raises(IntegrityError, match="service_account_never_signs_in"), transaction.atomic():
        bot.save(update_fields=["password"])
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=bot.pk).update(is_superuser=True)
    assert client.post("/login/", {"username": "ci-bot", "password": PASSWORD}).status_code == 200
    client.force_login(bot)
    assert client.get("/").status_code == 302, "a session that somebody forged for it is none"


def test_it_works_for_its_team_with_a_token_from_the_command(bot, capsys):
    call_command("token", "ci-bot", "--scope", "write", "--scope", "read")
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {capsys.readouterr().out.strip()}")
    model = {"model_type": "regression", "serving_mode": "batch", "description": "By a pipeline."}
    own = caller.post("/api/v1/models/", model | {"name": "eta", "owner_team": "forecasting"}, format="json")
    other = caller.post("/api/v1/models/", model | {"name": "eta2", "owner_team": "data-platform"}, format="json")
    assert [own.status_code, other.status_code] == [201, 403]
    assert AuditEvent.objects.filter(actor="ci-bot", action="model.added").exists()
