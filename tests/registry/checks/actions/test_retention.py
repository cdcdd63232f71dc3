"""Old runs go with their findings and a record; what a gate, an alert or a chart rests on stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from registry.checks.actions import retention
from registry.models import Alert, Check, CheckResult, CheckRun, ColumnFinding, DifferingRows, RowPurge

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
LONG_AGO = timezone.now() - timedelta(days=500)
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def newest(monkeypatch):
    monkeypatch.setattr(retention, "NEWEST", 2)


@pytest.fixture
def drift(model):
    return Check.objects.create(name="drift", kind="drift", model=model, created_by="cora", created_at=LONG_AGO)


def ended(check: Check, outcome: str = "passed", at=LONG_AGO) -> CheckRun:
    state = {"state": "finished", "outcome": outcome} if outcome else {"state": "cancelled"}
    run = CheckRun.objects.create(check_definition=check, requested_by="cora", created_at=at, finished_at=at, **state)
    CheckResult.objects.create(run=run, content={})
    ColumnFinding.objects.create(run=run, rank=1, column="fare", kind="psi", outcome="passed", sentence="No alarm.")
    DifferingRows.objects.create(run=run, rows=1, complete=True, content=b"")
    return run


def purge(**others) -> int:
    return retention.purge_runs(timezone.now() - YEAR, **others)


def test_old_runs_go_with_their_findings_on_record(drift):
    old = [ended(drift) for _ in range(3)]
    young = [ended(drift, at=timezone.now()) for _ in range(2)]
    assert (purge(), purge()) == (3, 0)
    assert set(CheckRun.objects.all()) == set(young)
    assert {kind.objects.count() for kind in (CheckResult, ColumnFinding, DifferingRows)} == {2}
    event = AuditEvent.objects.get(action="retention.pruned")
    assert (event.subject, event.content["rows"], event.content["findings"]) == ("retention:check runs", 3, 9)
    assert (event.content["first"], event.content["last"], RowPurge.objects.get().rows) == (old[0].pk, old[2].pk, 3)


def test_the_newest_runs_of_a_check_stay_and_its_newest_of_each_outcome(drift):
    failed, cancelled = ended(drift, "failed"), ended(drift, "")
    gone = ended(drift, "errored")
    errored = ended(drift, "errored")
    newest = [ended(drift), ended(drift)]
    assert purge() == 1
    assert set(CheckRun.objects.all()) == {failed, cancelled, errored, *newest}
    assert not CheckRun.objects.filter(pk=gone.pk).exists()


def test_what_an_alert_or_the_caller_names_stays(drift, model):
    named, linked, gone, *_ = [ended(drift) for _ in range(5)]
    Alert.objects.create(
        model=model, check_definition=drift, run=named, finding="drift", title="It drifted.", observed_at=LONG_AGO, opened_at=LONG_AGO,
    )  # fmt: skip
    assert purge(keep={linked.pk}) == 1
    assert set(CheckRun.objects.filter(pk__in=[named.pk, linked.pk, gone.pk])) == {named, linked}


def test_conclusive_parity_runs_stay_for_gates_cite_them(feature):
    parity = Check.objects.create(
        name="parity", kind="definition_parity", feature=feature, created_by="cora", created_at=LONG_AGO
    )
    outcomes = ("passed", "failed", "not_deterministic", "errored", "errored", "errored", "errored")
    runs = [ended(parity, outcome) for outcome in outcomes]
    assert purge() == 2
    assert set(runs[:3]) <= set(CheckRun.objects.all())


def test_the_database_deletes_none_but_by_a_purge(drift):
    for _ in range(4):
        ended(drift)
    ended(drift, at=timezone.now())
    purge()
    young = {"run__finished_at__gt": timezone.now() - YEAR}
    for rows in (kind.objects.filter(**young) for kind in (CheckResult, ColumnFinding, DifferingRows)):
        with pytest.raises(DatabaseError, match="by a purge that is on record"), transaction.atomic():
            rows.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(run=rows[0].run)
    for change in (lambda: RowPurge.objects.update(rows=9), lambda: RowPurge.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_batches_are_bounded(drift, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(7):
        ended(drift)
    assert purge() == 5
    assert [purge.rows for purge in RowPurge.objects.order_by("pk")] == [2, 2, 1]
