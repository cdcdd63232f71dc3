"""Too many wrong passwords: who is kept out, from where, for how long, and what the log says of it."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed
from platform_site.people.actions import door
from platform_site.people.devices import COOKIE
from platform_site.people.models import SignInFailure
from platform_site.people.rules.door import LIMITS, Scope
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(username: str, password: str = PASSWORD, *, at: str = "192.0.2.7", by: Client | None = None, through: str = ""):  # fmt: skip
    headers = {"X-Forwarded-For": through} if through else {}
    visitor = by or Client()
    return visitor.post("/login/", {"username": username, "password": password}, REMOTE_ADDR=at, headers=headers)


def locks() -> list[tuple[str, dict]]:
    return [(event.subject, event.content) for event in AuditEvent.objects.filter(action="user.locked_out")]


def test_ten_failures_shut_out_that_name_from_that_address_and_no_other(people):
    for _ in range(12):
        sign_in("viewer", "wrong")
    shut = sign_in("viewer")
    assert (shut.status_code, int(shut["Retry-After"]) > 890) == (429, True)
    assert "Try again in 15 minutes" in shut.content.decode()
    assert [sign_in("viewer", at="192.0.2.8").status_code, sign_in("lead").status_code] == [302, 302]
    ((subject, content),) = locks()
    assert subject == "user:viewer"
    assert content | {"failure": 0} == {
        "by": "name and address", "address": "192.0.2.7", "known_device": False, "failures": 10, "within_minutes": 15, "failure": 0,
    }  # fmt: skip
    assert SignInFailure.objects.count() == 10, "what is not looked at is not counted"


def test_behind_a_proxy_strangers_keep_nobody_else_out(people, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(12):
        sign_in("admin", "wrong", at="10.0.0.1", through=f"203.0.113.{number}, 198.51.100.66")
    assert sign_in("admin", at="10.0.0.1", through="198.51.100.66").status_code == 429
    assert sign_in("admin", at="10.0.0.1", through="198.51.100.7").status_code == 302
    ((_, content),) = locks()
    assert content["address"] == "198.51.100.66", "and not what the stranger wrote into the header"


def test_the_networks_of_proxies_may_be_named_instead(people, settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    sign_in("admin", "wrong", at="10.0.0.1", through="203.0.113.9, 198.51.100.66, 10.2.2.2")
    assert SignInFailure.objects.get().address == "198.51.100.66"


def test_guesses_from_everywhere_slow_a_name_down_and_keep_no_known_device_out(people):
    own = Client()
    assert sign_in("admin", by=own).status_code == 302
    assert own.cookies[COOKIE]["httponly"]
    own.post("/logout/")
    for number in range(LIMITS[Scope.NAME]):
        sign_in("admin", "wrong", at=f"203.0.113.{number}")
    slowed = sign_in("admin", at="203.0.113.200")
    assert (slowed.status_code, int(slowed["Retry-After"]) <= 1) == (429, True)
    assert sign_in("admin", by=own).status_code == 302
    SignInFailure.objects.update(at=timezone.now() - timedelta(seconds=2))
    assert sign_in("admin", at="203.0.113.200").status_code == 302, "a delay, not a lock"
    assert [content["by"] for _, content in locks()] == ["name"]


def test_a_known_device_is_held_by_its_own_failures(people):
    own = Client()
    sign_in("admin", by=own)
    own.post("/logout/")
    for _ in range(LIMITS[Scope.PAIR]):
        sign_in("admin", "wrong", by=own)
    assert sign_in("admin", by=own).status_code == 429
    own.cookies[COOKIE] = "admin:forged"
    assert sign_in("admin", by=own).status_code == 302


def test_a_device_is_known_for_one_name(people):
    own = Client()
    sign_in("viewer", by=own)
    own.post("/logout/")
    sign_in("admin", "wrong", by=own)
    assert SignInFailure.objects.get().source == "address:192.0.2.7"


def test_one_address_guesses_at_many_names_for_a_while_only(people):
    for number in range(LIMITS[Scope.ADDRESS] + 5):
        last = sign_in(f"nobody-{number}", "wrong")
    assert last.status_code == 429
    assert sign_in("viewer").status_code == 429
    assert [(subject, content["by"]) for subject, content in locks()] == [("user:unknown", "address")]
    assert SignInFailure.objects.filter(user=None).count() == LIMITS[Scope.ADDRESS]


def test_a_network_of_64_bits_is_one_address(people):
    for number in range(LIMITS[Scope.PAIR]):
        sign_in("viewer", "wrong", at=f"2001:db8::{number + 1:x}")
    assert sign_in("viewer", at="2001:db8::ffff").status_code == 429
    assert sign_in("viewer", at="2001:db8:0:1::1").status_code == 302


def test_no_failure_is_an_event_and_no_text_of_the_form_is_stored(people):
    before = AuditEvent.objects.count()
    sign_in("my-password-in-the-wrong-field", "x")
    sign_in("Viewer", "wrong-secret")
    assert AuditEvent.objects.count() == before
    stored = str(list(SignInFailure.objects.values_list()))
    assert "my-password" not in stored
    assert "wrong-secret" not in stored
    assert [row.user and row.user.username for row in SignInFailure.objects.order_by("pk")] == [None, "viewer"]


def test_a_name_that_nobody_has_is_shut_out_like_one_that_somebody_has(people):
    for name in ("nobody", "viewer"):
        for _ in range(LIMITS[Scope.PAIR]):
            sign_in(name, "wrong", at="192.0.2.50")
    pages = [sign_in(name, at="192.0.2.50") for name in ("nobody", "viewer")]
    assert pages[0].status_code == pages[1].status_code == 429
    assert all(re.search(rb"Too many attempts failed. Try again in \d+ minutes.", page.content) for page in pages)


def test_who_came_in_begins_anew(people):
    for _ in range(2):
        for _ in range(LIMITS[Scope.PAIR] - 1):
            sign_in("viewer", "wrong")
        assert sign_in("viewer").status_code == 302


def test_the_old_password_is_not_guessed_from_a_stolen_session(people, browser_of):
    visitor, new = browser_of("viewer"), "another line hangs too"
    for number in range(LIMITS[Scope.PAIR]):
        visitor.post("/password/", {"old_password": f"guess {number}", "new_password1": new, "new_password2": new})
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert visitor.post("/password/", fields).status_code == 429
    people["viewer"].refresh_from_db()
    assert people["viewer"].check_password(PASSWORD)


def test_the_command_opens_the_door_again_on_record(people, capsys, actor):
    for _ in range(LIMITS[Scope.PAIR]):
        sign_in("admin", "wrong")
    assert sign_in("admin").status_code == 429
    call_command("people", "reset-lock", "admin")
    assert "10 failed attempts count no more" in capsys.readouterr().out
    event = AuditEvent.objects.get(action="user.lock_reset")
    assert (event.actor, event.subject, event.content) == ("system", "user:admin", {"failures": 10})
    assert sign_in("admin").status_code == 302
    with pytest.raises(NotAllowed):
        door.reset_lock("admin", actor=actor("lead"))


def test_an_administrator_sees_from_where_and_nobody_else(people, browser_of):
    sign_in("viewer", "wrong", at="198.51.100.66")
    page = browser_of("admin").get("/account/sign-ins/").content.decode()
    assert "198.51.100.66" in page
    assert browser_of("lead").get("/account/sign-ins/").status_code == 403
    assert "Could not sign in" in browser_of("viewer").get("/account/").content.decode()
    assert SYSTEM.name not in page
