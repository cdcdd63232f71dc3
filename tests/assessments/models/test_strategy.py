"""What the database itself refuses of decisions and rehearsals."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import Capability, RecoveryDecision, Rehearsal, SourcingDecision


def decided(organization):
    return {"organization": organization, "reason": "r", "decided_by": "lea", "decided_at": timezone.now()}


def refused(record, **fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        record.objects.create(**fields)


def test_a_group_is_decided_once_by_a_known_choice(organization):
    common = decided(organization)
    SourcingDecision.objects.create(group="Governance", choice="build", **common)
    refused(SourcingDecision, group="Governance", choice="buy", **common)
    refused(SourcingDecision, group="Nonsense", choice="buy", **common)
    refused(SourcingDecision, group="Monitoring", choice="steal", **common)


def test_a_capability_is_decided_once_by_a_known_keeper(organization):
    common = decided(organization) | {"capability": Capability.objects.first()}
    refused(RecoveryDecision, keeper="nobody", **common)
    RecoveryDecision.objects.create(keeper="team", **common)
    refused(RecoveryDecision, keeper="team", **common)


@pytest.mark.parametrize(("hours", "fits"), [("0.01", True), ("0", False), ("-1", False)])
def test_a_rehearsal_took_some_time(organization, hours, fits):
    fields = {
        "organization": organization, "model": "m", "version": "v1", "rehearsed_on": date(2026, 11, 2), "rebuilt": True,
        "hours": hours, "recorded_by": "lea", "recorded_at": timezone.now(),
    }  # fmt: skip
    if fits:
        assert str(Rehearsal.objects.create(**fields)) == "m v1 on 2026-11-02"
    else:
        refused(Rehearsal, **fields)
