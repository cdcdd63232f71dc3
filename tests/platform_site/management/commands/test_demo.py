"""`manage.py demo` loads the sample organization once."""

from __future__ import annotations

import dataclasses

import pytest
from django.core.management import call_command

from platform_site.audit.models import AuditEvent
from platform_site.people.models import User
from platform_site.roof.demo.people import PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.same_on_both]


def test_the_first_run_prints_the_password_and_the_second_changes_nothing(capsys, settings):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, demo_password="")
    call_command("demo", core=True)
    first = capsys.readouterr()
    password = first.out.split("Password")[1].split()[0]
    assert first.out.startswith("  User      lead (or approver, contributor, viewer, admin)")
    assert all(User.objects.get(username=name).check_password(password) for name in PEOPLE)
    events = AuditEvent.objects.count()
    call_command("demo", core=True)
    second = capsys.readouterr()
    assert (second.out, second.err) == ("", "The demo is loaded.\n")
    assert AuditEvent.objects.count() == events
