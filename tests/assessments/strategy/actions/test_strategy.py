"""Parts of a strategy decided otherwise than proposed, and rehearsals."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from assessments.models import RecoveryDecision, Rehearsal, SourcingDecision
from assessments.strategy.actions.strategy import decide_strategy, record_rehearsal
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
BUILD = {"Training": {"choice": "build", "own_part": "", "reason": "We have the people."}}
HAND_OVER = {"lineage": {"keeper": "managed", "reason": "Our vendor keeps it."}}
REHEARSED = {"rehearsed_on": date(2026, 11, 2), "rebuilt": True, "hours": 3, "newcomer": "nora"}


def decided() -> list[dict]:
    events = AuditEvent.objects.filter(action="strategy.decided").order_by("sequence")
    return [{name: event.content[name] for name in ("sourcing", "recovery")} for event in events]


def test_a_decision_is_kept_with_who_and_when_and_recorded(organization, lea):
    decide_strategy(organization, sourcing=BUILD, recovery=HAND_OVER, actor=lea)
    sourcing_decision = SourcingDecision.objects.get()
    assert (
        sourcing_decision.group,
        sourcing_decision.choice,
        sourcing_decision.decided_by,
        sourcing_decision.decided_at is not None,
    ) == ("Training", "build", "lea", True)
    assert RecoveryDecision.objects.get().capability.name == "lineage"
    assert decided() == [{"sourcing": BUILD, "recovery": HAND_OVER}]


def test_the_same_decision_again_changes_and_records_nothing(organization, lea):
    for _ in range(2):
        decide_strategy(organization, sourcing=BUILD, actor=lea)
    assert len(decided()) == 1


def test_a_decision_is_changed_and_taken_back(organization, lea):
    decide_strategy(organization, sourcing=BUILD, actor=lea)
    decide_strategy(organization, sourcing={"Training": BUILD["Training"] | {"choice": "buy"}}, actor=lea)
    assert SourcingDecision.objects.get().choice == "buy"
    decide_strategy(organization, sourcing={"Training": None}, actor=lea)
    assert not SourcingDecision.objects.exists()
    assert decided()[-1] == {"sourcing": {"Training": None}, "recovery": {}}


def test_every_fault_is_reported_and_nothing_is_kept(organization, lea):
    wrong = {"Training": {"choice": "steal", "reason": ""}, "Baking": None, "Serving": BUILD["Training"]}
    with pytest.raises(Invalid) as refused:
        decide_strategy(organization, sourcing=wrong, recovery={"flying": None}, actor=lea)
    assert {fault.field for fault in refused.value.faults} == {
        "sourcing.Training.choice", "sourcing.Training.reason", "sourcing.Baking", "recovery.flying",
    }  # fmt: skip
    assert not SourcingDecision.objects.exists()
    assert decided() == []


def test_only_leads_decide_and_record(organization, in_production):
    nobody = Actor("vera", frozenset({Role.VIEWER}), frozenset())
    with pytest.raises(NotAllowed):
        decide_strategy(organization, sourcing=BUILD, actor=nobody)
    with pytest.raises(NotAllowed):
        record_rehearsal(organization, model="demand", version="v1", **REHEARSED, actor=nobody)


def test_a_rehearsal_is_recorded_and_never_changed(organization, in_production, lea):
    record_rehearsal(organization, model="demand", version="v1", **REHEARSED, actor=lea)
    assert AuditEvent.objects.get(action="rehearsal.recorded").content == {
        "of": "demand v1", "hours": 3.0, "rebuilt": True,
    }  # fmt: skip
    for write in (lambda: Rehearsal.objects.update(hours=1), Rehearsal.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"version": "v9"}, "version"), ({"rehearsed_on": date(2999, 1, 1)}, "rehearsed_on"), ({"hours": 0}, "hours")],
)
def test_a_rehearsal_of_nothing_of_tomorrow_or_without_time_is_refused(
    organization, in_production, lea, changed, field
):
    with pytest.raises(Invalid) as refused:
        record_rehearsal(organization, **({"model": "demand", "version": "v1"} | REHEARSED | changed), actor=lea)
    assert {fault.field for fault in refused.value.faults} == {field}
