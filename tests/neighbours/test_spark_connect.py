"""Checks of tables and files behind a real Spark Connect server: what is found is what is found over the same files here."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlglot import condition, exp

from registry.checks.actions.checks import define_check
from registry.compute.definition import Definition
from registry.compute.engines.cancellation import Stopped
from registry.compute.engines.columns import Side
from registry.compute.engines.duck import EngineFailed, opened
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Unreadable
from registry.compute.kinds.drift import drift_in_database
from registry.compute.kinds.drift import run as drift_run
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.parity.definition_in_database import judge_in
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.quality.run import Judged
from registry.compute.kinds.side_in_database import Inside
from registry.compute.places.inside import engine_of
from registry.compute.places.spark_tables import SparkTable
from registry.compute.pushdown.columns import Relation, compare_categories_in, compare_numbers_in
from registry.compute.stats.distribution import compare_categorical, compare_numeric
from registry.data.actions import datasets
from tests.neighbours import spark
from tests.registry.compute import sample_predictions
from tests.registry.compute.sample_columns import CATEGORIES, DRIFT, FLIGHTS, NUMBERS, as_column, as_table, assert_same
from tests.registry.compute.sample_columns import why as why_columns
from tests.registry.compute.sample_definitions import CASES, ROWS, SOURCE, Flights, assert_same_report, judged_here
from tests.registry.conftest import FIXED, drift, events, register, run_of, source_changed

__all__ = ["events"]
pytestmark = pytest.mark.neighbours


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """One server for all tests: its address, and the folder that its files are in."""
    spark.client()
    folder = tmp_path_factory.mktemp("cluster")
    with spark.server(folder) as (address, _):
        with SparkTable("lake", address, exp.to_table("range"), 60).opened(timeout_s=300) as first:
            first.rows("SELECT count(*) FROM range(10)")  # the first statement of a server takes seconds more
        yield address, folder


@pytest.fixture
def session(cluster):
    """A session of the test's own: its time limit is that of everything that is asked in it, as for one run."""
    with table_at(cluster, "range").opened(timeout_s=600) as opened_session:
        yield opened_session


def table_at(cluster, name: str) -> SparkTable:
    return SparkTable("lake", cluster[0], exp.to_table(name), 120)


def stored(cluster, name: str, rows: pa.Table) -> exp.Table:
    """The rows as a Parquet file that the cluster reads."""
    path = cluster[1] / f"{name}.parquet"
    pq.write_table(rows, path)
    return exp.Table(this=exp.to_identifier(str(path), quoted=True), db=exp.to_identifier("parquet"))


@pytest.mark.parametrize(
    ("pairs", "compare", "expected"),
    [(NUMBERS, compare_numbers_in, compare_numeric), (CATEGORIES, compare_categories_in, compare_categorical)],
    ids=["numbers", "categories"],
)
def test_every_kind_of_column_compares_there_as_here(cluster, session, pairs, compare, expected):
    for number, pair in enumerate(pairs):
        sides = [
            Relation(stored(cluster, f"{side}{number}", as_table(pair, values)))
            for side, values in (("reference", pair.reference), ("current", pair.current))
        ]
        columns = as_column(pair, pair.reference), as_column(pair, pair.current)
        try:
            assert_same(compare(session.rows, "spark", *sides, pair.column), expected(*columns))
        except AssertionError as wrong:
            raise AssertionError(why_columns(pair)) from wrong


def test_predictions_of_every_kind_are_judged_there_as_here(cluster, session):
    for number, case in enumerate(sample_predictions.CASES):
        sides = tuple(
            Inside(session.rows, "spark", table_at(cluster, "x")._replace(place=stored(cluster, f"{name}_{number}", rows)), rows.schema, None, "")
            for name, rows in zip(("before", "after"), case.tables(), strict=True)
        )  # fmt: skip
        try:
            judged = sample_predictions.judged_in(sides, case)
            assert (judged is not None) == case.counted
            if judged is not None:
                sample_predictions.assert_same_findings(judged, sample_predictions.judged_here(case))
        except AssertionError as wrong:
            raise AssertionError(case.why) from wrong


def test_reports_of_parity_are_those_from_here(cluster):
    table = table_at(cluster, "x")._replace(place=stored(cluster, "odd_rows", ROWS))
    for case in CASES[::4]:  # the others in a local session: tests/registry/compute/pushdown
        with engine_of(table, timeout_s=300, stopped=lambda: False) as engine:
            report = judge_in(
                engine.run, "spark", table.place, SOURCE, *case.definitions(), case.parameters, over=engine.over
            )
        assert_same_report(report, judged_here(ROWS, SOURCE, *case.definitions(), case.parameters))


def test_the_flights_differ_there_as_they_were_found_to(cluster):
    flights = Flights.load()
    table = table_at(cluster, "x")._replace(place=stored(cluster, "flights", flights.rows))
    with engine_of(table, timeout_s=300, stopped=lambda: False) as engine:
        report = judge_in(
            engine.run, "spark", table.place, flights.source, *flights.definitions, ParityParameters(), over=engine.over
        )
    flights.assert_found(report)


def test_the_flights_of_january_and_july_drift_there_as_in_the_worked_case(cluster, session):
    flights = stored(cluster, "flights_of_2013", pq.read_table(FLIGHTS))
    months = [Relation(flights, condition(f"month = {month}")) for month in (1, 7)]
    for name, expected in DRIFT.items():
        compare = compare_numbers_in if "ks" in expected else compare_categories_in
        result = compare(session.rows, "spark", *months, name).as_dict()
        assert {key: result[key] for key in expected} == pytest.approx(expected, rel=1e-9), name


DAY, AT = timedelta(days=1), datetime(2024, 1, 1)
KINDS = {
    "id": pa.array(range(900)),
    "at": pa.array([AT + DAY * (n // 300) for n in range(900)], pa.timestamp("us")),
    "number": pa.array([n % 7 / 3 + (n > 600) for n in range(900)]),
    "gaps": pa.array([None if n % 5 == 0 else n % 11 for n in range(900)], pa.int32()),
    "word": pa.array([f"w{n % 4}" for n in range(900)]),
    "sunny": pa.array([n % 3 == 0 for n in range(900)]),
    "day": pa.array([(AT + DAY * (n % 9)).date() for n in range(900)]),
    "zoned": pa.array([AT + timedelta(minutes=n * n % 700) for n in range(900)], pa.timestamp("us", tz="UTC")),
    "exact": pa.array([Decimal(n % 5) for n in range(900)], pa.decimal128(10, 2)),
    "names": pa.array([f"name {n}" for n in range(900)]),
    "list": pa.array([[1.0] * (n % 4) for n in range(900)]),
    "nothing": pa.nulls(900, pa.int64()),
}


def test_drift_of_every_kind_of_column_is_that_over_the_file(cluster):
    rows = pa.table(KINDS)
    table = table_at(cluster, "x")._replace(place=stored(cluster, "kinds", rows))
    path = cluster[1] / "kinds.parquet"
    cut = [{"since": AT, "until": AT + DAY}, {"since": AT + 2 * DAY}]
    columns = [name for name in KINDS if name not in ("id", "at")]
    parameters = DriftParameters("kinds", "kinds", reference_from="2024-01-01", minimum_rows=10)
    here, remote = (
        DriftInputs(*(Side(data, "at", **part) for part in cut), columns, [], parameters)
        for data in (Files(path, (path,), "parquet"), table)
    )
    with opened(memory_bytes=2**28) as duck:
        expected = drift_run.judge(duck, here, on_progress=lambda *_: None)
    steps = []
    with engine_of(table, timeout_s=300, stopped=lambda: False) as engine:
        report = drift_in_database.judge(
            engine.run, engine.dialect, remote, on_progress=lambda *step: steps.append(step), over_rows=Judged
        )
    assert (report.outcome, report.summary, report.rows) == (expected.outcome, expected.summary, expected.rows)
    assert [step[2] for step in steps] == ["Reading the rows", *columns]
    judged = {column.column: column for column in report.columns}
    for column in expected.columns:
        result = judged[column.column]
        assert (result.kind, result.outcome, result.statistic) == (column.kind, column.outcome, column.statistic)
        names = ("ks", "psi", "jensen_shannon", "null_share_change", "new", "gone")
        values, others = ([each.value, *map(each.content.get, names)] for each in (result, column))
        try:
            sample_predictions.assert_same(values, others)
        except AssertionError as wrong:
            raise AssertionError(column.column) from wrong


def test_a_table_is_described_digested_sampled_and_copied(cluster, session, tmp_path):
    place = stored(cluster, "copied", pa.table(KINDS))
    session.rows(f"CREATE TABLE described USING parquet AS SELECT * FROM {place.sql('spark')}")
    table = table_at(cluster, "described")
    snapshot = table.snapshot()
    assert (snapshot.rows, [name for name, _ in snapshot.schema]) == (900, [*KINDS])
    assert table.snapshot().digest == snapshot.digest
    session.rows("CREATE TABLE shuffled USING parquet AS SELECT * FROM described ORDER BY word, id DESC")
    assert table_at(cluster, "shuffled").snapshot().digest == snapshot.digest
    session.rows("INSERT INTO shuffled SELECT * FROM described WHERE id = 5")
    assert table_at(cluster, "shuffled").snapshot().digest != snapshot.digest
    assert len(table.first_rows(3)) == 3
    assert table.days("at") == [((AT + DAY * n).date(), 300) for n in range(3)]
    side = Side(table, "at", since=AT + DAY, columns=("id", "word"))
    copied = pq.read_table(side.at_hand(tmp_path).files.base)
    assert (copied.num_rows, copied.column_names) == (600, ["id", "word"])
    assert 0 < pq.read_table(side.at_hand(tmp_path, most_rows=100).files.base).num_rows < 250


def test_what_is_not_there_is_a_sentence(cluster):
    with pytest.raises(Unreadable, match=r"There is no table nowhere\.orders at connection lake\."):
        table_at(cluster, "nowhere.orders").describe()
    missing = exp.Table(this=exp.to_identifier("/nowhere/x", quoted=True), db=exp.to_identifier("parquet"))
    with pytest.raises(Unreadable, match="There are no Parquet files at /nowhere/x that connection lake can read"):
        table_at(cluster, "x")._replace(place=missing).describe()


def test_an_error_shows_neither_data_nor_a_stack(session):
    with pytest.raises(EngineFailed) as failed:
        session.rows("SELECT CAST('Mrs Smith' AS INT)")
    assert str(failed.value) == "Spark at connection lake could not compute it (CAST_INVALID_INPUT)."


LONG = "SELECT count(*) FROM range(100000000) a JOIN range(1000) b ON hash(a.id, b.id) = 1"


def test_a_statement_is_cancelled_within_seconds_and_the_cluster_is_free(cluster):
    began, stop_at = time.monotonic(), time.monotonic() + 2
    table = table_at(cluster, "x")
    with (
        pytest.raises(Stopped),
        table.opened(timeout_s=60, stopped=lambda: time.monotonic() > stop_at) as working,
    ):
        working.rows(LONG)
    assert time.monotonic() - began < 8
    with table.opened(timeout_s=20) as working:
        assert working.rows("SELECT 1") == [(1,)]


def test_the_time_limit_ends_it_with_what_to_do(cluster):
    with (
        pytest.raises(EngineFailed, match=r"took longer than 2 s\. .* raise CHECK_TIME_LIMIT_S"),
        table_at(cluster, "x").opened(timeout_s=2) as working,
    ):
        working.rows(LONG)


def test_a_server_that_is_away_is_noticed_within_seconds():
    spark.client()
    began = time.monotonic()
    with pytest.raises(Unreadable, match="Connection lake does not answer"):
        SparkTable("lake", "sc://127.0.0.1:1/", exp.to_table("x"), 60).describe()
    assert time.monotonic() - began < 5


def test_a_token_is_needed_where_the_server_has_one_and_no_sentence_shows_it(tmp_path):
    spark.client()
    with spark.server(tmp_path, token="hunter2") as (address, process):
        address = address.replace("127.0.0.1", "localhost")
        right = SparkTable("lake", f"{address}/;token=hunter2", exp.to_table("x"), 60)
        with right.opened(timeout_s=60) as working:
            assert working.rows("SELECT 1") == [(1,)]
            for wrong in (f"{address}/;token=hunter3", f"{address}/"):
                with pytest.raises(Unreadable) as refused, right._replace(address=wrong).opened(timeout_s=60):
                    pass
                assert "refuses the token" in str(refused.value)
                assert "hunter" not in str(refused.value)
            process.kill()
            process.wait()
            began = time.monotonic()
            with pytest.raises(Unreadable, match="Connection lake does not answer"):
                working.rows("SELECT 1")
            assert time.monotonic() - began < 10


@pytest.fixture
def lake(cluster, settings):
    settings.CONNECTIONS = {"lake": f"{cluster[0]}/;files={cluster[1]}"}
    return cluster


def test_a_drift_check_of_data_sets_there_runs_there(lake, events, data_root, cora):
    (lake[1] / "events.parquet").write_bytes((data_root / "events.parquet").read_bytes())
    datasets.add_dataset(
        name="events_there", kind="parquet", location="events.parquet", connection="lake", key=["id"], event_time="at",
        actor=cora,
    )  # fmt: skip
    here, remote = run_of(drift(cora), cora), run_of(drift(cora, name="there", reference="events_there"), cora)
    assert (remote.outcome, remote.summary, remote.rows) == (here.outcome, here.summary, here.rows), remote.error
    assert remote.result.content["inside"] == "lake"
    by_day = {"window": "day", "calibrated": True}
    here, remote = (
        run_of(drift(cora, name=f"{name}_by_day", reference=name, **by_day), cora)
        for name in ("events", "events_there")
    )
    assert (remote.outcome, remote.summary) == (here.outcome, here.summary), remote.error


SCORED = [
    ({"prediction": "calm", "label": "load"}, None),
    ({"prediction": "country", "label": "country", "group": "user", "favourable": "FR"}, None),
    ({"prediction": "chance", "group": "user"}, None),
    ({"prediction": "chance", "label": "truth", "group": "user"}, ["chance", "user", "truth", "at"]),
    ({"prediction": "calm", "label": "load", "window": "day", "calibrated": True}, ["calm", "load", "at"]),
]


@pytest.mark.parametrize(
    ("about", "copied"), SCORED, ids=["numbers", "classes", "rates", "probabilities", "numbers by day"]
)
def test_metrics_and_fairness_of_a_table_there_are_those_over_the_file(about, copied, lake, events, data_root, cora):
    rows = pq.read_table(data_root / "events.parquet")
    rows = rows.append_column("chance", pa.array(1 / (1 + np.exp(-rows["load"].to_numpy()))))
    rows = rows.append_column("truth", pa.array(rows["calm"].to_numpy() > rows["load"].to_numpy()))
    runs = []
    for name, folder, connection in (("scored", data_root, ""), ("scored_there", lake[1], "lake")):
        pq.write_table(rows, folder / "scored.parquet")
        datasets.add_dataset(
            name=name, kind="parquet", location="scored.parquet", connection=connection, key=["id"], event_time="at",
            actor=cora,
        )  # fmt: skip
        runs.append(run_of(drift(cora, name=name, reference=name, columns=["calm"], **about), cora))
    here, remote = runs
    assert (remote.outcome, remote.summary, remote.rows) == (here.outcome, here.summary, here.rows), remote.error
    content, expected = remote.result.content, here.result.content
    assert content.get("copied") == ({"lake": copied} if copied else None)
    assert content.get("inside") == (None if "window" in about else "lake")
    if "window" not in about:
        assert content["asked"]["statements"] > 5
        assert (
            content["asked"]["rows"] < here.rows / 10
        )  # categories, bins and combinations, however many rows there are
    sample_predictions.assert_same(content["predictions"], expected["predictions"])
    for column in here.columns.filter(kind="quality"):
        other = remote.columns.get(column=column.column)
        assert (other.outcome, other.sentence) == (column.outcome, column.sentence)
        sample_predictions.assert_same(other.content, column.content)


def test_a_run_there_ends_with_a_sentence_when_its_time_is_over_or_its_server_is_away(lake, session, cora, settings):
    session.rows("CREATE TABLE endless USING parquet AS SELECT id, id % 7 AS part FROM range(1000)")
    datasets.add_dataset(name="endless", kind="table", location="default.endless", connection="lake", actor=cora)
    check = define_check("schema", name="endless", parameters={"dataset": "endless", "unique": ["id"]}, actor=cora)
    settings.CHECK_TIME_LIMIT_S = 0.01
    assert "took longer than 0.01 s" in run_of(check, cora).error
    settings.CONNECTIONS = {"lake": "sc://127.0.0.1:1"}
    assert "Connection lake does not answer" in run_of(check, cora).error


def test_definition_parity_over_a_table_there_is_that_over_the_same_file(
    lake, session, orders, feature, data_root, cora
):
    check = register(FIXED, cora).run.check_definition
    over_files = run_of(check, cora)
    session.rows(f"CREATE TABLE orders USING parquet AS SELECT * FROM parquet.`{data_root / 'orders.parquet'}`")
    datasets.add_dataset(name="orders_there", kind="table", location="default.orders", connection="lake", actor=cora)
    source_changed(orders, cora, dataset="orders_there")
    over_table = run_of(check, cora)
    assert (over_table.outcome, over_table.summary) == (over_files.outcome, over_files.summary), over_table.error
    assert over_table.result.content["inside"] == "lake"
    refused = register(
        Definition("MEDIAN(order_count) OVER (PARTITION BY customer_id)", "none", "float64", "orders"), cora
    )
    ended = run_of(refused.run.check_definition, cora)
    assert ended.outcome == "errored"
    assert ended.error.endswith("A table behind Spark is not copied to compute it elsewhere."), ended.error


def test_a_schema_check_of_a_table_there_runs_there(lake, events, data_root, cora):
    rows = pq.read_table(data_root / "events.parquet")
    rows = pa.concat_tables([rows, rows.slice(0, 3)])
    expectations = [
        {"name": "country", "allowed": ["FR", 'it\'s \\ "x"'], "nullable": False},
        {"name": "sometimes", "nullable": False},
        {"name": "user", "unique": True},
        {"name": "gone"},
    ]
    runs = []
    for name, folder, connection in (("twice_here", data_root, ""), ("twice_there", lake[1], "lake")):
        pq.write_table(rows, folder / "twice.parquet")
        datasets.add_dataset(
            name=name, kind="parquet", location="twice.parquet", connection=connection, key=["id"], event_time="at",
            actor=cora,
        )  # fmt: skip
        parameters = {"dataset": name, "columns": expectations}
        runs.append(run_of(define_check("schema", name=f"s_{name}", parameters=parameters, actor=cora), cora))
    here, remote = runs
    assert (remote.outcome, remote.summary, remote.rows) == (here.outcome, here.summary, here.rows), remote.error
    assert remote.result.content["findings"] == here.result.content["findings"]
    assert remote.result.content["inside"] == "lake"


LOGGED = ("load", "calm", "country", "sometimes", "user", "exact", "seen", "list")


@pytest.mark.parametrize("match_by", [{"tolerance_s": 30}, {"match_by": "key"}], ids=["nearest", "key"])
def test_log_parity_of_two_tables_there_is_that_over_the_same_files(match_by, lake, events, data_root, cora):
    trained = pq.read_table(data_root / "events.parquet")
    numbers = np.arange(trained.num_rows)
    trained = trained.append_column("exact", pa.array([Decimal(int(n) % 9) for n in numbers], pa.decimal128(10, 2)))
    trained = trained.append_column("seen", pa.array(numbers % 5 == 0)).append_column(
        "list", pa.array([[1.0]] * len(numbers))
    )
    served = trained.slice(100)
    load = served["load"].to_numpy() * np.where(np.arange(len(served)) < 60, 2, 1)
    served = served.set_column(served.schema.get_field_index("load"), "load", pa.array(load))
    exact = pa.array([Decimal(0 if n < 40 else n % 9) for n in range(100, 12_000)], pa.decimal128(10, 2))
    served = served.set_column(served.schema.get_field_index("exact"), "exact", exact)
    late = pa.array([moment + timedelta(seconds=20) for moment in served["at"].to_pylist()])
    served = served.set_column(served.schema.get_field_index("at"), "at", late)
    runs = []
    for place, folder, connection in (("here", data_root, ""), ("there", lake[1], "lake")):
        for name, rows in (("trained", trained), ("served", served)):
            pq.write_table(rows, folder / f"{name}.parquet")
            datasets.add_dataset(
                name=f"{name}_{place}", kind="parquet", location=f"{name}.parquet", connection=connection, event_time="at",
                actor=cora,
            )  # fmt: skip
        parameters = {"training": f"trained_{place}", "serving": f"served_{place}", "entity_key": ["id"], **match_by}
        runs.append(run_of(define_check("log_parity", name=f"l_{place}", parameters=parameters, actor=cora), cora))
    here, remote = runs
    assert remote.result.content["inside"] == "lake", remote.error
    for name in ("matched", "missing", "extra", "rows_trained", "rows_served"):
        assert remote.result.content[name] == here.result.content[name], name
    columns = {column.column: column for column in remote.columns.all()}
    assert columns.keys() == {column.column for column in here.columns.all()} >= {*LOGGED}
    assert columns.pop("list").sentence.endswith("Leave it out of the features, or compare a copy.")
    for column in here.columns.exclude(column="list"):
        other = columns[column.column]
        assert (other.outcome, other.sentence, other.value) == (column.outcome, column.sentence, column.value)
        for key, value in column.content.items():
            if key in ("worst", "distribution", "alarms", "histogram", "silence", "worst_rows"):
                continue
            expected = pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
            assert other.content[key] == expected, (column.column, key)
        differing = [sorted(row["key"]["id"] for row in each.content["worst_rows"]) for each in (column, other)]
        assert len(differing[0]) == len(differing[1])
