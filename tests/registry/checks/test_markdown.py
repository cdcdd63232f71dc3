"""A run as Markdown: the verdict first, then its figures, and no text of people that breaks out of its cell."""

from __future__ import annotations

import pytest
from django.utils import timezone

from registry.checks.markdown import markdown
from registry.models import Check, CheckResult, CheckRun, ColumnFinding

pytestmark = pytest.mark.django_db
PARITY = {
    "rows": 1_234, "rows_that_differ": 3, "mismatch_rate": 3 / 1_234, "null_in_one_only": 0, "max_abs_difference": None,
}  # fmt: skip


def run_with(content=None, *, kind="definition_parity", name="mine", **columns) -> CheckRun:
    now = timezone.now()
    check = Check.objects.create(name=name, kind=kind, created_by="cora", created_at=now)
    ended = {"state": "finished", "outcome": "failed", "summary": "3 of 1,234 rows differ."} | columns
    run = CheckRun.objects.create(check_definition=check, created_at=now, requested_by="cora", **ended)
    if content is not None:
        CheckResult.objects.create(run=run, content=content)
    return run


def test_a_run_that_is_not_over_has_its_state_alone():
    run = run_with(state="queued", outcome="", summary="")
    assert markdown(run) == "## Parity: queued\n\nThe run has not ended.\n"


def test_an_error_stands_below_the_summary():
    run = run_with(outcome="errored", summary="Nothing was concluded.", error="Bind orders_x first.")
    assert markdown(run) == "## Parity: errored\n\nNothing was concluded.\nBind orders\\_x first.\n"


def test_parity_has_its_figures_and_whom_it_would_block():
    blocked = [{"model": "demand", "version": "v1", "already": True}, {"model": "price", "version": "v2"}]
    shown = markdown(run_with(PARITY | {"would_block": blocked}))
    assert "| Rows compared | 1,234 |\n| Rows that differ | 3 (0.2%) |" in shown
    assert "| Largest difference | null |" in shown
    assert "2 model versions in production: `demand v1` (as the current definition does), `price v2`." in shown
    assert "It would block no model in production." in markdown(run_with(PARITY, name="harmless"))


def test_no_share_is_written_where_no_row_was_compared():
    shown = markdown(run_with(PARITY | {"rows": 0, "rows_that_differ": 0, "mismatch_rate": None}))
    assert "| Rows that differ | 0 |" in shown


@pytest.mark.parametrize(("rows", "written"), [(5, 5), (6, 5)])
def test_five_rows_are_written_at_most(rows, written):
    worst = [{"key": {"id": n}, "event_time": "2024-03-01", "trained": None, "current": 0.5} for n in range(rows)]
    lines = markdown(run_with(PARITY | {"worst_rows": worst})).splitlines()
    assert lines[-written - 2] == "| id | event time | trained | current |"
    assert lines[-1] == f"| {written - 1} | 2024-03-01 | null | 0.5 |"


@pytest.mark.parametrize("columns", [10, 11])
def test_the_first_ten_columns_that_did_not_pass_are_written(columns):
    run = run_with({"outcomes": {}}, kind="drift", name="a|b")
    findings = [("passed", "calm"), *(("drifted", f"load|{n}") for n in range(columns))]
    ColumnFinding.objects.bulk_create(
        ColumnFinding(
            run=run, rank=rank, column=column, kind="number", outcome=outcome, sentence="It moved.", value=0.25
        )
        for rank, (outcome, column) in enumerate(findings, start=1)
    )
    lines = markdown(run).splitlines()
    assert lines[0] == "## Drift of a\\|b: failed"
    cells = [line for line in lines if line.startswith("| drifted")]
    assert (len(cells), cells[0]) == (10, "| drifted | load\\|0 | It moved. | 0.25 | – |")
    assert "calm" not in "\n".join(lines)


COMPARED = "Compared 38 of 40 columns, 2 blind; 1.2% of the rows left out: no event time."


def test_what_was_compared_follows_the_verdict_once():
    lines = markdown(run_with({"sentence": COMPARED}, kind="drift")).splitlines()
    assert lines[2:5] == ["3 of 1,234 rows differ.", "", COMPARED]
    known = run_with({"sentence": COMPARED}, kind="drift", name="other", summary=f"All passed. {COMPARED}")
    assert markdown(known).count("Compared 38") == 1
    assert "Compared" not in markdown(run_with({}, kind="drift", name="before it was recorded"))


def test_a_raised_limit_has_both_numbers_and_a_blind_column_its_reason():
    run = run_with({}, kind="drift")
    decided = {"decided": [{"name": "psi", "limit": 0.1, "floor": 0.35}]}
    figures = {"run": run, "kind": "numeric", "statistic": "psi", "value": 0.5, "content": decided}
    ColumnFinding.objects.create(rank=1, column="a", outcome="drifted", limit=0.35, **figures)
    ColumnFinding.objects.create(rank=2, column="b", outcome="drifted", limit=0.1, **figures)
    ColumnFinding.objects.create(rank=3, column="c", outcome="blind", sentence="Too few values.", limit=0.1, **figures)
    shown = markdown(run).splitlines()
    assert shown[-3:] == [
        "| drifted | a | Population stability index | 0.5 | 0.1, raised to 0.35: chance alone |",
        "| drifted | b | Population stability index | 0.5 | 0.1 |",
        "| blind | c | Too few values. | 0.5 | 0.1 |",
    ]
