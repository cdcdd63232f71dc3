"""In whose hands an account is: once for each reason, and never in its own."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM
from platform_site.people.actions.holders import hold, note_holder
from platform_site.people.models import AccountHolder

pytestmark = pytest.mark.django_db
Reason = AccountHolder.Reason


def held(account) -> list[tuple[str, str]]:
    return [(holder.person.username, holder.reason) for holder in AccountHolder.objects.filter(account=account)]


def test_it_is_noted_once_for_each_reason(people, actor):
    bot = people["stranger"]
    before = held(bot)
    for reason in (Reason.TOKEN, Reason.TOKEN, Reason.PASSWORD):
        note_holder(bot, actor("admin"), reason)
    assert held(bot) == [*before, ("admin", "token"), ("admin", "password")]


@pytest.mark.parametrize("who", ["stranger", None])
def test_neither_oneself_nor_a_command_holds_an_account(people, actor, who):
    bot = people["stranger"]
    before = held(bot)
    note_holder(bot, actor(who) if who else SYSTEM, Reason.TOKEN)
    assert held(bot) == before


def test_the_first_moment_stays(people):
    account, person = people["stranger"], people["lead"]
    hold(account, person.pk, Reason.OWNER)
    since = AccountHolder.objects.get(account=account, person=person).since
    hold(account, person.pk, Reason.OWNER)
    assert AccountHolder.objects.get(account=account, person=person).since == since
