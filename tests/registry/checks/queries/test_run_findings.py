"""What a run found, as an alert compares it; and whether a newer run is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.checks.queries.run_findings import finding_of, is_superseded, observed_at
from registry.checks.rules.alerts import Finding
from registry.models import Check, CheckResult, CheckRun, ColumnFinding

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def check():
    return Check.objects.create(name="orders", kind="drift", created_by="cora", created_at=NOON)


def run_with(check, *, outcome="failed", minutes=0, content=None, columns=(), **fields):
    started = NOON + timedelta(minutes=minutes)
    values = {"state": "finished", "outcome": outcome, "started_at": started, "created_at": NOON - timedelta(hours=1)}
    run = CheckRun.objects.create(check_definition=check, requested_by="cora", **values | fields)
    if content is not None:
        CheckResult.objects.create(run=run, content=content)
    for rank, (name, ended, effect, value) in enumerate(columns, start=1):
        ColumnFinding.objects.create(
            run=run, rank=rank, column=name, kind="number", outcome=ended, sentence="s", effect=effect, value=value
        )
    return CheckRun.objects.select_related("check_definition", "result").get(pk=run.pk)


@pytest.mark.parametrize(
    ("ended", "is_found"),
    [
        ("failed", True), ("drifted", True), ("not_deterministic", True), ("passed", False), ("not_enough_data", False),
        ("blind", False), ("not_applicable", False), ("errored", False),
    ],
)  # fmt: skip
def test_a_column_is_part_of_it_where_something_is_wrong_with_it(check, ended, is_found):
    run = run_with(check, columns=[("load", ended, 2.0, 0.4), ("calm", "drifted", 1.1, 0.2)])
    assert finding_of(run).parts == ({"load": 2.0} if is_found else {}) | {"calm": 1.1}


@pytest.mark.parametrize(
    ("effect", "value", "size"),
    [(2.0, 0.4, 2.0), (0.0, 0.4, 0.0), (None, 0.4, 0.4), (None, 0.0, 0.0), (None, None, None)],
)
def test_its_size_is_its_effect_or_its_value_where_the_limit_is_zero(check, effect, value, size):
    assert finding_of(run_with(check, columns=[("load", "drifted", effect, value)])).parts == {"load": size}


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ({"rows_that_differ": 1, "rows": 4}, {"(rows)": 0.25}),
        ({"rows_that_differ": 0, "rows": 4}, {"(run)": None}),
        ({"rows_that_differ": 1, "rows": 0}, {"(run)": None}),
        ({}, {"(run)": None}),
        (None, {"(run)": None}),
    ],
)
def test_without_columns_it_is_the_share_of_rows_or_the_run_itself(check, content, parts):
    assert finding_of(run_with(check, content=content)).parts == parts


def test_a_run_that_passed_found_nothing_and_one_that_is_not_deterministic_says_so(check):
    columns = [("load", "drifted", 2.0, 0.4)]
    assert finding_of(run_with(check, outcome="passed", columns=columns)) == Finding({})
    unsure = finding_of(run_with(check, outcome="not_deterministic", columns=columns))
    assert unsure.parts == {"load": 2.0, "(not deterministic)": None}


@pytest.mark.parametrize("outcome", ["passed", "failed"])
def test_a_check_that_closes_the_gate_has_findings_that_do(check, outcome):
    check.blocking = True
    check.save()
    assert finding_of(run_with(check, outcome=outcome)).blocking is True


def test_a_run_is_observed_when_it_began_to_read(check):
    assert observed_at(run_with(check, minutes=3)) == NOON + timedelta(minutes=3)
    assert observed_at(run_with(check, started_at=None)) == NOON - timedelta(hours=1)


@pytest.mark.parametrize(
    ("outcome", "minutes", "superseded"),
    [
        ("failed", 1, True), ("passed", 1, True), ("not_deterministic", 1, True), ("errored", 1, False),
        ("not_enough_data", 1, False), ("failed", 0, False), ("failed", -1, False),
    ],
)  # fmt: skip
def test_it_is_superseded_by_one_that_began_later_and_concluded(check, outcome, minutes, superseded):
    run = run_with(check)
    run_with(check, outcome=outcome, minutes=minutes)
    other = Check.objects.create(name="other", kind="drift", created_by="cora", created_at=NOON)
    run_with(other, minutes=9)
    assert is_superseded(run) is superseded


@pytest.mark.parametrize(
    ("kind", "rows", "superseded"),
    [("definition_parity", 3, False), ("definition_parity", 7, True), ("drift", 3, True)],
)
def test_a_parity_run_over_fewer_rows_that_passed_answers_nothing(check, kind, rows, superseded):
    Check.objects.update(kind=kind)
    check.refresh_from_db()
    run = run_with(check, rows=7)
    run_with(check, outcome="passed", minutes=1, rows=rows)
    assert is_superseded(run) is superseded
