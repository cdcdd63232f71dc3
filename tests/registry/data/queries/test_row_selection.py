"""Which rows a check reads: moments, and data sets that cannot give them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from platform_site.errors import NotReady
from registry.data.actions.datasets import add_dataset
from registry.data.queries.row_selection import moment, side, types

NOW = datetime(2026, 3, 8, 17, 45, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("-7d", datetime(2026, 3, 1)),
        ("-0d", datetime(2026, 3, 8)),
        ("2026-03-08T12:30", datetime(2026, 3, 8, 12, 30)),
        ("2026-03-08T12:30+05:30", datetime(2026, 3, 8, 7, 0)),
    ],
)
def test_a_moment_is_utc_without_a_zone(text, expected):
    assert moment(text, NOW) == expected


def test_a_side_has_the_period_and_the_columns_of_its_data_set(orders):
    rows = side("orders", since="2024-03-02", until="2024-03-03", now=NOW)
    assert (rows.event_time, rows.since, rows.until) == ("date", datetime(2024, 3, 2), datetime(2024, 3, 3))
    assert list(types(rows)) == ["order_id", "customer_id", "date", "order_count"]


def test_a_data_set_that_does_not_exist_is_not_ready(db):
    with pytest.raises(NotReady) as refused:
        side("nobody", now=NOW)
    assert refused.value.code == "no_dataset"


@pytest.mark.parametrize("period", [{"timed": True}, {"since": "-7d"}, {"until": "-7d"}])
def test_a_period_needs_an_event_time(orders, cora, period):
    add_dataset(name="untimed", kind="parquet", location="orders.parquet", actor=cora)
    assert side("untimed", now=NOW).event_time == ""
    with pytest.raises(NotReady) as refused:
        side("untimed", now=NOW, **period)
    assert refused.value.code == "no_event_time"
