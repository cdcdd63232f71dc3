"""The pages of a run: its verdict, its columns, its downloads."""

from __future__ import annotations

import csv
import gzip

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.checks.actions.checks import define_check, propose, queue_run
from registry.checks.actions.execution import execute
from registry.data.actions.datasets import add_dataset
from registry.models import CheckRun, ColumnFinding
from tests.registry.checks.test_markdown import run_with
from tests.registry.conftest import FIXED, drift, register, run_of
from tests.registry.versions.views.test_models import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(browser_of):
    return browser_of("lead")


def test_the_page_of_a_run_ranks_filters_and_leads_to_each_column(lead, events, cora):
    run = run_of(drift(cora, window="day", calibrated=True), cora)
    path = f"/registry/checks/runs/{run.pk}/"
    page = lead.get(path)
    assert page.context["page_obj"].object_list[0].outcome == "drifted"
    assert "windows, by day" in text(page)
    assert run.result.content["windows"]["alarms"][-1]["first"] in text(page)
    assert {row.outcome for row in lead.get(f"{path}?outcome=passed").context["page_obj"]} == {"passed"}
    assert [row.column for row in lead.get(f"{path}?search=lo").context["page_obj"]] == ["load"]
    for finding in run.columns.all():
        column = lead.get(f"{path}columns/{finding.rank}/")
        assert column.status_code == 200
        assert finding.column in text(column)
    assert lead.get(f"{path}columns/99/").status_code == 404


def test_a_schema_run_says_what_is_expected_of_each_column_and_by_whom(lead, events, cora):
    parameters = {"dataset": "events", "columns": [{"name": "country", "allowed": ["FR"]}]}
    run = run_of(define_check("schema", name="s", parameters=parameters, actor=cora), cora)
    shown = text(lead.get(f"/registry/checks/runs/{run.pk}/"))
    assert "Reason" in shown
    assert "It says when a row happened." in shown
    assert "× limit" not in shown


def test_the_page_of_a_proposal_says_whom_it_would_block(lead, in_production, cora):
    run = propose(in_production.snapshot.entries.get().feature, FIXED, actor=cora)
    execute(run.pk)
    shown = text(lead.get(f"/registry/checks/runs/{run.pk}/"))
    assert "If this definition became current, the gate would close for demand v1" in shown


def test_a_columns_history_is_over_the_runs_of_its_check(lead, events, cora):
    check = drift(cora)
    first, second = run_of(check, cora), run_of(check, cora)
    rank = second.columns.get(column="load").rank
    page = lead.get(f"/registry/checks/runs/{second.pk}/columns/{rank}/")
    assert [row[0] for row in page.context["past"]] == [first.pk, second.pk]


def test_all_columns_of_a_run_can_be_downloaded(lead, events, feature, cora):
    run = run_of(drift(cora), cora)
    rows = list(csv.DictReader(lead.get(f"/registry/checks/runs/{run.pk}/columns.csv").content.decode().splitlines()))
    by_name = {column.column: column for column in run.columns.all()}
    assert [row["column"] for row in rows] == [A.column for A in sorted(by_name.values(), key=lambda item: item.rank)]
    for row in rows:
        result = by_name[row["column"]]
        assert (row["outcome"], row["sentence"]) == (result.outcome, result.sentence)
        assert row["value"] == ("" if result.value is None else repr(result.value))
    parity = register(FIXED, cora).run
    assert lead.get(f"/registry/checks/runs/{parity.pk}/columns.csv").status_code == 404


def test_all_rows_that_differ_can_be_downloaded(lead, feature, cora):
    run = register(FIXED, cora).run
    execute(run.pk)
    answer = lead.get(f"/registry/checks/runs/{run.pk}/differing-rows.csv")
    lines = answer.content.decode().splitlines()
    assert lines[0] == '"order_id","event_time","trained","current"'
    assert len(lines) == 1 + CheckRun.objects.get(pk=run.pk).result.content["rows_that_differ"]
    assert gzip.decompress(bytes(CheckRun.objects.get(pk=run.pk).differing_rows.content)) == answer.content


def test_a_run_that_kept_no_rows_says_so(lead, events, cora):
    run = run_of(drift(cora), cora)
    assert lead.get(f"/registry/checks/runs/{run.pk}/differing-rows.csv").status_code == 404
    assert lead.get(f"/registry/checks/runs/{run.pk}/worst-rows.csv").status_code == 404


def test_a_run_that_is_queued_shows_that_it_waits(lead, events, cora):
    run = queue_run(drift(cora), actor=cora)
    assert "Waiting for a worker" in text(lead.get(f"/registry/checks/runs/{run.pk}/"))


@pytest.mark.slow
def test_five_hundred_columns_stay_readable(lead, cora, data_root):
    random = np.random.default_rng(9)
    late = np.arange(1_000) >= 500
    table = {f"column {number:03}": random.normal(size=1_000) + 2.0 * late * (number == 300) for number in range(500)}
    table["at"] = np.where(late, np.datetime64("2024-02-01"), np.datetime64("2024-01-01"))
    pq.write_table(pa.table(table), data_root / "wide.parquet")
    add_dataset(name="wide", kind="parquet", location="wide.parquet", event_time="at", actor=cora)
    values = {"reference": "wide", "reference_to": "2024-02-01", "current_from": "2024-02-01"}
    run = run_of(define_check("drift", name="wide", parameters=values | {"limits": {"psi": 9}}, actor=cora), cora)
    assert run.columns.count() == 500
    lead.get("/registry/checks/")  # the navigation counts what waits once after each change
    with CaptureQueriesContext(connection) as queries:
        page = lead.get(f"/registry/checks/runs/{run.pk}/")
    assert len(queries) <= 10
    assert page.context["page_obj"].object_list[0].column == "column 300"
    assert len(page.context["page_obj"].object_list) == 50
    assert len(page.content) < 200_000
    result = lead.get(f"/registry/checks/runs/{run.pk}/?search=column 499").context["page_obj"]
    assert [row.column for row in result] == ["column 499"]


def test_a_run_says_what_it_left_out_once_and_shows_its_columns_as_charts_or_as_a_table(lead):
    compared = "Compared 1 of 2 columns, 1 blind; 1.2% of the rows left out: no event time."
    rows = [{"side": "both", "reason": "no event time", "count": 1_200}]
    columns = [{"column": "x", "outcome": "blind", "reason": "Too few."}]
    run = run_with({"sentence": compared, "left_out": {"rows": rows, "columns": columns}}, kind="drift")
    ColumnFinding.objects.create(run=run, rank=1, column="x", outcome="blind", sentence="Too few.")
    path = f"/registry/checks/runs/{run.pk}/"
    charts, table = lead.get(path), lead.get(f"{path}?view=table")
    assert text(charts).count(compared) == 1
    assert "1,200 rows : no event time." in text(charts)
    assert ("multiples" in charts.content.decode(), "multiples" in table.content.decode()) == (True, False)
    assert "× limit" in text(table)


def test_a_run_that_left_nothing_out_says_what_it_compared_without_a_card(lead):
    run = run_with({"sentence": "Compared 2 of 2 columns.", "left_out": {"rows": [], "columns": []}}, kind="drift")
    shown = text(lead.get(f"/registry/checks/runs/{run.pk}/"))
    assert "Compared 2 of 2 columns." in shown
    assert "Left out" not in shown


@pytest.mark.parametrize(("floor", "limit", "raised"), [(0.35, 0.35, True), (0.05, 0.1, False)])
def test_a_column_says_that_chance_raised_its_limit_only_where_it_did(lead, floor, limit, raised):
    run = run_with({"outcomes": {}}, kind="drift")
    decided = [{"name": "psi", "title": "PSI", "value": 0.5, "alarm": True, "limit": 0.1, "floor": floor}]
    figures = {"statistic": "psi", "value": 0.5, "limit": limit, "content": {"decided": decided}}
    ColumnFinding.objects.create(run=run, rank=1, column="x", outcome="drifted", sentence="It moved.", **figures)
    shown = text(lead.get(f"/registry/checks/runs/{run.pk}/columns/1/"))
    assert ("Limit 0.1, raised to 0.35: chance alone" in shown, "raised" in shown) == (raised, raised)
    assert ("raised from 0.1" in text(lead.get(f"/registry/checks/runs/{run.pk}/?view=table"))) is raised


def test_five_hundred_columns_take_no_more_queries_than_two(lead, events, cora):
    run = run_of(drift(cora), cora)
    path = f"/registry/checks/runs/{run.pk}/"
    lead.get(path)
    with CaptureQueriesContext(connection) as few:
        lead.get(path)
    last = run.columns.count()
    ColumnFinding.objects.bulk_create(
        ColumnFinding(
            run=run, rank=last + rank, column=f"c{rank}", kind="numeric", outcome="blind", sentence="Too few."
        )
        for rank in range(1, 500)
    )
    with CaptureQueriesContext(connection) as many:
        page = lead.get(path)
    assert len(many) <= len(few)
    assert len(page.context["page_obj"]) == 50
