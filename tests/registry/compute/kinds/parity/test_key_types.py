"""The keys of two data sets must hold one kind of value: every one that does not is named, with both types."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from registry.compute.engines.columns import Side
from registry.compute.engines.duck import EngineFailed, opened
from registry.compute.engines.files import Files
from registry.compute.kinds.parity.key_types import require_alike


@pytest.fixture
def required(tmp_path):
    """Requires the keys of two data sets of one row to be alike."""

    def require(offline, online) -> None:
        sides = []
        for name, columns in (("offline", offline), ("online", online)):
            path = tmp_path / f"{name}.parquet"
            parquet.write_table(pa.table({key: [value] for key, value in columns.items()}), path)
            sides.append((name, Side(Files(path, (path,), "parquet"))))
        with opened(memory_bytes=2**27) as duck:
            require_alike(duck, sides, [*offline])

    return require


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (1, 1),
        (1, 1.0),
        (Decimal("1.5"), 1),
        ("a", "a"),
        (date(2024, 1, 1), date(2024, 1, 1)),
        (date(2024, 1, 1), datetime(2024, 1, 1)),
        (datetime(2024, 1, 1), date(2024, 1, 1)),
        (True, False),
    ],
)
def test_keys_of_one_kind_are_taken(required, first, second):
    required({"id": first}, {"id": second})


@pytest.mark.parametrize(
    ("first", "second", "part"),
    [
        (1, "1", "id holds whole numbers (int64) in offline and texts (string) in online"),
        ("2024-01-01", date(2024, 1, 1), "texts (string) in offline and dates (date32[day]) in online"),
        (True, 1, "truth values (bool) in offline and whole numbers (int64) in online"),
    ],
)
def test_keys_of_two_kinds_are_refused_with_both(required, first, second, part):
    with pytest.raises(EngineFailed) as refused:
        required({"id": first}, {"id": second})
    assert part in str(refused.value)
    assert "change the kind of the column in how one of the data sets is read" in str(refused.value)


def test_every_key_that_differs_is_named_at_once(required):
    with pytest.raises(EngineFailed, match=r"a holds .*; b holds ") as refused:
        required({"a": 1, "same": 1, "b": "x"}, {"a": "1", "same": 2, "b": 1})
    assert "same holds" not in str(refused.value)
