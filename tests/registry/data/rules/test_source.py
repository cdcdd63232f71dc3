"""What a source table is, as a value: its address, and what differs between two."""

from __future__ import annotations

import hashlib
import json

import pytest

from registry.compute.upstream import Ancestor, from_code, from_digest
from registry.data.rules.source import PARTS, Source, address, changes, known, sentence

VISITS = Source("visits", ["patient_id"], "at", ["visit_id"])


def dbt(sql: str, *, name: str = "models/visits.sql", **options) -> dict:
    return from_code("dbt", name, sql, dialect="duckdb", **options).as_dict()


def test_the_address_is_the_digest_of_the_content_as_sorted_json():
    content = {
        "dataset": "visits", "entity_key": ["patient_id"], "event_time": "at", "row_key": ["visit_id"],
        "dialect": "duckdb", "upstream": None,
    }  # fmt: skip
    assert address(VISITS) == hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


CHANGED = [
    ("dataset", "visits_2", "data set visits → visits_2"),
    ("dataset", None, "data set visits → none"),
    ("entity_key", ["sex"], "entity key patient_id → sex"),
    ("entity_key", ["sex", "age"], "entity key patient_id → sex, age"),
    ("event_time", "seen_at", "event time at → seen_at"),
    ("row_key", [], "row key visit_id → none"),
    ("dialect", "spark", "dialect duckdb → spark"),
    ("upstream", dbt("select a from t"), "upstream changed: added (models/visits.sql)"),
]


@pytest.mark.parametrize(("part", "value", "words"), CHANGED)
def test_every_part_makes_another_address_and_is_named(part, value, words):
    after = VISITS._replace(**{part: value})
    assert address(after) != address(VISITS)
    assert list(changes(VISITS, after)) == [part]
    assert sentence(VISITS, after) == words


def test_every_part_has_a_case():
    assert {part for part, _, _ in CHANGED} == set(PARTS)


UPSTREAMS = [
    ("formatting", dbt("select a from t"), dbt("SELECT a -- the same\nFROM t"), True),
    ("a moved file", dbt("select a from t"), dbt("select a from t", name="models/new/visits.sql"), True),
    ("a null rule", dbt("select last_value(a ignore nulls) over w from t window w as (order by d)"),
     dbt("select last_value(a) over w from t window w as (order by d)"), False),
    ("an ancestor", dbt("select a from t"), dbt("select a from t", ancestors=[Ancestor("stg", "0" * 64)]), False),
    ("a supplied digest", from_digest("other", "job", "ab" * 4).as_dict(), from_digest("other", "job", "cd" * 4).as_dict(), False),
    ("Python that moved by a space", from_code("python", "f.py", "x = 1").as_dict(), from_code("python", "f.py", "x =  1").as_dict(), False),
    ("another kind", from_code("feast", "f", "select 1", dialect="duckdb").as_dict(), dbt("select 1"), False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "before", "after", "same"), UPSTREAMS)
def test_what_computes_the_table_decides_and_its_formatting_does_not(why, before, after, same):
    first, other = VISITS._replace(upstream=before), VISITS._replace(upstream=after)
    assert (address(first) == address(other)) is same
    assert bool(changes(first, other)) is not same


def test_two_parts_are_both_named():
    after = VISITS._replace(dataset="training", entity_key=["sex"])
    assert sentence(VISITS, after) == "data set visits → training; entity key patient_id → sex"
    assert changes(VISITS, VISITS) == {}


def test_what_is_learned_later_is_taken_as_it_was_before():
    upstream = from_digest("dbt", "orders", "a" * 64).as_dict()
    bare, full = Source(None, ["id"], "at"), Source("orders", ["other"], "at", upstream=upstream)
    assert known(bare, full) == bare._replace(dataset="orders", upstream=upstream)
    assert known(full, bare) == full
    other = full._replace(dataset="others", upstream=None)
    assert known(other, full) == other._replace(upstream=upstream)
