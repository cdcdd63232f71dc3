"""The code behind a table does not depend on the order of reports, on formatting, or on the day of the run."""

from __future__ import annotations

from registry.lineage.rules.code import JobCode, upstream_of, without_run_dates
from tests.registry.lineage.reports import LAST_KNOWN, ZERO

ORDERS, RAW = (
    JobCode("dbt/orders", "orders.sql", LAST_KNOWN, "duckdb"),
    JobCode("dbt/raw", "raw.sql", "select 1", "duckdb"),
)


def test_without_code_nothing_is_said():
    assert upstream_of([], []) is None
    assert upstream_of([JobCode("a", "a", "")], [JobCode("b", "b", "")]) is None


def test_code_that_is_known_only_further_up_counts():
    upstream = upstream_of([JobCode("copy", "copy", "")], [ORDERS, RAW])
    assert (upstream.name, [entry.name for entry in upstream.ancestors]) == ("orders.sql", ["raw.sql"])


def test_the_order_of_reports_makes_no_difference():
    other = JobCode("dbt/more", "more.sql", "select 2", "duckdb")
    assert upstream_of([ORDERS, other], [RAW]).digest == upstream_of([other, ORDERS], [RAW, RAW]).digest


def test_formatting_is_not_a_change_and_an_ancestor_is():
    same = ORDERS._replace(text=LAST_KNOWN.upper().replace("  ", " ") + " -- all")
    assert (
        upstream_of([ORDERS], [RAW]).digest == upstream_of([same._replace(text=LAST_KNOWN + "\n-- all")], [RAW]).digest
    )
    assert upstream_of([ORDERS], [RAW]).digest != upstream_of([ORDERS._replace(text=ZERO)], [RAW]).digest
    assert upstream_of([ORDERS], [RAW]).digest != upstream_of([ORDERS], [RAW._replace(text="select 2")]).digest


def test_the_day_of_the_run_is_not_code():
    first = without_run_dates("select * from e where day = '2026-11-05'", ["2026-11-05"])
    second = without_run_dates("select * from e where day = '2026-11-06'", ["2026-11-06"])
    assert first == second
    assert without_run_dates("at >= '2026-11-05 00:00:00'", ["2026-11-05"]) == "at >= '{run date} 00:00:00'"
    assert without_run_dates("id = 20261105", ["2026-11-05"]) == "id = 20261105"
