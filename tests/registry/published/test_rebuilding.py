"""What of production is on record to rebuild it from."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.published import rebuilding
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import register_version
from tests.registry.conftest import ARTIFACT, HEX, lineage

pytestmark = pytest.mark.django_db


def test_an_empty_registry_has_nothing_to_rebuild(db):
    assert rebuilding.record(None)[:2] == (0, 0)
    assert rebuilding.lacking(None, 5) == []
    assert rebuilding.serving_modes(None) == {}


def test_what_a_version_lacks_is_counted_and_named(in_production):
    result = rebuilding.record(None)
    assert result[:2] == (0, 1)
    lacks = ["the commit of its feature pipeline"]
    assert [part for part, count in result.missing.items() if count] == lacks
    (row,) = rebuilding.lacking(None, 5)
    assert (row.model, row.version, row.parts) == ("demand", "v1", lacks)


def test_a_version_with_every_part_lacks_nothing(model, feature, orders, cora):
    parts = lineage(orders, pipeline_commit=HEX[:40])
    version = register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    for stage in ("staging", "production"):
        promote(version, stage, actor=cora)
        version.refresh_from_db()
    assert rebuilding.record(None)[:2] == (1, 1)
    assert rebuilding.lacking(None, 5) == []


def test_it_takes_three_queries(in_production):
    with CaptureQueriesContext(connection) as queries:
        assert rebuilding.serving_modes(None) == {"real_time": 1}
        rebuilding.record(None)
        rebuilding.lacking(None, 5)
    assert len(queries) == 3
