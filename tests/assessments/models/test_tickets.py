"""The database holds the hours of a ticket to its moments, whatever writes them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import Ticket
from assessments.tickets.actions import import_runs
from assessments.tickets.actions.imports import confirm_import, offer_import

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
HEADER = "id,title,created,team\n"
GOOD = HEADER + "1,How do I log in?,2026-11-02,fraud\n2,Add Maria,2026-11-03,search\n"


def offer(lea, text=GOOD, **fields):
    values = {"source": "desk", "file_format": "csv", "filename": "desk.csv"} | fields
    return offer_import(**values, content=text.encode(), actor=lea)


def stored(lea, text=GOOD, good_rows_only=False, **fields):
    imported = confirm_import(offer(lea, text, **fields), good_rows_only=good_rows_only, actor=lea)
    import_runs.execute(imported.pk)
    imported.refresh_from_db()
    return imported


def test_no_door_writes_hours_that_differ_from_their_moments(lea):
    stored(lea)
    with pytest.raises(IntegrityError, match="ticket_resolution_hours_follow_its_moments"), transaction.atomic():
        Ticket.objects.update(resolved_at=timezone.now())
    assert not Ticket.objects.exclude(resolved_at=None).exists()
