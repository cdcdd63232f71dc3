"""Data sets that are tables of a connection: the same checks, the same findings as over files."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotReady
from registry.checks.actions.checks import define_check
from registry.checks.queries import check_inputs, check_proposals
from registry.compute.engines.columns import at_hand
from registry.compute.engines.duck import opened
from registry.compute.kinds.drift import run as drift_run
from registry.data import actions as datasets
from tests.registry.conftest import FIXED, TRAINED, WINDOW, drift, loaded, register, run_of

FAULTS = [
    ("an unknown connection", {"connection": "elsewhere"}, "connection", "There are: warehouse."),
    ("no connection", {"connection": ""}, "connection", "There is no connection ''"),
    ("a table that is not there", {"location": "gone"}, "location", "There is no table public.gone"),
    ("three names", {"location": "a.b.c"}, "location", "schema.table"),
    ("the server's own table", {"location": "pg_catalog.pg_class"}, "location", "own tables"),
    ("a column that is not there", {"key": ["nope"]}, "key", "no column 'nope'"),
    ("a file with a connection", {"kind": "parquet", "location": "events.parquet"}, "connection", "Only a table"),
]


@pytest.fixture
def in_warehouse(events, warehouse, data_root, cora):
    loaded(warehouse, "events", data_root / "events.parquet")
    return datasets.add_dataset(
        name="events_there", kind="table", location="events", connection="warehouse", key=["id"], event_time="at",
        actor=cora,
    )  # fmt: skip


@pytest.mark.parametrize(("why", "changed", "field", "sentence"), FAULTS)
def test_a_table_that_cannot_be_described_says_what_to_change(why, changed, field, sentence, in_warehouse, cora):
    given = {"name": "again", "kind": "table", "location": "events", "connection": "warehouse"} | changed
    with pytest.raises(Invalid) as invalid:
        datasets.add_dataset(**given, actor=cora)
    assert [(fault.field, sentence in fault.message) for fault in invalid.value.faults] == [(field, True)], why


def test_no_record_holds_the_address(in_warehouse, postgres_server):
    event = AuditEvent.objects.get(subject="dataset:events_there")
    assert '"connection":"warehouse"' in event.payload
    assert postgres_server not in repr([vars(event), vars(in_warehouse)])


def test_a_snapshot_is_the_same_until_the_rows_change(in_warehouse, warehouse, cora):
    first, created = datasets.take_snapshot(in_warehouse, actor=cora)
    assert (created, first.rows) == (True, 12_000)
    assert datasets.take_snapshot(in_warehouse, actor=cora) == (first, False)
    warehouse.execute("UPDATE events SET calm = 0 WHERE id = 0")
    assert datasets.take_snapshot(in_warehouse, actor=cora)[1] is True


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


def test_a_schema_check_reads_a_table(in_warehouse, cora):
    run = run_of(define_check("schema", name="s", parameters={"dataset": "events_there"}, actor=cora), cora)
    assert run.outcome == "passed", run.summary


@pytest.fixture
def move(orders, warehouse, data_root, cora):
    """Bind the source table `orders` to the same rows in the warehouse."""

    def bind():
        loaded(warehouse, "orders", data_root / "orders.parquet")
        there = datasets.add_dataset(
            name="orders_there", kind="table", location="public.orders", connection="warehouse", actor=cora
        )
        datasets.save_source_table(
            name="orders", dataset=there, entity_key=["customer_id"], event_time="date", row_key=["order_id"],
            actor=cora,
        )  # fmt: skip

    return bind


def rounded(content):
    """To twelve digits: an engine adds up in an order of its own."""
    if isinstance(content, dict):
        return {name: rounded(one) for name, one in content.items()}
    if isinstance(content, list):
        return [rounded(one) for one in content]
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
    there = {key: value for key, value in over_table.result.content.items() if key not in ("worst", "inside")}
    assert rounded(there) == rounded(here)
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


def test_a_form_is_filled_in_from_a_table_and_previewed_on_some_rows(in_warehouse):
    given = check_proposals.initial("drift", in_warehouse)
    assert given["columns"] == ["user", "load", "calm", "country", "sometimes"]
    assert (given["window"], given["calibrated"]) == ("day", True)


def test_a_connection_that_was_taken_away_is_said(in_warehouse, settings):
    settings.CONNECTIONS = {}
    with pytest.raises(NotReady, match="an administrator sets CONNECTION_<NAME>"):
        check_proposals.initial("drift", in_warehouse)


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
    assert {key: value for key, value in run.result.content.items() if key != "inside"} == copied.content
    found = {column.column: column for column in run.columns.all()}
    assert len(found) == len(copied.columns) == len(inputs.columns) == 13
    for column in copied.columns:
        here = found[column.column]
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
            chart, there = column.content["histogram"], here.content["histogram"]
            assert sum(there["reference"]) == sum(chart["reference"])
            assert there["nulls_cur"] == chart["nulls_cur"]


def test_one_columns_trouble_inside_stops_no_other(in_warehouse, warehouse, cora):
    warehouse.execute("CREATE VIEW odd AS SELECT id, at, load, 1 / (calm - calm) AS broken FROM events")
    datasets.add_dataset(
        name="odd", kind="table", location="odd", connection="warehouse", key=["id"], event_time="at", actor=cora
    )
    run = run_of(drift(cora, name="odd", reference="odd"), cora)
    found = {column.column: (column.outcome, column.sentence) for column in run.columns.all()}
    assert found["load"][0] == "drifted"
    assert found["broken"] == (
        "errored",
        "This column could not be compared: PostgreSQL could not compute it (SQLSTATE 22012).",
    )
    assert run.outcome == "failed"
