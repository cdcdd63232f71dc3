"""A forgotten password: a link for who decides nothing, a command for everybody, each on record."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM, actor_of, can_decide
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed, Refused
from platform_site.people import actions
from platform_site.people.actions.passwords import make_password_link, set_password
from platform_site.people.models import User

pytestmark = pytest.mark.django_db
NEW = "another line hangs too"


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


def test_what_was_set_by_a_link_decides_nothing_until_it_is_changed(people, actor, client, browser_of):
    form = client.get(make_password_link(people["viewer"], actor=actor("admin")), follow=True).redirect_chain[-1][0]
    client.post(form, {"new_password1": NEW, "new_password2": NEW})
    user = User.objects.get(username="viewer")
    assert (actor_of(user).password_known, can_decide(actor_of(user))) == (True, False)
    client.force_login(user)
    own = "a third line hangs truest"
    client.post("/password/", {"old_password": NEW, "new_password1": own, "new_password2": own})
    user = User.objects.get(username="viewer")
    assert (user.check_password(own), actor_of(user).password_known, can_decide(actor_of(user))) == (True, False, True)


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


def test_only_a_shell_sets_the_password_of_another(people, actor):
    with pytest.raises(NotAllowed):
        set_password(people["viewer"], NEW, actor=actor("admin"))


def test_a_shell_sets_it_and_ends_what_was_open(people, browser_of, api):
    visitor, program = browser_of("viewer"), api("viewer")
    set_password(people["viewer"], NEW, actor=SYSTEM)
    assert User.objects.get(username="viewer").check_password(NEW)
    assert [visitor.get("/account/").status_code, program.get("/api/v1/teams/").status_code] == [302, 401]
