"""The limit of a finding, and whether chance raised it."""

from __future__ import annotations

import pytest

from registry.checks.queries.raised_limits import fixed_limit, limit_sentence
from registry.models import ColumnFinding

DECIDED = {"decided": [{"name": "psi", "limit": 0.1, "floor": 0.35}, {"name": "ks", "limit": 0.2, "floor": 0.9}]}
CASES = [
    ("psi", 0.35, DECIDED, 0.1, "limit 0.1, raised to 0.35: chance alone"),
    ("psi", 0.1, {"decided": [{"name": "psi", "limit": 0.1, "floor": 0.05}]}, None, "limit 0.1"),
    ("psi", 0.2, {"series": [{"statistic": "psi", "fixed_limit": 0.1}]}, 0.1, "limit 0.1, raised to 0.2: chance alone"),
    ("psi", 0.1, {"series": [{"statistic": "psi", "fixed_limit": 0.1}]}, None, "limit 0.1"),
    ("psi", 0.2, {"series": [{"statistic": "psi", "fixed_limit": None}]} | DECIDED, None, "limit 0.2"),  # its own
    ("", None, DECIDED, None, ""),
    ("mismatch_rate", 0.0, {}, None, "limit 0"),
]


@pytest.mark.parametrize(("statistic", "limit", "content", "fixed", "sentence"), CASES)
def test_a_limit_is_raised_only_where_the_floor_of_the_statistic_that_decided_is_above_it(
    statistic, limit, content, fixed, sentence
):
    finding = ColumnFinding(column="x", statistic=statistic, limit=limit, content=content)
    assert (fixed_limit(finding), limit_sentence(finding)) == (fixed, sentence)
