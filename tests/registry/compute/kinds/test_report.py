"""What a report says is JSON that any database can keep."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from registry.compute.kinds.report import plain


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
        (0.0, 0.0),
        (date(2024, 1, 31), "2024-01-31"),
        (time(8, 30), "08:30:00"),
        (Decimal("1.50"), "1.50"),
        (timedelta(minutes=90), "1:30:00"),
        (b"x", "b'x'"),
        ({1: (float("nan"), None)}, {"1": ["NaN", None]}),
        (True, True),
    ],
)
def test_every_value_is_plain(value, stored):
    assert plain(value) == stored
    json.dumps(plain(value), allow_nan=False)
