"""The texts of what Feast computes: sources with their settings, and views with their code."""

from __future__ import annotations

from typing import Any

import pytest

from registry.imports.rules.document import Reader
from registry.imports.rules.feast_code import has_code, location, source_upstream, view_code


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ({"fileOptions": {"uri": "s3://rides/a.parquet"}}, "s3://rides/a.parquet"),
        ({"fileOptions": {"fileUrl": "a.parquet"}}, "a.parquet"),
        ({"bigqueryOptions": {"table": "p.d.t"}}, "p.d.t"),
        ({"sparkOptions": {"path": "/data/a"}}, "/data/a"),
        ({"snowflakeOptions": {"query": "select 1"}}, "select 1"),
        ({}, ""),
    ],
)
def test_where_the_rows_of_a_source_are(source, where):
    assert location(Reader(), source, "") == where


SOURCE: dict[str, Any] = {"name": "s", "fileOptions": {"uri": "a.parquet"}, "createdTimestampColumn": "created"}


@pytest.mark.parametrize(
    "other",
    [
        {"fileOptions": {"uri": "b.parquet"}},
        {"createdTimestampColumn": "made"},
        {"fieldMapping": {"x": "y"}},
        {"datePartitionColumn": "day"},
    ],
)
def test_the_place_and_the_choice_of_rows_decide_a_source(other):
    first, second = (source_upstream(Reader(), source, "s", [], "") for source in (SOURCE, SOURCE | other))
    assert first.digest != second.digest
    assert not first.is_parsed


def test_the_times_of_a_source_and_the_order_of_views_decide_nothing():
    dated = SOURCE | {"meta": {"lastUpdatedTimestamp": "2026-01-01T00:00:00Z"}, "description": "rows"}
    first, second = (
        source_upstream(Reader(), SOURCE, "s", ["1s", "2s"], ""),
        source_upstream(Reader(), dated, "s", ["2s", "1s", "1s"], ""),
    )
    assert first.digest == second.digest


@pytest.mark.parametrize(
    ("transformation", "ends_with"),
    [
        ({"userDefinedFunction": {"bodyText": "def f(): ...", "body": "gASV"}}, "def f(): ..."),
        ({"userDefinedFunction": {"body": "def f(): ..."}}, "def f(): ..."),
        ({"substraitTransformation": {"substraitPlan": "CiQ="}}, '"substraitPlan": "CiQ="\n }\n}'),
        ({}, 'entities = ["k"]'),
    ],
)
def test_the_code_of_a_view_is_its_text_whatever_kind_it_is(transformation, ends_with):
    spec = {"featureTransformation": transformation}
    assert view_code(Reader(), spec, "v", ["k"], {}).endswith(ends_with)
    assert has_code(spec) == bool(transformation)


def test_a_view_of_an_old_dump_has_its_code_beside():
    spec = {"userDefinedFunction": {"body": "def f(): ..."}}
    assert has_code(spec)
    assert view_code(Reader(), spec, "v", [], {}) == 'view = "v"\ndef f(): ...'


def test_a_query_is_in_a_views_text_by_its_fingerprint():
    def code(query: str) -> str:
        return view_code(Reader(), {}, "v", [], {"s": {"bigqueryOptions": {"query": query}}})

    assert code("select a from t") == code("SELECT a\nFROM t") != code("select b from t")
