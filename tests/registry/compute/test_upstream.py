"""The fingerprint of what computes a table: formatting changes nothing, everything else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.upstream import (
    LONGEST_STORED,
    MOST_STORED,
    Ancestor,
    Upstream,
    ancestor,
    fingerprint,
    from_code,
    from_dict,
    from_digest,
    statements,
)

QUERY = """
with paid as (select customer_id, ordered_at, last_value(amount ignore nulls) over (
    partition by customer_id order by ordered_at rows between 6 preceding and current row) as amount from raw.orders)
select p.*, c.country from paid p left join raw.customers c on c.id = p.customer_id where p.ordered_at > '2024-01-01'
"""
SAME = [
    ("select a, b from t", "SELECT a,\n  b\nFROM t"),
    ("select a from t", "select a -- the amount\nfrom /* all */ t;"),
    ("select a from t where x > 1 and y > 2", "select a from t where (x > 1) and ((y > 2))"),
    ("select sum(x) over (order by d rows between 6 preceding and current row) from t",
     "SELECT SUM( x ) OVER (ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM t"),
    (QUERY, QUERY.upper().replace("RAW", "raw").replace("'2024-01-01'", "/* since */ '2024-01-01'")),
]  # fmt: skip
DIFFERENT = [
    ("select a from t", "select b from t"),
    ("select a from t", "select a from u"),
    ("select a from t where x = 'A'", "select a from t where x = 'a'"),
    ("select last_value(a ignore nulls) over (order by d) from t", "select last_value(a) over (order by d) from t"),
    ("select last_value(a ignore nulls) over (order by d) from t", "select coalesce(a, 0) from t"),
    ("select a from t left join u using (id)", "select a from t join u using (id)"),
    ("select a from t", "select distinct a from t"),
    ("select a from t union all select a from u", "select a from t union select a from u"),
    ("select a / b from t", "select a // b from t"),
    ("select true from t", "select false from t"),
    ("select a - (b - c) from t", "select a - b - c from t"),
    ("with x as (select 1 as a) select a from x", "with x as (select 2 as a) select a from x"),
    ("select a from t", "select a from t limit 10"),
    ("select a from t order by b", "select a from t order by b desc"),
    ("select 1", "select 1; select 2"),
    (QUERY, QUERY.replace("ignore nulls", "")),
    (QUERY, QUERY.replace("6 preceding", "5 preceding")),
]


@pytest.mark.parametrize(("first", "other"), SAME)
def test_formatting_of_sql_changes_nothing(first, other):
    assert fingerprint(first, "duckdb") == fingerprint(other, "duckdb")
    assert fingerprint(first, "duckdb").startswith("sql:")


@pytest.mark.parametrize(("first", "other"), DIFFERENT)
def test_whatever_decides_a_value_changes_the_fingerprint(first, other):
    assert fingerprint(first, "duckdb") != fingerprint(other, "duckdb")


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("def f(df):\n    return df.fillna(0)", "python"),
        ("select a from {{ ref('orders') }}", "duckdb"),
        ("select a, from from t where", "postgres"),
        ("select a from t", "a dialect that nobody knows"),
        ("-- nothing but a comment", "duckdb"),
        ("", "duckdb"),
        ("(" * 5_000, "duckdb"),
    ],
)
def test_what_cannot_be_parsed_is_compared_as_text_and_says_so(text, dialect):
    upstream = from_code("other", "a file", text, dialect=dialect)
    assert not upstream.is_parsed
    windows, old_mac = (
        from_code("other", "a file", text.replace("\n", end), dialect=dialect) for end in ("\r\n", "\r")
    )
    assert windows.digest == old_mac.digest == upstream.digest
    assert from_code("other", "a file", f"{text} + 1", dialect=dialect).digest != upstream.digest


def test_identifiers_fold_where_the_dialect_folds_them():
    first, other = "select Amount from Orders", "select amount from orders"
    assert fingerprint(first, "postgres") == fingerprint(other, "postgres")
    assert fingerprint('select "Amount" from orders', "postgres") != fingerprint(other, "postgres")
    assert fingerprint(first, "postgres") != fingerprint(first, "duckdb"), (
        "one text in two dialects is not the same code"
    )


ANCESTORS = [ancestor("models/a.sql", "select 1 as x", dialect="duckdb", identity="model.shop.a"),
             ancestor("models/b.sql", "select 2 as x", dialect="duckdb", identity="model.shop.b")]  # fmt: skip


def built(ancestors: list[Ancestor], text: str = "select x from a") -> Upstream:
    return from_code("dbt", "models/c.sql", text, dialect="duckdb", ancestors=ancestors)


def test_an_ancestor_that_changes_changes_the_upstream_and_not_its_own_code():
    other = [ancestor("models/a.sql", "select 3 as x", dialect="duckdb", identity="model.shop.a"), ANCESTORS[1]]
    assert built(other).digest != built(ANCESTORS).digest
    assert built(other).fingerprint == built(ANCESTORS).fingerprint
    assert built(ANCESTORS[:1]).digest != built(ANCESTORS).digest
    assert built([]).digest != built(ANCESTORS).digest


def test_two_ancestors_that_exchange_their_code_are_a_change():
    exchanged = [ancestor("models/a.sql", "select 2 as x", dialect="duckdb", identity="model.shop.a"),
                 ancestor("models/b.sql", "select 1 as x", dialect="duckdb", identity="model.shop.b")]  # fmt: skip
    assert built(exchanged).digest != built(ANCESTORS).digest


def test_order_repetition_formatting_and_paths_of_ancestors_do_not_count():
    moved = [ancestor("models/staging/a.sql", "SELECT 1 AS x", dialect="duckdb", identity="model.shop.a"), ANCESTORS[1]]
    assert built(moved).digest == built([*reversed(ANCESTORS), ANCESTORS[0]]).digest == built(ANCESTORS).digest


def test_a_digest_alone_is_enough_and_counts():
    first, other = (from_digest("python", "features.py", digest) for digest in ("a" * 64, "b" * 64))
    assert first.digest != other.digest
    assert from_digest("python", "features.py", "a" * 64, ancestors=ANCESTORS).digest != first.digest
    assert from_digest("other", "features.py", "a" * 64).digest != first.digest
    assert not first.is_parsed


def test_what_exceeds_the_stored_text_still_counts():
    text = "x = 1\n" * LONGEST_STORED
    first, other = (from_code("python", "a.py", text + end, dialect="python") for end in ("", "x = 2"))
    assert first.text == other.text
    assert len(first.text) == LONGEST_STORED
    assert first.digest != other.digest


def test_texts_of_many_ancestors_are_left_out_and_their_digests_kept():
    each = "y" * (LONGEST_STORED - 1)
    upstream = built([ancestor(f"a{number:02}.py", each, identity=str(number)) for number in range(20)])
    assert len({entry.digest for entry in upstream.ancestors}) == 20
    assert 0 < sum(len(entry.text) for entry in upstream.ancestors) <= MOST_STORED


@pytest.mark.parametrize("upstream", [built(ANCESTORS), built([]), from_digest("dbt", "orders", "a" * 64)])
def test_what_is_stored_is_what_comes_back(upstream):
    assert from_dict(upstream.as_dict()) == upstream
    assert from_dict(None) is from_dict({}) is None


@given(
    st.lists(st.sampled_from([" ", "\n", "\t", "  ", " /* x */ ", " -- x\n"]), min_size=12, max_size=12), st.booleans()
)
def test_any_spacing_and_case_of_keywords_is_the_same_code(spaces, upper):
    words = ["select", "a", ",", "coalesce(b,0)", "from", "t", "where", "a", "is", "not", "null", "order by a"]
    text = "".join(space + (word.upper() if upper and word not in "abt" and "(" not in word and " a" not in word else word)
                   for space, word in zip(spaces, words, strict=True))  # fmt: skip
    assert fingerprint(text, "duckdb") == fingerprint(" ".join(words), "duckdb")


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark", "bigquery", "snowflake"])
@pytest.mark.parametrize("call", ["DATE(", "INT (", "STRUCT(", "timestamp(", "String("])
def test_calls_named_like_types_inside_each_other_are_compared_as_text(call, dialect):
    """The parser tries each in two ways: thirty of them would take an hour."""
    assert statements(f"SELECT {call * 30}x{')' * 30} FROM t", dialect) is None
    assert statements(f"SELECT {call * 2}x{')' * 2} FROM t", dialect) is not None


def test_what_the_parser_stumbles_over_is_compared_as_text():
    assert fingerprint("SELECT MAP(MAP(x)) FROM t", "spark").startswith("text:")
