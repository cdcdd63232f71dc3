"""Whose features a registration may touch, and how many queries it takes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_site.errors import NotAllowed
from registry.features.actions.registration import register_features
from tests.registry.conftest import FIXED, contributor, register
from tests.registry.features.actions.definitions import proposed

pytestmark = pytest.mark.postgresql


def test_another_teams_feature_cannot_be_changed(feature):
    with pytest.raises(NotAllowed):
        register(FIXED, contributor("forecasting", name="otto"))
    assert feature.versions.count() == 1


def test_as_many_queries_for_many_new_definitions_as_for_few(orders, cora):
    counts = []
    for size in (2, 60):
        with CaptureQueriesContext(connection) as queries:
            register_features(proposed(*(f"f{size}_{number}" for number in range(size))), actor=cora)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 4, counts  # SQLite takes a limited number of values in one statement
