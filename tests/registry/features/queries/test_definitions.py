"""Whether a definition can be computed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.name_lists import case_twins
from registry.compute.sandbox.value_types import binding, engine_answers
from registry.data.actions.datasets import add_dataset
from registry.data.actions.source_tables import register_source_table
from registry.data.queries.source_tables import Schema
from registry.data.rules.source import Source
from registry.features.queries.definitions import accept_over, definition_faults, held_out_faults, judge_each
from tests.registry.conftest import FIXED, TRAINED

KNOWN = Schema({"customer_id": "int64", "date": "date32[day]", "order_count": "double"}, ["customer_id"])


def test_a_definition_over_known_columns_has_no_faults(orders):
    assert definition_faults(TRAINED) == []


@pytest.mark.parametrize(
    ("changed", "dialect", "field", "message"),
    [
        (
            {},
            "hive",
            "dialect",
            "'hive' is not a dialect. Choose from duckdb, postgres, spark, bigquery, snowflake, python.",
        ),
        ({"computation_logic": "size(order_count)"}, "spark", "computation_logic", "Write array_size(x)"),
        (
            {"computation_logic": "df.order_count.fillna(0)"},
            "duckdb",
            "computation_logic",
            'Choose the dialect "python"',
        ),
        ({"computation_logic": "LOG(order_count)"}, "duckdb", "computation_logic", "Write log10(order_count) or ln("),
        ({"computation_logic": " \n"}, "python", "computation_logic", "is empty"),
        ({"null_handling": "guess"}, "duckdb", "null_handling", "'guess' is not a null rule. Choose none,"),
        ({"data_type": "quark"}, "duckdb", "data_type", "'quark' is not a data type. Choose "),
        ({"source_table": "A B"}, "duckdb", "source_table", "Write a lower-case letter"),
        ({"computation_logic": "nobody + 1"}, "duckdb", "computation_logic", "nobody"),
    ],
)
def test_each_fault_names_its_field_and_its_value(changed, dialect, field, message):
    judged, _ = accept_over(TRAINED._replace(**changed), KNOWN, dialect)
    (fault,) = judged.faults
    assert fault.field == field
    assert message in fault.message


def test_columns_that_are_not_known_are_not_faults():
    judged, logic = accept_over(TRAINED._replace(computation_logic="anything + 1"), None)
    assert judged.faults == []
    assert logic.columns == ("anything",)


def test_logic_of_another_dialect_is_judged_as_it_will_run():
    judged, logic = accept_over(TRAINED._replace(computation_logic="dayofweek(`date`)"), KNOWN, "spark")
    assert judged == ([], (), "(DATE_PART('dow', \"date\") + 1)")
    assert logic.columns == ("date",)


def test_code_is_only_text_and_says_so():
    code = "def f(rows):\n    return rows['a'] * 2"
    judged, logic = accept_over(TRAINED._replace(computation_logic=code), KNOWN, "python")
    assert (judged.faults, logic) == ([], None)
    assert "never run" in judged.warnings[0]


def test_what_other_engines_compute_differently_is_a_warning():
    counted = "COUNT(order_count) OVER () / COUNT(*) OVER ()"
    judged, _ = accept_over(TRAINED._replace(computation_logic=counted), KNOWN)
    assert judged.faults == []
    assert "keeps the fraction" in judged.warnings[0]


def _judged(logic, **changed):
    [judged] = judge_each([(TRAINED._replace(computation_logic=logic, **changed), "duckdb")])
    return [(fault.field, fault.code, fault.message) for fault in judged.faults], judged.warnings


@pytest.mark.parametrize(
    ("logic", "changed", "field", "code", "message"),
    [
        ("LOWER(order_count)", {}, "computation_logic", "types", "LOWER takes text; order_count is a float64."),
        (
            "order_count > date",
            {"data_type": "bool"},
            "computation_logic",
            "types",
            "> cannot compare order_count (a float64) with date (a date). Cast one of them.",
        ),
        (
            "date",
            {"data_type": "int64"},
            "data_type",
            "never_cast",
            "The logic gives a date, which can never be cast to int64. Choose the type that it gives.",
        ),
        (
            "date",
            {"null_handling": "zero_fill", "data_type": "date"},
            "null_handling",
            "no_zero",
            "zero_fill cannot fill date: type date32[day] has no zero. Choose none and use COALESCE in the logic.",
        ),
        (
            "Order_Count",
            {},
            "computation_logic",
            "column_case",
            "There is no column Order_Count; names are exact. Write order_count.",
        ),
    ],
)
def test_what_can_never_be_computed_is_refused(orders, logic, changed, field, code, message):
    assert _judged(logic, **changed)[0] == [(field, code, message)]


def test_an_aggregate_without_a_window_is_a_warning(orders):
    faults, warnings = _judged("AVG(order_count)")
    assert faults == []
    assert warnings == (
        "AVG(order_count) has no OVER: it is computed over all rows of each entity, later ones too, as AVG(order_count) "
        "OVER (PARTITION BY customer_id). If you mean the whole table, write AVG(order_count) OVER ().",
    )


def test_text_that_may_hold_numbers_is_a_warning(orders):
    faults, warnings = _judged("CAST(date AS VARCHAR)", data_type="int64")
    assert faults == []
    assert warnings == ("The logic gives text. Rows whose text does not spell a value of type int64 fail.",)


def test_names_that_differ_only_by_case_are_refused_by_both(cora, data_root):
    pq.write_table(pa.table({"id": [1], "Amount": [1.0], "amount": [2.0]}), data_root / "cased.parquet")
    add_dataset(name="cased", kind="parquet", location="cased.parquet", key=["id"], actor=cora)
    register_source_table("cased", Source("cased", ["id"], "id"), actor=cora)
    message = case_twins(["Amount", "amount"])["amount"]
    for logic in ("Amount", '"amount"'):
        assert _judged(logic, source_table="cased")[0] == [("computation_logic", "ambiguous_column", message)]
    assert _judged("id", source_table="cased", data_type="int64") == ([], ())


def test_a_column_that_the_engine_reads_in_its_own_way_is_a_warning(cora, data_root):
    table = {"id": [1], "at": [date(2024, 1, 1)], "facts": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64()))}
    pq.write_table(pa.table(table), data_root / "facts.parquet")
    add_dataset(name="facts", kind="parquet", location="facts.parquet", key=["id"], actor=cora)
    register_source_table("facts", Source("facts", ["id"], "at"), actor=cora)
    faults, warnings = _judged("facts IS NULL", source_table="facts", data_type="bool")
    assert faults == []
    assert len(warnings) == 1
    assert warnings[0].startswith("The types were not checked: column facts is map<string, int64")


def test_without_an_answer_of_the_sandbox_the_types_count_as_not_checked(orders, monkeypatch):
    monkeypatch.setattr(engine_answers, "CHILD", Path("/nowhere/at/all.py"))
    monkeypatch.setattr(binding, "REMEMBERED", {})
    faults, warnings = _judged("LOWER(order_count)")
    assert faults == []
    assert [warning[:28] for warning in warnings] == ["The types were not checked: "]


def test_five_hundred_definitions_are_bound_at_once(orders):
    logic = "AVG(order_count) OVER (PARTITION BY customer_id ORDER BY date ROWS BETWEEN {} PRECEDING AND CURRENT ROW)"
    definitions = [TRAINED._replace(computation_logic=logic.format(size)) for size in range(500)]
    definitions[123] = TRAINED._replace(computation_logic="LOWER(order_count)")
    judged = judge_each([(definition, "duckdb") for definition in definitions])
    assert [index for index, content in enumerate(judged) if content.faults] == [123]


def test_a_held_out_data_set_needs_the_columns_of_both_definitions_and_of_the_table(orders, cora):
    assert held_out_faults("orders", [TRAINED, FIXED], orders.current) == []
    more = TRAINED._replace(computation_logic="order_count + missing_one")
    (fault,) = held_out_faults("orders", [TRAINED, more], orders.current)
    assert (fault.field, fault.code) == ("dataset", "unknown_column")
    assert fault.message.startswith("Data set orders has no missing_one, which the definitions need. It has ")


def test_the_keys_of_the_source_table_are_needed_too(orders, cora, data_root):
    (data_root / "held.csv").write_text("order_count\n1\n")
    add_dataset(name="held", kind="csv", location="held.csv", actor=cora)
    plain = TRAINED._replace(computation_logic="order_count + 1")
    assert held_out_faults("held", [plain], None) == []
    (fault,) = held_out_faults("held", [plain], orders.current)
    assert "has no customer_id, date, order_id" in fault.message


def test_a_held_out_data_set_that_does_not_exist_is_named(orders):
    (fault,) = held_out_faults("nobody", [TRAINED], orders)
    assert (fault.field, fault.code) == ("dataset", "unknown")
