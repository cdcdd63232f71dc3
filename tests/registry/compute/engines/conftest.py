"""An engine, and a side of many rows."""

from __future__ import annotations

from datetime import datetime

import pytest

from registry.compute.engines.duck import opened
from tests.registry.compute.engines.sides import MIB, ODD, written


@pytest.fixture
def duck():
    with opened(memory_bytes=256 * MIB) as engine:
        yield engine


@pytest.fixture
def many(tmp_path):
    """200,000 rows in small row groups, cut at the half."""
    rows = range(200_000)
    at = [datetime(2024, 1, 1 + row % 28, 12) for row in rows]
    side = written(
        tmp_path / "it's.parquet", {"n": rows, ODD: [row * 2 for row in rows], "at": at}, row_group_size=1_000
    )
    return side._replace(since=datetime(2024, 1, 10), until=datetime(2024, 1, 20))
