"""Which tokens, accounts and sign-ins somebody may read."""

from __future__ import annotations

import pytest
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.errors import NotAllowed, Unknown
from platform_site.people import actions, queries, sessions
from platform_site.people.actions import door
from platform_site.people.models import ApiToken

pytestmark = pytest.mark.django_db


def test_own_tokens_for_a_person_and_all_for_an_administrator(people, actor):
    own, other = (actions.issue_token(people[name], actor=SYSTEM).token for name in ("viewer", "lead"))
    assert list(queries.tokens(actor("viewer"))) == [own]
    assert set(queries.tokens(actor("admin"))) == {own, other}
    assert queries.token(own.pk, actor("viewer")) == own
    for pk in (other.pk, 0):
        with pytest.raises(Unknown, match=f"no token {pk}"):
            queries.token(pk, actor("viewer"))


def test_a_token_counts_until_it_expires_or_is_revoked(people, bot, actor):
    lasting, over, revoked, _ = (actions.issue_token(bot, actor=SYSTEM).token for _ in range(4))
    ApiToken.objects.filter(pk=over.pk).update(expires_at=timezone.now())
    actions.revoke_token(revoked, actor=SYSTEM)
    assert queries.service_account("ci-bot", actor("admin")).open_tokens == 2
    assert lasting in queries.own_tokens(bot)
    assert queries.own_tokens(bot).count() == 4


@pytest.mark.parametrize("who", ["viewer", "approver", "lead"])
def test_accounts_are_for_administrators(who, bot, actor):
    with pytest.raises(NotAllowed):
        queries.service_accounts(actor(who))
    with pytest.raises(NotAllowed):
        queries.people(actor(who))


def test_a_person_is_not_a_service_account_and_a_name_is_taken_as_written(people, bot, actor):
    with pytest.raises(Unknown):
        queries.service_account("viewer", actor("admin"))
    assert queries.person("ci-bot") == bot
    with pytest.raises(Unknown, match="no user Viewer"):
        queries.person("Viewer")


def test_the_latest_sign_ins_of_one_person_come_newest_first(people):
    sessions.note_sign_in(people["viewer"], by="provider")
    door.note_failure(door.Attempt("viewer", "192.0.2.7"))
    sessions.note_sign_in(people["lead"])
    sessions.note_sign_out(people["viewer"])
    door.reset_lock("viewer", actor=SYSTEM)
    attempts = queries.sign_ins("viewer")
    assert [(attempt.action, attempt.by) for attempt in attempts] == [
        ("user.lock_reset", ""),
        ("user.sign_in_failed", "password"),
        ("user.signed_in", "provider"),
    ]
    assert queries.sign_ins("viewer", most=2) == attempts[:2]
