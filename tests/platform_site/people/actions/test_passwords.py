"""A forgotten password: a link for who decides nothing, a command for everybody, each on record."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from platform_site.access import SYSTEM, actor_of
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed, Refused
from platform_site.people import actions
from platform_site.people.actions.passwords import make_password_link, set_password
from platform_site.people.models import User
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "another line hangs too"


def typed(monkeypatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_link_sets_a_password_once_and_ends_what_was_open(people, actor, client, browser_of, api):
    visitor, program = browser_of("viewer"), api("viewer")
    path = make_password_link(people["viewer"], actor=actor("admin"))
    page = client.get(path, follow=True)
    form = page.redirect_chain[-1][0]
    assert page.status_code == 200
    assert client.post(form, {"new_password1": NEW, "new_password2": NEW}).url == "/login/"
    people["viewer"].refresh_from_db()
    assert people["viewer"].check_password(NEW)
    event = AuditEvent.objects.get(action="user.password_changed")
    assert (event.actor, event.content) == ("viewer", {"by": "link"})
    assert [visitor.get("/account/").status_code, program.get("/api/v1/teams/").status_code] == [302, 401]
    assert "was used, has expired" in client.get(path, follow=True).content.decode()


@pytest.mark.parametrize("who", ["approver", "lead"])
def test_nobody_gets_the_password_of_who_decides_about_others(people, actor, who):
    with pytest.raises(Refused, match="people password") as refused:
        make_password_link(people[who], actor=actor("admin"))
    assert refused.value.code == "decides_about_others"


def test_nobody_but_another_administrator_makes_one_and_it_holds_the_account(people, actor):
    for who in ("lead", "viewer", "approver"):
        with pytest.raises(NotAllowed):
            make_password_link(people["viewer"], actor=actor(who))
    with pytest.raises(NotAllowed, match="your own"):
        make_password_link(people["admin"], actor=actor("admin"))
    make_password_link(people["contributor"], actor=actor("admin"))
    holder = actor_of(User.objects.get(username="admin"))
    assert holder.holds == {"contributor"}
    assert AuditEvent.objects.get(action="user.password_link_made").actor == "admin"


def test_a_program_and_who_is_kept_out_have_none(people, actor, bot):
    actions.set_active(people["viewer"], False, actor=SYSTEM)
    for account in (bot, people["viewer"]):
        with pytest.raises(Refused) as refused:
            make_password_link(account, actor=actor("admin"))
        assert refused.value.code == "no_password"


def test_the_page_shows_the_link_once(people, browser_of):
    visitor = browser_of("admin")
    page = visitor.post("/account/sign-ins/", {"username": "viewer"}).content.decode()
    assert "/password/reset/" in page
    assert "/password/reset/" not in visitor.get("/account/sign-ins/").content.decode()
    assert "decides about others" in visitor.post("/account/sign-ins/", {"username": "approver"}).content.decode()
    assert browser_of("lead").post("/account/sign-ins/", {"username": "viewer"}).status_code == 403


def test_the_first_administrator_is_on_record(db, monkeypatch, capsys):
    typed(monkeypatch, f"{PASSWORD}\n")
    call_command("people", "add", "ada", "--role", "administrator")
    ada = User.objects.get(username="ada")
    assert (ada.is_superuser, ada.check_password(PASSWORD)) == (True, True)
    events = AuditEvent.objects.filter(subject="user:ada").order_by("sequence")
    assert list(events.values_list("actor", "action")) == [("system", "user.created"), ("system", "user.roles_changed")]
    assert "ada is added" in capsys.readouterr().out


def test_the_command_sets_a_password_and_ends_what_was_open(people, monkeypatch, browser_of, api):
    visitor, program = browser_of("approver"), api("approver")
    typed(monkeypatch, f"{NEW}\n")
    call_command("people", "password", "approver")
    people["approver"].refresh_from_db()
    assert people["approver"].check_password(NEW)
    assert AuditEvent.objects.filter(action="user.password_set", actor="system", subject="user:approver").exists()
    assert [visitor.get("/account/").status_code, program.get("/api/v1/teams/").status_code] == [302, 401]


@pytest.mark.parametrize(
    ("arguments", "text", "sentence"),
    [
        (("add", "viewer"), PASSWORD, "viewer"),
        (("add", "eve", "--role", "king"), PASSWORD, "king is not one of the roles"),
        (("add", "eve"), "short", "too short"),
        (("password", "viewer"), "short", "too short"),
        (("password", "ghost"), PASSWORD, "There is no user ghost"),
        (("reset-lock", "ghost"), "", "There is no user ghost"),
        (("password", "ci-bot"), PASSWORD, "service account"),
    ],
)
def test_what_is_refused_changes_nothing(bot, monkeypatch, arguments, text, sentence):
    before = AuditEvent.objects.count()
    typed(monkeypatch, f"{text}\n")
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("people", *arguments)
    assert (refused.value.returncode, AuditEvent.objects.count()) == (2, before)


@pytest.mark.parametrize(
    ("command", "ours"), [("createsuperuser", "people add"), ("changepassword", "people password")]
)
def test_djangos_own_commands_name_ours_and_change_nothing(people, command, ours):
    before = AuditEvent.objects.count(), User.objects.count()
    with pytest.raises(CommandError, match=f"manage.py {ours}"):
        call_command(command, "admin")
    assert (AuditEvent.objects.count(), User.objects.count()) == before


def test_only_a_shell_sets_the_password_of_another(people, actor):
    with pytest.raises(NotAllowed):
        set_password(people["viewer"], NEW, actor=actor("admin"))
