"""Django's own command names ours and changes nothing."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from platform_site.audit.models import AuditEvent
from platform_site.people.models import User

pytestmark = pytest.mark.django_db


def test_djangos_own_command_names_ours_and_changes_nothing(people):
    before = AuditEvent.objects.count(), User.objects.count()
    with pytest.raises(CommandError, match=r"manage\.py people add"):
        call_command("createsuperuser", "admin")
    assert (AuditEvent.objects.count(), User.objects.count()) == before
