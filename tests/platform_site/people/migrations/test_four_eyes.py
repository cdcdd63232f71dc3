"""What an installation had before: who made each token and account is read from its audit log."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction

from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.record import record
from platform_site.people import actions
from platform_site.people.models import AccountHolder, ApiToken, User

pytestmark = pytest.mark.django_db
migration = import_module("platform_site.people.migrations.0006_four_eyes")


def test_makers_and_holders_are_read_from_the_log(people):
    admin = Actor("admin", frozenset({Role.ADMINISTRATOR}), user_id=people["admin"].pk)
    bot = actions.create_service_account(name="ci-bot", team="forecasting", actor=SYSTEM)
    theirs = actions.issue_token(people["approver"], actor=SYSTEM).token
    programs = actions.issue_token(bot, actor=SYSTEM).token
    with transaction.atomic():  # as an earlier release let an administrator do
        for action, subject, payload in (
            ("service_account.created", "ci-bot", {"team": "forecasting"}),
            ("token.created", "approver", {"prefix": theirs.prefix}),
            ("token.created", "ci-bot", {"prefix": "of one that is gone"}),
            ("token.created", "nobody", {"prefix": "x"}),
        ):
            record(action, subject=f"user:{subject}", actor=admin, payload=payload)
    ApiToken.objects.update(made_by="")
    migration.read_the_log(apps, None)
    bot = User.objects.get(username="ci-bot")
    assert bot.owner == people["admin"]
    held = AccountHolder.objects.values_list("account__username", "person__username", "reason")
    assert set(held) == {
        ("ci-bot", "admin", "made"), ("ci-bot", "admin", "owner"), ("ci-bot", "admin", "token"),
        ("approver", "admin", "token"),
    }  # fmt: skip
    programs.refresh_from_db()
    assert programs.made_by == "system"
    migration.read_the_log(apps, None)
    assert AccountHolder.objects.count() == 4
