"""What is said of a change upstream: which file, what kind of change, and the difference as code."""

from __future__ import annotations

import pytest

from registry.compute.upstream import LONGEST_STORED, Upstream, ancestor, from_code, from_digest
from registry.compute.upstream_change import MOST_LINES, code_changes, diff, guess, sentence

SQL = [
    ("select last_value(amount ignore nulls) over (order by d) as a from t", "select coalesce(amount, 0) as a from t", "null handling"),
    ("select amount from t", "select ifnull(amount, 0) as amount from t", "null handling"),
    ("select zeroifnull(amount) as a from t", "select amount as a from t", "null handling"),
    ("select coalesce(amount, 0) from t", "select coalesce(amount, -1) from t", "null handling"),
    ("select a from t where b is null", "select a from t where b is not null", "filter"),
    ("select a from t", "select a from t where a > 3", "filter"),
    ("select coalesce(a, 0) from t where a > 3", "select coalesce(a, 0) from t where a > 4", "filter"),
    ("select a from t qualify row_number() over (order by a) = 1", "select a from t qualify row_number() over (order by a) = 2", "filter"),
    ("select a from t join u using (id)", "select a from t left join u using (id)", "join"),
    ("select a from t join u using (id)", "select a from t join u on t.id = u.id", "join"),
    ("select sum(a) from t", "select avg(a) from t", "aggregation"),
    ("select b, sum(a) from t group by b", "select b, c, sum(a) from t group by b, c", "aggregation"),
    ("select a from t", "select a + 1 as a from t", "logic"),
    ("select a from t", "select a from u", "logic"),
]  # fmt: skip
PYTHON = [
    ("df['x'] = inputs['rate']", "df['x'] = inputs['rate'].fillna(0)", "null handling"),
    ("df['x'] = inputs['rate'].fillna(0)", "df['x'] = inputs['rate'].fillna(1)", "null handling"),
    ("df = df.dropna()", "df = df", "null handling"),
    ("df = df.query('a > 3')", "df = df.query('a > 4')", "filter"),
    ("df = df.merge(other, on='id')", "df = df.merge(other, on='key')", "join"),
    ("df['x'] = df['a'].rolling(7).mean()", "df['x'] = df['a'].rolling(6).mean()", "aggregation"),
    ("df['x'] = df['a'] + 1", "df['x'] = df['a'] + 2", "logic"),
]


@pytest.mark.parametrize(("before", "after", "what"), SQL)
def test_the_kind_of_a_change_of_sql(before, after, what):
    assert guess(before, after, dialect="duckdb") == what
    assert guess(after, before, dialect="duckdb") == what


@pytest.mark.parametrize(("before", "after", "what"), PYTHON)
def test_the_kind_of_a_change_of_python(before, after, what):
    assert guess(before, after, dialect="python") == what


def test_the_kind_is_guessed_from_words_where_sql_cannot_be_parsed():
    assert guess("select {{ a }} from t", "select coalesce({{ a }}, 0) from t", dialect="duckdb") == "null handling"


def test_a_diff_is_of_lines_with_the_file_named():
    before, after = "select\n  a,\n  b\nfrom t\n", "select\r\n  a,\r\n  c\r\nfrom t"
    assert diff("orders.sql", before, after).split("\n") == [
        "--- orders.sql", "+++ orders.sql", "@@ -1,4 +1,4 @@", " select", "   a,", "-  b", "+  c", " from t",
    ]  # fmt: skip


def test_a_long_diff_is_cut_and_says_so():
    shown = diff("a.py", "\n".join(map(str, range(1_000))), "").split("\n")
    assert len(shown) == MOST_LINES + 1
    assert shown[-1] == "… and 603 more lines"


def orders(text: str = "select a from stg", **stages: str) -> Upstream:
    ancestors = [ancestor(f"models/{name}.sql", sql, dialect="duckdb") for name, sql in stages.items()]
    return from_code("dbt", "models/orders.sql", text, dialect="duckdb", ancestors=ancestors)


def test_every_file_that_changed_is_named_the_own_one_first():
    before = orders(raw="select last_value(x ignore nulls) over () as x from r", stg="select x as a from raw")
    after = orders(
        "select a from stg where a > 1", raw="select coalesce(x, 0) as x from r", stg="SELECT x AS a FROM raw"
    )
    assert sentence(before, after) == "upstream changed: filter (models/orders.sql), null handling (models/raw.sql)"
    assert "-select last_value(x ignore nulls) over () as x from r" in code_changes(before, after)[1].diff


def test_formatting_alone_is_no_change():
    assert code_changes(orders(), orders("SELECT a\nFROM stg")) == []
    assert sentence(orders(), orders("SELECT a\nFROM stg")) == ""


def test_ancestors_that_come_and_go_are_named():
    changes = code_changes(orders(old="select 1"), orders(new="select 2"))
    assert [(change.name, change.what) for change in changes] == [
        ("models/new.sql", "added"),
        ("models/old.sql", "removed"),
    ]


def test_an_upstream_that_comes_or_goes():
    assert code_changes(None, None) == []
    assert sentence(None, orders()) == "upstream changed: added (models/orders.sql)"
    assert sentence(orders(), None) == "upstream changed: removed (models/orders.sql)"


def test_a_digest_without_text_is_a_change_of_logic_without_a_diff():
    first, other = (from_digest("python", "job.py", digest * 64) for digest in "ab")
    assert code_changes(first, other) == [("job.py", "logic", "")]


def test_another_kind_with_the_same_code_is_still_a_change():
    assert [change.what for change in code_changes(orders(), orders()._replace(kind="view", digest="0" * 64))] == [
        "logic"
    ]


def test_a_change_behind_the_stored_text_is_said():
    first, other = (from_code("python", "a.py", "x\n" * LONGEST_STORED + end, dialect="python") for end in ("1", "2"))
    assert code_changes(first, other)[0].diff == "The code differs after its first 40,000 characters."
