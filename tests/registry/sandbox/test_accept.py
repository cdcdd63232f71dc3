"""What feature logic may say. Two lines a case: the expression, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.sandbox.accept import Accepted, Rejected, accept
from registry.sandbox.grammar import FUNCTIONS

COLUMNS = ["x", "k", "t", "s"]
WINDOW = "OVER (PARTITION BY k ORDER BY t ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"
HONEST = [
    f"AVG(x) {WINDOW}",
    f"AVG(COALESCE(x, 0)) {WINDOW}",
    "AVG(x) OVER (PARTITION BY k ORDER BY t RANGE BETWEEN INTERVAL 7 DAY PRECEDING AND CURRENT ROW)",
    "AVG(x) /* seven days */ OVER (ORDER BY t) -- the end",
    "SUM(CASE WHEN s = 'Paid' THEN 1 ELSE 0 END)",
    "SUM(CASE WHEN s = 'Zürich' THEN 1 ELSE 0 END)",
    "SUM(x) FILTER (WHERE k > 1) OVER (ORDER BY t)",
    "CAST(x AS DOUBLE) / NULLIF(k, 0)",
    "x::BIGINT % 2 + x // 2 - x ** 2",
    "TRY_CAST(s AS DECIMAL(10, 2))",
    "LAG(x, 1, 0) OVER (PARTITION BY k ORDER BY t)",
    "LAST_VALUE(x IGNORE NULLS) OVER (PARTITION BY k ORDER BY t)",
    "NTH_VALUE(x, 2) OVER (ORDER BY t)",
    "ROW_NUMBER() OVER (PARTITION BY k ORDER BY t)",
    "NTILE(4) OVER (ORDER BY x)",
    "COUNT(*) OVER (PARTITION BY k)",
    "COUNT(DISTINCT s) OVER (PARTITION BY k)",
    "QUANTILE_CONT(x, 0.5) OVER (PARTITION BY k)",
    "ARG_MAX(x, t) OVER (PARTITION BY k)",
    "STDDEV(x) OVER (PARTITION BY k) / AVG(x) OVER (PARTITION BY k)",
    "DATE_TRUNC('month', t)",
    "DATE_DIFF('day', t, t + INTERVAL 3 DAY)",
    "EXTRACT(hour FROM t)",
    "DATE '2024-01-01' < t",
    "DAYOFWEEK(t) IN (0, 6)",
    "EPOCH(t)",
    "x BETWEEN 1 AND 2 OR NOT (k < 3 AND x IS NOT NULL)",
    "x IS NOT DISTINCT FROM k",
    "s LIKE 'a%' OR STARTS_WITH(s, 'b')",
    "UPPER(TRIM(s)) || '-' || SUBSTR(s, 1, 3)",
    "POSITION('a' IN s)",
    "SPLIT_PART(s, '-', 1)",
    "CASE s WHEN 'a' THEN 1 END",
    "GREATEST(x, k, 0) + LEAST(x, 1)",
    "LN(x + 1) + SQRT(ABS(x)) + ROUND(x, 2) + SIGN(-x)",
    "LOG(10, x)",
    '"x" + 1',
    "'; DROP TABLE x --'",
    "NULL",
    "1.5e3",
]
HOSTILE = [
    ("", "empty", "nothing"),
    ("AVG((", "syntax", "not SQL"),
    ("x y z", "syntax", "not SQL"),
    ("1 FROM t", "statement", "a FROM"),
    ("SELECT x", "not_allowed", "a statement"),
    ("x UNION SELECT 1", "not_allowed", "a union"),
    ("(SELECT 1)", "not_allowed", "a subquery"),
    ("x IN (SELECT 1)", "not_allowed", "a subquery in a list"),
    ("EXISTS (SELECT 1)", "not_allowed", "a subquery"),
    ("CASE WHEN (SELECT 1) THEN 1 END", "not_allowed", "a subquery inside"),
    ("SUM(x ORDER BY (SELECT 1))", "not_allowed", "a subquery in an order"),
    ("AVG(x); DROP TABLE x", "character", "a second statement"),
    ("x) FROM duckdb_settings() --", "syntax", "closing what is around it"),
    ("read_csv('/etc/passwd')", "function", "a file"),
    ("read_text('/etc/passwd')", "function", "a file"),
    ("read_blob('/etc/passwd')", "function", "a file"),
    ("glob('*')", "function", "a folder"),
    ("getenv('HOME')", "function", "the environment"),
    ("current_setting('threads')", "function", "the settings"),
    ("query('select 1')", "function", "SQL in a string"),
    ("duckdb_settings()", "function", "the settings"),
    ("pragma_version()", "function", "a pragma"),
    ("version()", "function", "the engine's version"),
    ("nextval('s')", "function", "a sequence"),
    ("random()", "function", "chance"),
    ("uuid()", "function", "chance"),
    ("now()", "function", "the clock"),
    ("today()", "function", "the clock"),
    ("current_date", "not_allowed", "the clock"),
    ("current_user", "not_allowed", "the session"),
    ("repeat('a', 1000000000)", "function", "much of little"),
    ("range(1000000000)", "function", "much of little"),
    ("generate_series(1, 9)", "not_allowed", "rows of nothing"),
    ("lpad(s, 1000000000, 'x')", "function", "much of little"),
    ("string_agg(s, ',')", "function", "a string of all rows"),
    ("list(x)", "function", "a list of all rows"),
    ("levenshtein(s, s)", "function", "what no clock stops"),
    ("sleep_ms(100000)", "function", "what no clock stops"),
    ("regexp_matches(s, '(a+)+$')", "not_allowed", "a pattern that backtracks"),
    ("error('x')", "function", "a crash at will"),
    ("hash(x)", "function", "another value in the next version"),
    ("unnest(x)", "not_allowed", "rows of nothing"),
    ("COLUMNS(*)", "not_allowed", "all columns"),
    ("*", "star", "all columns"),
    ("x.*", "star", "all columns"),
    ("nosuch", "unknown_column", "a column that is not there"),
    ("rowid", "unknown_column", "a column of the engine's"),
    ("other.x", "qualified", "another table"),
    ("main.abs(x)", "function", "a schema"),
    ("x::JSON", "type", "a type"),
    ("'a'::BLOB", "type", "a type"),
    ("CAST(x AS INT[])", "character", "a list type"),
    ("CAST(x AS STRUCT(a INT))", "type", "a nested type"),
    ("[1, 2]", "character", "a list"),
    ("{'a': 1}", "character", "a struct"),
    ("$1", "character", "a parameter"),
    ("?", "character", "a parameter"),
    ("`x`", "character", "another quote"),
    ("“x”", "character", "typographic quotes"),
    ("x\u200b", "character", "an invisible letter"),
    ("x \u202e + 1", "character", "a letter that turns the direction"),
    ("х + 1", "character", "a Cyrillic letter that looks like x"),
    ("x\x00", "character", "a NUL"),
    ("'a", "quote", "a string without its end"),
    ("x AS y", "not_allowed", "a name"),
    ("x, k", "not_allowed", "two expressions"),
    ("x -> 1", "not_allowed", "a lambda"),
    ("x ORDER BY 1", "not_allowed", "an order"),
    ("x LIMIT 1", "syntax", "a limit"),
    ("SUM(x) OVER w", "not_allowed", "a window by name"),
    ("x COLLATE nocase", "not_allowed", "a collation"),
    ("x AT TIME ZONE 'utc'", "not_allowed", "a time zone"),
    ("PRAGMA x", "not_allowed", "a pragma"),
    ("ATTACH 'x'", "not_allowed", "another database"),
    ("COPY x TO 'y'", "not_allowed", "a file"),
    ("abs()", "arity", "too few arguments"),
    ("abs(1, 2)", "arity", "too many arguments"),
    ("LAG(x, 1000000000) OVER (ORDER BY t)", "bound", "an offset without bound"),
    ("SUM(x) OVER (ORDER BY t ROWS 999999999 PRECEDING)", "bound", "a frame without bound"),
    ("SUM(x) OVER (ORDER BY t ROWS k PRECEDING)", "bound", "a frame by a column"),
    ("(" * 60 + "1" + ")" * 60, "too_deep", "a deep nest"),
    ("NOT " * 1900 + "x", "too_deep", "a deep chain"),
    ("ABS(" * 45 + "x" + ")" * 45, "too_deep", "deep calls"),
    ("+".join(["x"] * 1_000), "too_large", "many operators"),
    ("x" * 8_001, "too_long", "a long text"),
]


@pytest.mark.parametrize("expression", HONEST)
def test_what_a_feature_engineer_writes_is_accepted(expression):
    assert isinstance(accept(expression, columns=COLUMNS), Accepted)


@pytest.mark.parametrize(("expression", "code", "why"), HOSTILE, ids=[why for *_, why in HOSTILE])
def test_everything_else_is_refused(expression, code, why):
    refused = accept(expression, columns=COLUMNS)
    assert isinstance(refused, Rejected)
    assert refused.faults[0].message.endswith((".", ")"))
    assert code in {fault.code for fault in refused.faults} or refused.faults[0].code in {"syntax", "not_allowed"}, why


def test_every_fault_is_named_at_once_and_where():
    faults = accept("AVG(nosuch) + getenv('x') + other.x", columns=COLUMNS).faults
    assert {fault.code for fault in faults} == {"unknown_column", "function", "qualified"}


def test_a_letter_that_is_not_taken_is_named_by_its_place():
    (fault,) = accept("x + 1; x", columns=COLUMNS).faults
    assert (fault.position, "';'" in fault.message) == (5, True)


def test_columns_that_only_order_or_partition_are_not_computed_with():
    accepted = accept(f"AVG(x) {WINDOW}", columns=COLUMNS)
    assert (accepted.columns, accepted.computed_columns) == (("x", "k", "t"), ("x",))


def test_an_aggregate_outside_of_a_window_is_known():
    assert accept("SUM(x)", columns=COLUMNS).is_aggregate
    assert not accept(f"SUM(x) {WINDOW}", columns=COLUMNS).is_aggregate


def test_without_a_known_schema_any_column_is_taken():
    assert isinstance(accept("AVG(whatever)", columns=None), Accepted)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_of_the_list_can_be_called(name):
    fewest, _ = FUNCTIONS[name]
    call = {"position": "POSITION('a' IN s)", "extract": "EXTRACT(hour FROM t)", "nth_value": "nth_value(x, 1)"}.get(
        name, f"{name}({', '.join(['x'] * fewest)})"
    )
    refused = accept(call, columns=COLUMNS)
    assert isinstance(refused, Accepted), refused


pieces = st.sampled_from(
    [*"()*+-'\",;.$[]{}\\ \n\0é\u200b", "SELECT ", "x", "OVER ", "NOT ", "1", "--", "/*", "*/", "CASE "]
)


@given(st.sampled_from(HONEST), st.lists(st.tuples(st.floats(0, 1), pieces), max_size=6), st.floats(0, 1))
def test_no_text_makes_the_validator_raise(expression, insertions, cut):
    for place, piece in insertions:
        at = int(place * len(expression))
        expression = expression[:at] + piece + expression[at:]
    assert isinstance(accept(expression[: int(cut * len(expression)) + 1], columns=COLUMNS), Accepted | Rejected)


@given(st.text(max_size=80))
def test_nor_does_any_other_text(expression):
    assert isinstance(accept(expression, columns=None), Accepted | Rejected)
