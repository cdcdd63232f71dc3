"""A new check is filled in from the data, and previewed on some rows."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from platform_site.errors import NotReady
from registry.checks.queries import check_proposals
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.data.actions.datasets import add_dataset
from registry.models import Check, Dataset
from tests.registry.versions.views.test_models import text

pytestmark = pytest.mark.django_db
NEW = "/registry/checks/new/"


@pytest.fixture
def lead(browser_of):
    return browser_of("lead")


def test_a_form_is_filled_in_from_a_table_and_previewed_on_some_rows(in_warehouse):
    result = check_proposals.initial("drift", in_warehouse)
    assert (result["ignore"], result["kinds"]) == ([], "")
    assert (result["window"], result["calibrated"]) == ("day", True)


def write(data_root, cora, days: int, a_day: int):
    """A data set of a constant, an id, a code, a measure and a text."""
    rows, random = days * a_day, np.random.default_rng(1)
    at = [datetime(2024, 1, 1) + timedelta(days=row // a_day, seconds=row % a_day) for row in range(rows)]
    columns = {
        "at": at,
        "id": range(rows),
        "day": ["x"] * rows,
        "request": [f"r{row}" for row in range(rows)],
        "code": random.integers(1, 6, rows),
        "amount": random.normal(size=rows),
        "zip": random.choice(["02134", "10001"], rows),
    }
    pq.write_table(pa.table(columns), data_root / "shop.parquet")
    return add_dataset(name="shop", kind="parquet", location="shop.parquet", key=["id"], event_time="at", actor=cora)


@pytest.mark.parametrize(
    ("days", "a_day", "window", "calibrated"),
    [
        (60, 250, "day", True),
        (30, 250, "day", True),
        (20, 250, "day", False),
        (240, 60, "week", True),
        (300, 15, "month", False),
        (40, 2, "", False),
    ],
)
def test_windows_with_rows_enough_are_proposed(data_root, cora, days, a_day, window, calibrated):
    result = check_proposals.initial("drift", write(data_root, cora, days, a_day))
    assert (result["window"], result["calibrated"]) == (window, calibrated)


def test_what_is_not_worth_comparing_is_left_out_and_codes_are_categories(data_root, cora):
    result = check_proposals.initial("drift", write(data_root, cora, 60, 250))
    assert (result["ignore"], result["kinds"]) == (["day", "request"], "code category")


def test_another_data_set_of_the_same_key_and_time_is_proposed_for_the_other_side(orders, data_root, cora):
    dataset = Dataset.objects.get(name="orders")
    others = {"kind": "parquet", "location": "orders.parquet", "actor": cora}
    add_dataset(name="timeless", key=["order_id"], **others)
    assert check_proposals.initial("log_parity", dataset)["serving"] == ""
    add_dataset(name="served", key=["order_id"], event_time="date", **others)
    assert check_proposals.initial("log_parity", dataset)["serving"] == "served"


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [(10_000, "On all rows. Limits are each column's own"), (300, "On one row in 2, evenly taken")],
)
def test_a_preview_judges_by_the_windows_of_the_run(data_root, cora, monkeypatch, sample, sentence):
    monkeypatch.setattr(check_proposals, "SAMPLE", sample)
    dataset = write(data_root, cora, 60, 250)
    values = check_proposals.initial("drift", dataset)
    names = ("reference", "ignore", "reference_to", "current_from", "window", "calibrated")
    parameters = DriftParameters(**{name: values[name] for name in names}, kinds={"code": "category"})
    report = check_proposals.preview("drift", parameters)
    assert (report.outcome, report.content["windows"]["window"]) == ("passed", "day")
    assert sentence in check_proposals.sampled("drift", report)
    assert {column.column for column in report.columns} == {"code", "amount", "zip"}


def test_a_preview_says_that_no_column_can_alarm(data_root, cora):
    dataset = write(data_root, cora, 60, 50)
    parameters = DriftParameters(
        "shop", reference_to="2024-02-01", current_from="2024-02-01", window="day", calibrated=True
    )
    report = check_proposals.preview("drift", parameters)
    assert (dataset.name, report.outcome) == ("shop", "not_enough_data")
    assert "5 blind" in report.summary
    assert "would be seen" not in check_proposals.sampled("drift", report)


def test_a_connection_that_was_taken_away_is_said(in_warehouse, settings):
    settings.CONNECTIONS = {}
    with pytest.raises(NotReady, match="an administrator sets CONNECTION_<NAME>"):
        check_proposals.initial("drift", in_warehouse)


def test_a_preview_of_log_parity_looks_at_the_same_entities_of_both_sides(lead, events, data_root, monkeypatch, cora):
    monkeypatch.setattr(check_proposals, "SAMPLE", 1_000)
    served = pq.read_table(data_root / "events.parquet").sort_by([("load", "ascending")])
    served = served.set_column(4, "calm", pc.add(served["calm"], pa.scalar(1.0)))
    pq.write_table(served.set_column(1, "user", served["user"].cast(pa.int32())), data_root / "served.parquet")
    add_dataset(name="served", kind="parquet", location="served.parquet", key=["id"], event_time="at", actor=cora)
    values = {"name": "l", "training": "events", "serving": "served", "entity_key": "user, id", "tolerance_s": 0}
    values |= {"limit": 0, "unmatched_limit": 1, "preview": "1"}
    shown = text(lead.post(f"{NEW}?kind=log_parity", values))
    matched = int(re.search(r"([\d,]+) rows matched, 0 missing, 0 extra", shown)[1].replace(",", ""))
    assert 500 < matched < 2_000
    assert "1 of 4 features differ, most calm" in shown
    assert not Check.objects.exists()
