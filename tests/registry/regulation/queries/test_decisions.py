"""Reported decisions: filters at their limits, single decisions, and their part of the regulator pack."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from platform_site.errors import Unknown
from registry.regulation.actions.decisions import report_decisions
from registry.regulation.queries import decisions
from tests.registry.regulation.actions.test_decisions import NOW
from tests.registry.regulation.actions.test_decisions import reported_decision as reported


@pytest.fixture
def version(model_version, cora):
    """`demand` v1 with three decisions of 3, 2 and 1 days ago; the last one is not explained."""
    rows = [reported(1, days_ago=3), reported(2, days_ago=2, environment="staging"), reported(13, explanation=None)]
    report_decisions(model_version, rows, actor=cora)
    return model_version


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["a-13", "a-2", "a-1"]),
        ({"external_id": "a-1"}, ["a-13", "a-1"]),
        ({"external_id": "1"}, []),
        ({"environment": "staging"}, ["a-2"]),
        ({"method": "linear"}, ["a-2", "a-1"]),
        ({"method": "none"}, ["a-13"]),
        ({"since": NOW - timedelta(days=2)}, ["a-13", "a-2"]),
        ({"until": NOW - timedelta(days=2)}, ["a-1"]),
        ({"since": NOW - timedelta(days=2), "until": NOW - timedelta(days=2, minutes=-1)}, ["a-2"]),
    ],
)
def test_since_is_included_until_is_not_and_an_id_is_matched_from_its_start(version, wanted, names):
    assert [row.external_id for row in decisions.decisions_by(version, **wanted)] == names


def test_a_decision_belongs_to_its_version(second, cora):
    report_decisions(second, [reported(1)], actor=cora)
    row = decisions.decisions(second).get()
    assert decisions.decision(second, row.pk) == row
    first = second.model.versions.get(version="v1")
    with pytest.raises(Unknown, match=f"There is no decision {row.pk} of demand v1"):
        decisions.decision(first, row.pk)


def test_features_and_columns_of_the_training_data_can_be_named(model_version):
    assert decisions.explainable_by(model_version) == {
        "orders_3d", "order_id", "customer_id", "date", "order_count",
    }  # fmt: skip


def test_months_are_grouped_with_a_digest_over_their_decisions():
    rows = [
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), "a"),
        (datetime(2026, 2, 1, tzinfo=UTC), "b"),
        (datetime(2026, 2, 28, tzinfo=UTC), "c"),
    ]
    assert decisions.by_month(rows) == [
        {"month": "2026-01", "rows": 1, "digest": hashlib.sha256(b"a\n").hexdigest()},
        {"month": "2026-02", "rows": 2, "digest": hashlib.sha256(b"b\nc\n").hexdigest()},
    ]


@pytest.mark.parametrize(("limit", "newest", "earlier"), [(3, 3, 0), (2, 2, 1)])
def test_the_pack_has_as_many_in_full_as_the_limit_and_counts_the_rest(version, monkeypatch, limit, newest, earlier):
    monkeypatch.setattr(decisions, "NEWEST_IN_A_PACK", limit)
    packed = decisions.for_the_pack(version)
    assert (packed["kept"], len(packed["newest"]), packed["purged"]) == (3, newest, [])
    assert sum(month["rows"] for month in packed["earlier_by_month"]) == earlier
    assert "a-13" in packed["newest"][0]["content"]
