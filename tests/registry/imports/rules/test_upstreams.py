"""A candidate's upstream held to the one on record."""

from __future__ import annotations

import pytest

from registry.compute.upstream import from_code
from registry.imports.rules.upstreams import compare


def upstream(text: str = "select 1", dialect: str = "duckdb") -> dict:
    return from_code("dbt", "models/a.sql", text, dialect=dialect).as_dict()


@pytest.mark.parametrize(
    ("before", "content", "sentence", "is_recorded"),
    [
        (None, {}, "", False),
        (upstream(), {"upstream": None}, "", False),
        (upstream(), {"upstream": upstream("SELECT  1")}, "", False),
        (None, {"upstream": upstream()}, "upstream is known from now on: models/a.sql", True),
        (upstream(), {"upstream": upstream("select 2")}, "upstream changed: logic (models/a.sql)", True),
        (upstream(), {"upstream": None, "uncompiled": ["b"]}, "upstream not compared: the manifest has no compiled SQL of b. Run dbt compile, then import again", False),
        (upstream(), {"upstream": upstream("{{ x }}", "jinja"), "uncompiled": list("bcdef")},
         "upstream not compared: the manifest has no compiled SQL of b, c, d and 2 more. Run dbt compile, then import again", False),
        (upstream("{{ x }}", "jinja"), {"upstream": upstream("{{ y }}", "jinja"), "uncompiled": ["a"]}, "upstream changed: logic (models/a.sql)", True),
        (None, {"upstream": upstream("{{ x }}", "jinja"), "uncompiled": ["a"]}, "upstream is known from now on: models/a.sql", True),
    ],
)  # fmt: skip
def test_what_is_said_and_what_is_recorded(before, content, sentence, is_recorded):
    comparison = compare(before, content)
    assert comparison.sentence == sentence
    assert (comparison.recorded is not None) == is_recorded
