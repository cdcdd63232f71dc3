"""Tickets that were on the platform by default alone are unknown after the migration."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import timezone

from assessments import migrations
from assessments.models import Ticket, TicketImport

(NAME,) = [path.stem for path in Path(migrations.__file__).parent.glob("*_ticket_files.py")]


@pytest.mark.django_db
def test_only_what_a_source_can_have_said_is_kept():
    at = {"title": "t", "opened_at": timezone.now()}
    for source in ("mapped", "unmapped", "sample"):
        for on_platform in (True, False):
            Ticket.objects.create(source=source, external_id=str(on_platform), on_platform=on_platform, **at)
        mapping = {"title": "t"} | ({"on_platform": "here"} if source == "mapped" else {})
        TicketImport.objects.create(source=source, mapping=mapping, format="csv", created_at=timezone.now())
    import_module(f"assessments.migrations.{NAME}").forget_a_platform_that_nobody_named(apps, None)
    after = {
        (ticket.source, ticket.external_id): (ticket.on_platform, ticket.on_platform_in_source)
        for ticket in Ticket.objects.all()
    }
    assert after == {
        ("mapped", "True"): (True, True), ("mapped", "False"): (False, False),
        ("sample", "True"): (True, True), ("sample", "False"): (False, False),
        ("unmapped", "True"): (None, None), ("unmapped", "False"): (False, False),
    }  # fmt: skip
