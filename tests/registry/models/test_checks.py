"""What the database refuses of checks, runs and findings, and how their rows read."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from registry.models import Check, CheckResult, CheckRun, ColumnFinding, DifferingRows
from tests.registry.conftest import drift, run_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def check_with(name="orders", **columns) -> Check:
    return Check.objects.create(name=name, kind="schema", created_by="cora", created_at=NOON, **columns)


def run_with(check=None, **columns) -> CheckRun:
    return CheckRun.objects.create(
        check_definition=check or check_with(), requested_by="cora", created_at=NOON, **columns
    )


def finding_with(run, **columns) -> ColumnFinding:
    defaults = {"rank": 1, "column": "load", "kind": "number", "outcome": "passed", "sentence": "It is equal."}
    return ColumnFinding.objects.create(run=run, **defaults | columns)


def refused(make, *args, **columns) -> bool:
    try:
        with transaction.atomic():
            make(*args, **columns)
    except IntegrityError:
        return True
    return False


def test_findings_are_written_once(events, cora):
    run_of(drift(cora), cora)
    finding = ColumnFinding.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        ColumnFinding.objects.filter(pk=finding.pk).update(outcome="passed")
    with pytest.raises(DatabaseError), transaction.atomic():
        finding.delete()


@pytest.mark.parametrize(
    ("schedule", "due", "is_refused"),
    [("", None, False), ("", NOON, True), ("0 6 * * *", None, True), ("0 6 * * *", NOON, False)],
)
def test_a_check_is_due_exactly_when_it_is_scheduled(schedule, due, is_refused):
    assert refused(check_with, schedule=schedule, next_due_at=due) is is_refused


def test_a_name_belongs_to_one_check():
    check_with()
    assert refused(check_with)


CLAIMED = {"token": uuid.uuid4(), "lease_until": NOON}


@pytest.mark.parametrize(
    ("columns", "is_refused"),
    [
        ({"state": "queued"}, False),
        ({"state": "queued", "outcome": "passed"}, True),
        ({"state": "finished"}, True),
        ({"state": "finished", "outcome": "passed"}, False),
        ({"state": "cancelled", "outcome": "errored"}, True),
        ({"state": "running"}, True),
        ({"state": "running", "token": CLAIMED["token"]}, True),
        ({"state": "running", "lease_until": NOON}, True),
        ({"state": "running"} | CLAIMED, False),
    ],
)
def test_a_run_has_an_outcome_exactly_when_finished_and_a_claim_while_it_runs(columns, is_refused):
    assert refused(run_with, **columns) is is_refused


def test_a_run_has_one_finding_for_a_column_and_one_of_a_rank():
    run = run_with()
    finding_with(run)
    assert refused(finding_with, run, rank=2)
    assert refused(finding_with, run, column="calm")
    assert not refused(finding_with, run, rank=2, column="calm")


def test_rows_are_named_by_what_they_are():
    assert str(Check(name="orders")) == "orders"
    assert str(CheckRun(pk=7, check_definition_id=3)) == "run 7 of 3"
    assert str(CheckResult(run_id=7)) == "result of run 7"
    assert str(ColumnFinding(run_id=7, column="load")) == "load in run 7"
    assert str(DifferingRows(run_id=7)) == "rows of run 7 that differ"


@pytest.mark.parametrize(
    ("check", "sentence"),
    [
        (Check(), "only by hand, informational"),
        (Check(schedule="0 6 * * *", blocking=True), "at 0 6 * * *, closing the gate"),
    ],
)
def test_how_a_check_runs_is_a_sentence(check, sentence):
    assert check.how_it_runs == sentence


@pytest.mark.parametrize(
    ("started", "finished", "seconds"),
    [
        (None, None, None),
        (NOON, None, None),
        (NOON, NOON + timedelta(minutes=1, seconds=30), 90.0),
        (NOON, NOON - timedelta(seconds=1), 0.0),
    ],
)
def test_a_run_took_the_time_of_its_last_attempt(started, finished, seconds):
    assert CheckRun(started_at=started, finished_at=finished).seconds == seconds


def test_a_run_is_over_when_it_finished_or_was_cancelled():
    runs = [CheckRun(state=state, outcome="passed" if state == "finished" else "") for state in CheckRun.State.values]
    assert [(run.word, run.is_over) for run in runs] == [
        ("queued", False),
        ("running", False),
        ("passed", True),
        ("cancelled", True),
    ]
