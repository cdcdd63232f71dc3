"""What the database refuses of checks, runs, findings and alerts."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from registry.models import ColumnFinding
from tests.registry.conftest import drift, run_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_findings_are_written_once(events, cora):
    run_of(drift(cora), cora)
    finding = ColumnFinding.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        ColumnFinding.objects.filter(pk=finding.pk).update(outcome="passed")
    with pytest.raises(DatabaseError), transaction.atomic():
        finding.delete()
