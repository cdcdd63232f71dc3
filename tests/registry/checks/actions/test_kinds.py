"""Runs of each kind over files and over tables of a connection: the same findings wherever the rows are."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection

from registry.checks.actions import kinds
from registry.checks.actions.checks import define_check, define_parity
from registry.checks.queries import check_inputs
from registry.compute.engines.columns import at_hand
from registry.compute.engines.duck import opened
from registry.compute.kinds.drift import run as drift_run
from registry.compute.kinds.report import Report
from registry.data.actions import datasets
from registry.models import CheckRun
from tests.registry.checks.materialized import SIDES, in_python, materialized
from tests.registry.compute.sample_columns import FLIGHTS
from tests.registry.conftest import DAYS, FIXED, ROWS, TRAINED, WINDOW, drift, loaded, register, run_of, source_changed


def test_what_drifted_is_found_and_ranked_and_the_rest_is_let_be(events, cora):
    run = run_of(drift(cora), cora)
    assert (run.state, run.outcome) == ("finished", "failed"), run.error
    outcomes = {column.column: column.outcome for column in run.columns.all()}
    assert outcomes == {
        "load": "drifted", "country": "drifted", "sometimes": "drifted", "calm": "passed", "user": "passed",
    }  # fmt: skip
    assert [column.rank for column in run.columns.all()] == [1, 2, 3, 4, 5]
    assert run.summary.startswith("3 of 5 columns drifted: ")
    assert run.rows == DAYS * ROWS
    assert run.result.content["rows_cur"] == 10 * ROWS


def test_a_summary_of_any_length_is_stored():
    longest = CheckRun._meta.get_field("summary").max_length
    assert kinds._ending(Report("passed", "x" * (longest + 1), 0, {})).summary == "x" * longest


def test_importance_puts_a_column_before_one_with_a_larger_effect(events, cora):
    run = run_of(drift(cora, importance={"country": 100}), cora)
    assert run.columns.first().column == "country"


def test_windows_date_the_change(events, cora):
    run = run_of(drift(cora, window="day", calibrated=True, current_from="2024-01-25"), cora)
    load = run.columns.get(column="load")
    assert ": an alarm, 2024-01-3" in load.sentence or ": an alarm, 2024-02-0" in load.sentence
    period = run.result.content["windows"]["alarms"][-1]
    assert ("load" in period["columns"], period["last"]) == (True, "2024-02-09")
    assert run.result.content["windows"]["calibrated"] is True
    assert run.columns.get(column="calm").outcome == "passed"


@pytest.mark.slow
def test_the_findings_of_five_columns_over_306_days_take_30_kb(data_root, cora):
    shutil.copyfile(FLIGHTS, data_root / "flights.parquet")
    datasets.add_dataset(
        name="flights",
        kind="parquet",
        location="flights.parquet",
        key=["flight_id"],
        event_time="time_hour",
        actor=cora,
    )
    columns = ["dep_delay", "arr_delay", "dep_time", "arr_time", "air_time"]
    period = {"reference_to": "2013-03-01", "current_from": "2013-03-01", "window": "day", "calibrated": True}
    run = run_of(drift(cora, reference="flights", columns=columns, **period), cora)
    assert run.columns.count() == 5, run.error
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(CAST(content AS text)) FROM registry_columnfinding WHERE run_id = %s", [run.pk])
        sizes = [size for (size,) in cursor.fetchall()]
    if connection.vendor == "sqlite":  # PostgreSQL shows its own form with spaces, and stores it without any
        assert sum(sizes) <= 30_000, sizes


def test_a_relative_period_is_counted_from_the_run(events, cora):
    check = drift(cora, current_from="-7d", reference_to="-7d")
    run = run_of(check, cora)
    assert (run.outcome, run.summary) == (
        "not_enough_data",
        "Nothing can be said about any column. Compared 0 of 5 columns, 5 with too little data.",
    )


def test_a_column_of_another_type_or_gone_is_a_finding_of_its_own(events, cora, data_root):
    pq.write_table(pa.table({"id": [1, 2], "calm": ["a", "b"], "new": [1, 2]}), data_root / "other.parquet")
    datasets.add_dataset(name="other", kind="parquet", location="other.parquet", actor=cora)
    check = define_check("drift", name="o", parameters={"reference": "events", "current": "other"}, actor=cora)
    run = run_of(check, cora)
    issues = {(finding["column"], finding["issue"]) for finding in run.result.content["findings"]}
    assert {("load", "gone"), ("calm", "other_type"), ("new", "new")} <= issues
    assert run.outcome == "failed"


@pytest.mark.parametrize(
    ("logged", "outcome", "says"),
    [
        (["id", "at", "load"], "passed", "not in the log: calm, country, sometimes, user"),
        (["id", "at"], "not_enough_data", "The log has no feature that was trained on"),
    ],
)
def test_what_was_trained_on_and_never_logged_is_said(events, cora, data_root, logged, outcome, says):
    rows = pq.read_table(data_root / "events.parquet")
    pq.write_table(rows.select(logged), data_root / "log.parquet")
    datasets.add_dataset(name="log", kind="parquet", location="log.parquet", event_time="at", actor=cora)
    parameters = {"training": "events", "serving": "log", "entity_key": ["id"]}
    run = run_of(define_check("log_parity", name="l", parameters=parameters, actor=cora), cora)
    assert run.outcome == outcome
    assert says in run.summary


def test_few_matched_rows_are_no_evidence(events, cora, data_root):
    rows = pq.read_table(data_root / "events.parquet").slice(0, 220)
    pq.write_table(rows.select(["user", "at", "load"]), data_root / "log.parquet")
    datasets.add_dataset(name="log", kind="parquet", location="log.parquet", event_time="at", actor=cora)
    wanted = {"training": "events", "serving": "log", "entity_key": ["user"]}
    run = run_of(define_check("log_parity", name="l", parameters=wanted, actor=cora), cora)
    assert run.outcome == "not_enough_data"
    assert "at least 95.0% and 200 rows are needed" in run.summary


def test_two_materializations_are_compared_by_their_key(cora, data_root):
    materialized(cora, data_root)
    wanted = {"training": "before", "serving": "after", "entity_key": ["order_id"], "match_by": "key"}
    run = run_of(define_check("log_parity", name="m", parameters=wanted, actor=cora), cora)
    assert run.summary == "1 of 1 features differ, most score (33.3% of the rows); 3 rows matched, 0 missing, 0 extra."


def test_versions_in_python_are_compared_as_their_values_were_written(feature, cora, data_root):
    materialized(cora, data_root)
    check = define_parity(in_python(feature, 2), in_python(feature, 3), parameters=SIDES, actor=cora)
    assert check.name == "parity-orders_3d-222222222222-333333333333-before-after"
    run = run_of(check, cora)
    assert run.summary == (
        "1 of 3 rows differs (33.3%), above the limit of 0%. Whole numbers are compared exactly; the largest difference is 1."
    )
    assert (run.outcome, run.differing_rows.rows, run.result.content["feature"]) == ("failed", 1, "orders_3d")


def test_a_file_that_is_gone_or_cut_off_says_what_to_do(events, cora, data_root):
    check, path = drift(cora), data_root / "events.parquet"
    whole = path.read_bytes()
    path.unlink()
    assert "Put the files back, or add a data set for their new place." in run_of(check, cora).error
    path.write_bytes(whole[:1_000])
    assert "cannot be read as parquet" in run_of(check, cora).error


def test_a_file_among_others_that_is_not_one_is_reported(events, cora, data_root):
    (data_root / "days").mkdir()
    pq.write_table(pq.read_table(data_root / "events.parquet"), data_root / "days" / "a.parquet")
    datasets.add_dataset(name="days", kind="parquet", location="days/*.parquet", event_time="at", actor=cora)
    parameters = {"reference": "days", "reference_to": "2024-01-20", "current_from": "2024-01-20"}
    check = define_check("drift", name="days", parameters=parameters, actor=cora)
    (data_root / "days" / "b.parquet").write_text("not at all a file of rows\n")
    assert (
        "b.parquet cannot be read as parquet: it is not a Parquet file, or its end is missing"
        in run_of(check, cora).error
    )


def test_metrics_and_fairness_are_findings_too(cora, data_root):
    random = np.random.default_rng(2)
    label, group = random.integers(0, 2, 4_000), random.choice(["a", "b"], 4_000)
    late = np.arange(4_000) >= 2_000
    predicted = np.where(late & (group == "b"), 0, label)
    at = np.where(late, np.datetime64("2024-02-01"), np.datetime64("2024-01-01"))
    table = {"said": predicted, "label": label, "group": group, "at": at}
    pq.write_table(pa.table(table), data_root / "said.parquet")
    datasets.add_dataset(name="said", kind="parquet", location="said.parquet", event_time="at", actor=cora)
    parameters = {
        "reference": "said", "reference_to": "2024-02-01", "current_from": "2024-02-01", "prediction": "said",
        "label": "label", "group": "group",
    }  # fmt: skip
    run = run_of(define_check("drift", name="q", parameters=parameters, actor=cora), cora)
    reports = {column.column: column for column in run.columns.filter(kind="quality")}
    assert reports["metric: accuracy"].outcome == "drifted"
    assert reports["fairness: equal opportunity difference"].value == pytest.approx(1.0)
    assert reports["fairness: disparate impact ratio"].outcome == "drifted"
    rates = reports["fairness: disparate impact ratio"].content["rates"]
    assert {rate["group"]: rate["true_positive"] for rate in rates} == {"a": 1.0, "b": 0.0}
    assert reports["metric: precision"].outcome == "passed"


def test_what_serving_logged_is_held_against_what_was_trained_on(events, cora, data_root):
    rows = pq.read_table(data_root / "events.parquet")
    served = rows.slice(100).set_column(
        3, "load", pa.array(rows["load"].to_numpy()[100:] * np.where(np.arange(11_900) < 60, 2, 1))
    )
    late = pa.array([moment + timedelta(seconds=20) for moment in served["at"].to_pylist()])
    pq.write_table(served.set_column(2, "at", late), data_root / "log.parquet")
    datasets.add_dataset(name="log", kind="parquet", location="log.parquet", event_time="at", actor=cora)
    parameters = {"training": "events", "serving": "log", "entity_key": ["id"], "tolerance_s": 30}
    run = run_of(define_check("log_parity", name="l", parameters=parameters, actor=cora), cora)
    content = run.result.content
    assert (content["matched"], content["missing"], content["extra"]) == (11_900, 100, 0)
    load = run.columns.first()
    assert (load.column, load.outcome, load.content["rows_that_differ"]) == ("load", "failed", 60)
    assert set(run.columns.exclude(pk=load.pk).values_list("outcome", flat=True)) == {"passed"}
    assert run.outcome == "failed"


def test_without_tolerance_nothing_matches_and_that_is_no_good_news(events, cora, data_root):
    rows = pq.read_table(data_root / "events.parquet")
    late = pa.array([moment + timedelta(seconds=20) for moment in rows["at"].to_pylist()])
    pq.write_table(rows.set_column(2, "at", late), data_root / "log.parquet")
    datasets.add_dataset(name="log", kind="parquet", location="log.parquet", event_time="at", actor=cora)
    parameters = {"training": "events", "serving": "log", "entity_key": ["id"]}
    run = run_of(define_check("log_parity", name="l", parameters=parameters, actor=cora), cora)
    assert (run.outcome, run.result.content["matched"]) == ("not_enough_data", 0)


def test_a_data_set_is_held_against_what_features_need_of_it(feature, cora, data_root):
    check = define_check("schema", name="s", parameters={"dataset": "orders"}, actor=cora)
    assert run_of(check, cora).outcome == "passed"
    table = pq.read_table(data_root / "orders.parquet").drop(["order_count"])
    pq.write_table(pa.concat_tables([table, table.slice(0, 2)]), data_root / "orders.parquet")
    run = run_of(check, cora)
    assert run.outcome == "failed"
    sentences = [finding["sentence"] for finding in run.result.content["findings"]]
    assert sentences[0] == "order_count is missing. Feature orders_3d is computed from it."
    assert "The key order_id repeats in 2 rows." in sentences


@pytest.mark.parametrize(
    "parameters", [{"current": "events"}, {"window": "day", "calibrated": True}], ids=["against a file", "by day"]
)
def test_drift_over_a_table_is_drift_over_the_same_file(parameters, in_warehouse, cora):
    over_files = run_of(drift(cora, **parameters), cora)
    over_table = run_of(drift(cora, name="there", reference="events_there", **parameters), cora)
    assert over_files.outcome == over_table.outcome == "failed"

    def findings(run):
        return [
            (column.column, column.outcome, column.statistic, column.value, column.content)
            for column in run.columns.all()
        ]

    assert findings(over_table) == findings(over_files)


def test_a_table_is_held_against_a_file(in_warehouse, cora):
    run = run_of(define_check("log_parity", name="both", parameters={
        "training": "events", "serving": "events_there", "entity_key": ["id"], "tolerance_s": 0,
    }, actor=cora), cora)  # fmt: skip
    assert (run.outcome, run.result.content["matched"]) == ("passed", 12_000), run.summary


def test_labels_that_came_later_may_lie_in_a_database(in_warehouse, warehouse, cora):
    warehouse.execute("CREATE TABLE outcomes AS SELECT id, load + 1 AS truth FROM events WHERE id % 3 > 0")
    datasets.add_dataset(
        name="outcomes", kind="table", location="outcomes", connection="warehouse", key=["id"], actor=cora
    )
    about = {"prediction": "load", "label": "truth", "labels": "outcomes", "columns": ["calm"]}
    run = run_of(drift(cora, name="late", **about), cora)
    content = run.columns.get(column="metric: mean absolute error").content
    assert content["current"] == pytest.approx(1.0)
    assert content["current_late"] == pytest.approx(content["current_rows"] / 2, abs=2)


@pytest.mark.parametrize(
    ("parameters", "copied"),
    [
        ({"prediction": "calm", "label": "load", "columns": ["calm"]}, None),
        (
            {"prediction": "country", "label": "country", "group": "user", "favourable": "FR", "columns": ["country"]},
            None,
        ),
        (
            {"prediction": "chance", "label": "truth", "group": "user", "columns": ["calm"]},
            ["chance", "user", "truth", "at"],
        ),
        ({"prediction": "chance", "group": "user", "columns": ["calm"]}, None),
        ({"prediction": "calm", "label": "load", "window": "day", "columns": ["calm"]}, ["calm", "load", "at"]),
    ],
    ids=["numbers", "classes", "probabilities", "rates alone", "by day"],
)
def test_predictions_are_judged_where_the_tables_lie_as_over_the_same_file(
    parameters, copied, events, warehouse, data_root, cora, browser_of
):
    rows = pq.read_table(data_root / "events.parquet")
    rows = rows.append_column("chance", pa.array(1 / (1 + np.exp(-rows["load"].to_numpy()))))
    rows = rows.append_column("truth", pa.array(rows["calm"].to_numpy() > rows["load"].to_numpy()))
    pq.write_table(rows, data_root / "scored.parquet")
    loaded(warehouse, "scored", data_root / "scored.parquet")
    about = {"key": ["id"], "event_time": "at", "actor": cora}
    datasets.add_dataset(name="scored", kind="parquet", location="scored.parquet", **about)
    datasets.add_dataset(name="scored_there", kind="table", location="public.scored", connection="warehouse", **about)
    here, remote = (
        run_of(drift(cora, name=name, reference=name, **parameters), cora) for name in ("scored", "scored_there")
    )
    assert (remote.outcome, remote.summary, remote.rows) == (here.outcome, here.summary, here.rows), remote.error
    content = remote.result.content
    assert rounded(content["predictions"]) == rounded(here.result.content["predictions"])
    for column in here.columns.filter(kind="quality"):
        other = remote.columns.get(column=column.column)
        assert (other.outcome, other.sentence) == (column.outcome, column.sentence)
        assert rounded(other.content) == rounded(column.content)
    assert content.get("copied") == ({"warehouse": copied} if copied else None)
    assert content.get("inside") == (None if "window" in parameters else "warehouse")
    page = browser_of("viewer").get(f"/registry/checks/runs/{remote.pk}/").content.decode()
    assert ("Columns copied from" in page) == bool(copied)
    assert ("It was asked " in page) == ("window" not in parameters)


def test_a_schema_check_reads_a_table(in_warehouse, cora):
    run = run_of(define_check("schema", name="s", parameters={"dataset": "events_there"}, actor=cora), cora)
    assert run.outcome == "passed", run.summary


@pytest.fixture
def move(orders, warehouse, data_root, cora):
    """Bind the source table `orders` to the same rows in the warehouse."""

    def bind():
        loaded(warehouse, "orders", data_root / "orders.parquet")
        datasets.add_dataset(
            name="orders_there", kind="table", location="public.orders", connection="warehouse", actor=cora
        )
        source_changed(orders, cora, dataset="orders_there")

    return bind


def rounded(content):
    """To twelve digits: an engine adds up in an order of its own."""
    if isinstance(content, dict):
        return {name: rounded(part) for name, part in content.items()}
    if isinstance(content, list):
        return [rounded(part) for part in content]
    return f"{content:.12g}" if isinstance(content, float) else content


def test_definition_parity_over_a_table_is_that_over_the_same_file(move, feature, cora, browser_of):
    check = register(FIXED, cora).run.check_definition
    over_files = run_of(check, cora)
    move()
    over_table = run_of(check, cora)
    assert over_files.outcome == over_table.outcome == "failed"
    assert over_table.result.content["inside"] == "warehouse"
    page = browser_of("viewer").get(f"/registry/checks/runs/{over_table.pk}/").content.decode()
    assert "Computed inside warehouse" in page
    here = {key: value for key, value in over_files.result.content.items() if key not in ("worst", "sandbox")}
    over_there = {
        key: value for key, value in over_table.result.content.items() if key not in ("worst", "inside", "asked")
    }
    assert rounded(over_there) == rounded(here)
    assert bytes(over_table.differing_rows.content) == bytes(over_files.differing_rows.content)


def test_a_definition_that_postgresql_computes_otherwise_is_computed_over_a_copy(move, feature, cora):
    check = register(TRAINED._replace(computation_logic=f"MEDIAN(order_count) {WINDOW}"), cora).run.check_definition
    over_files = run_of(check, cora)
    move()
    over_table = run_of(check, cora)
    first, second = ({**run.result.content, "sandbox": None} for run in (over_files, over_table))
    assert first == second
    assert "inside" not in second


def test_a_table_that_is_gone_ends_the_run_with_what_to_do(in_warehouse, warehouse, cora):
    check = drift(cora, reference="events_there")
    warehouse.execute("DROP TABLE events")
    run = run_of(check, cora)
    assert (run.outcome, run.error) == (
        "errored",
        "There is no table public.events at connection warehouse, or it is a view of one that does not exist.",
    )


def test_two_tables_are_compared_where_they_lie(in_warehouse, warehouse, cora):
    """Every kind of column: the outcomes of a copy, its counts and KS to the last bit, its sums within 1e-9."""
    warehouse.execute("""CREATE TABLE kinds AS SELECT *, load > 0 AS sunny, at::date AS day, md5(id::text) AS text,
        NULLIF(id % 3, 0)::numeric(6, 2) AS exact, ARRAY[1, id % 4] AS list, '{}'::jsonb AS document,
        ('2024-01-01 00:00+02'::timestamptz + id * interval '1 minute') AS zoned, NULL::interval AS nothing
        FROM events""")
    datasets.add_dataset(
        name="kinds", kind="table", location="kinds", connection="warehouse", key=["id"], event_time="at", actor=cora
    )
    run = run_of(drift(cora, name="inside", reference="kinds"), cora)
    assert not run.error
    assert run.result.content["inside"] == "warehouse"
    inputs = check_inputs.drift(run)
    with TemporaryDirectory() as folder, opened(memory_bytes=2**28) as duck:
        copied = drift_run.judge(duck, at_hand(inputs, Path(folder)), on_progress=lambda *_: None)
    assert (run.outcome, run.summary, run.rows) == (copied.outcome, copied.summary, copied.rows)
    assert {key: value for key, value in run.result.content.items() if key not in ("inside", "asked")} == copied.content
    reports = {column.column: column for column in run.columns.all()}
    assert len(reports) == len(copied.columns) == len(inputs.columns) == 13
    for column in copied.columns:
        here = reports[column.column]
        assert (here.kind, here.outcome, here.statistic, here.limit) == (
            column.kind,
            column.outcome,
            column.statistic,
            column.limit,
        )
        assert here.value == pytest.approx(column.value, rel=1e-9), column.column
        for name, value in column.content.items():
            if isinstance(value, float):
                assert here.content[name] == pytest.approx(value, rel=1e-9, abs=1e-15), (column.column, name)
            elif name not in ("summary_ref", "summary_cur", "histogram", "decided", "sentence", "type_ref", "type_cur"):
                assert here.content[name] == value, (column.column, name)
        if "histogram" in column.content:
            chart, histogram = column.content["histogram"], here.content["histogram"]
            assert sum(histogram["reference"]) == sum(chart["reference"])
            assert histogram["nulls_cur"] == chart["nulls_cur"]


def test_one_columns_trouble_inside_stops_no_other(in_warehouse, warehouse, cora):
    warehouse.execute("CREATE VIEW odd AS SELECT id, at, load, 1 / (calm - calm) AS broken FROM events")
    datasets.add_dataset(
        name="odd", kind="table", location="odd", connection="warehouse", key=["id"], event_time="at", actor=cora
    )
    run = run_of(drift(cora, name="odd", reference="odd"), cora)
    results = {column.column: (column.outcome, column.sentence) for column in run.columns.all()}
    assert results["load"][0] == "drifted"
    assert results["broken"] == (
        "errored",
        "This column could not be compared: PostgreSQL could not compute it (SQLSTATE 22012).",
    )
    assert run.outcome == "failed"
