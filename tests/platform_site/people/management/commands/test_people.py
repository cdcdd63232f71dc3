"""The command that adds people and sets passwords, on record."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from platform_site.audit.models import AuditEvent
from platform_site.people.models import User
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "another line hangs too"


def typed(monkeypatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


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
