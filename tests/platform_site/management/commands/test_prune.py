"""`manage.py prune`: what it deleted, or with --plan what it would."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from platform_site.roof.retention.tables import RETENTIONS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ended():
    Session.objects.create(session_key="a", session_data="", expire_date=timezone.now() - timedelta(hours=1))


def test_the_plan_names_every_kind_and_deletes_nothing(capsys):
    call_command("prune", plan=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[: len(RETENTIONS)]] == [each.what for each in RETENTIONS]
    assert "webhook deliveries: 90 days (DELIVERIES_KEPT_DAYS). Past their time: 0." in lines[4]
    assert "ended sessions: until they end. Past their time: 1." in lines
    assert sum(line.startswith("Never deleted, ") for line in lines) == 4
    assert Session.objects.count() == 1


def test_it_says_what_it_deleted(capsys):
    call_command("prune")
    call_command("prune")
    assert capsys.readouterr().out.splitlines() == ["1 ended sessions deleted.", "Nothing is past its time."]
