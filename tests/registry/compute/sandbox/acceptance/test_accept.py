"""What feature logic may say. Two lines a case: the expression, and why."""

import time

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.sandbox.acceptance.accept import Accepted, Rejected, accept
from registry.compute.sandbox.acceptance.grammar import FUNCTIONS, TYPE_NAMES, WINDOWED, allowed_functions

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
SPOKEN = {
    "position": "POSITION('a' IN s)",
    "extract": "EXTRACT(hour FROM t)",
    "nth_value": "nth_value(x, 1)",
    "ntile": "ntile(4)",
    "replace": "replace(s, ',', '.')",
    "date_trunc": "date_trunc('month', t)",
    "date_part": "date_part('hour', t)",
    "date_diff": "date_diff('day', t, t)",
    "datediff": "datediff('day', t, t)",
    "date_sub": "date_sub('day', t, t)",
    "datesub": "datesub('day', t, t)",
    "datepart": "datepart('hour', t)",
    "datetrunc": "datetrunc('month', t)",
    "lpad": "lpad(s, 5, '0')",
    "rpad": "rpad(s, 5, ' ')",
    "timezone": "timezone('UTC', t)",
    **{name: f"{name}(s, ',')" for name in ("string_split", "str_split", "string_to_array")},
    **{name: f"{name}(s, '^a')" for name in ("regexp_matches", "regexp_full_match", "regexp_extract")},
    "regexp_replace": "regexp_replace(s, '[^0-9]', '', 'g')",
    **{name: f"{name}(t, '%Y-%m')" for name in ("strftime", "strptime", "try_strptime")},
    **{name: f"{name}(x, 0.5)" for name in ("quantile", "quantile_cont", "quantile_disc")},
    **{
        f"json_{name}": f"json_{name}(s, '$.a')"
        for name in ("exists", "extract", "extract_path_text", "extract_string", "value")
    },
}
ROW_BY_ROW = [
    "-x ^ 2 + x ^ k ^ 2 - x ** 2 // k",
    "NOT x = k OR x > 1 AND NOT k < 3",
    "x - k - 1 || s || '-'",
    "x % 2 * k / 4 // 3",
    "x NOT BETWEEN 1 AND 2 AND x NOT IN (1, 2) AND s NOT LIKE 'a%'",
    "x = 2 IS NULL",
    "LOG10(k) + LOG2(k) + LOG(k) + LOG(2, k) + MOD(x, k) + POW(x, 2)",
    "CASE WHEN x > 1 THEN 'a' ELSE s END || COALESCE(s, 'none')",
    "DATE_DIFF('month', t, t + INTERVAL 40 DAY) + DATE_PART('hour', t) + DAYOFWEEK(t) + WEEK(t)",
    "DATE_TRUNC('week', t) - INTERVAL '3 hours'",
    "t::DATE - DATE '2024-01-01'",
    "SUBSTR(s, 2, 1) || LEFT(s, 1) || SPLIT_PART(s, '-', 2) || UPPER(TRIM(s))",
    "POSITION('B' IN s) + STRPOS(s, '-') + LENGTH(s)",
    "CAST(x AS DECIMAL(10, 2)) / 3 + TRY_CAST(s AS INTEGER)",
    "x IS NOT DISTINCT FROM 2 AND s ILIKE 'A%' AND (x > 1) IS NOT TRUE",
    "ROUND(k / 7.0, 2) + TRUNC(x / 3) + CEIL(k / 2) + FLOOR(x / 2) + SIGN(x) + GREATEST(x, k, 1)",
    "SUM(x) OVER (ORDER BY k ROWS 1 PRECEDING) + LAG(x, 1, 0) OVER (ORDER BY k DESC)",
    "FIRST_VALUE(s IGNORE NULLS) OVER (ORDER BY t DESC)",
    "QUANTILE_CONT(x, 0.25) OVER () + MEDIAN(x) OVER () + VAR_SAMP(x) OVER ()",
]
HOSTILE = [
    ("", "empty", "nothing"),
    ("AVG((", "syntax", "not SQL"),
    ("x y z", "syntax", "not SQL"),
    ("1 FROM t", "syntax", "a FROM"),
    ("SELECT x", "not_allowed", "a statement"),
    ("x UNION SELECT 1", "syntax", "a union"),
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
    ("current_date", "function", "the clock"),
    ("current_user", "function", "the session"),
    ("repeat('a', 1000000000)", "function", "much of little"),
    ("range(1000000000)", "function", "much of little"),
    ("generate_series(1, 9)", "function", "rows of nothing"),
    ("lpad(s, 1000000000, 'x')", "bound", "much of little"),
    ("lpad(s, x, 'x')", "bound", "much by a column"),
    ("REPLACE(s, 'a', s)", "bound", "a text that grows by what is no literal"),
    ("REPLACE(REPLACE(s, 'a', s || 'aa'), 'a', s || 'aa')", "bound", "a text that grows by another, twice"),
    ("regexp_replace(" * 4 + "s" + ", '', 'abcdefgh', 'g')" * 4, "bound", "a text that grows at each position"),
    ("string_agg(s, ',')", "function", "a string of all rows"),
    ("list(x)", "function", "a list of all rows"),
    ("levenshtein(s, s)", "function", "what no clock stops"),
    ("sleep_ms(100000)", "function", "what no clock stops"),
    ("regexp_matches(s, s)", "bound", "a pattern from the data"),
    ("regexp_matches(s, '(?=a)b')", "bound", "a pattern that RE2 cannot"),
    ("regexp_matches(s, '((a{50}){50}){50}')", "bound", "a pattern that repeats too much"),
    ("error('x')", "function", "a crash at will"),
    ("hash(x)", "function", "another value in the next version"),
    ("unnest(x)", "function", "rows of nothing"),
    ("COLUMNS(*)", "star", "all columns"),
    ("*", "star", "all columns"),
    ("x.*", "star", "all columns"),
    ("nosuch", "unknown_column", "a column that is not there"),
    ("rowid", "function", "a column of the engine's"),
    ("other.x", "qualified", "another table"),
    ("main.abs(x)", "function", "a schema"),
    ("x::JSON", "type", "a type"),
    ("'a'::BLOB", "type", "a type"),
    ("CAST(x AS INT[])", "type", "a list type"),
    ("CAST(x AS STRUCT(a INT))", "type", "a nested type"),
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
    ("x AS y", "syntax", "a name"),
    ("x, k", "statement", "two expressions"),
    ("x -> 1", "not_allowed", "a lambda"),
    ("x ORDER BY 1", "syntax", "an order"),
    ("x LIMIT 1", "syntax", "a limit"),
    ("SUM(x) OVER w", "syntax", "a window by name"),
    ("x COLLATE nocase", "not_allowed", "a collation"),
    ("x AT TIME ZONE s", "bound", "a time zone from the data"),
    ("PRAGMA x", "syntax", "a pragma"),
    ("ATTACH 'x'", "type", "another database"),
    ("COPY x TO 'y'", "syntax", "a file"),
    ("abs()", "arity", "too few arguments"),
    ("abs(1, 2)", "arity", "too many arguments"),
    ("LAG(x, 1000000000) OVER (ORDER BY t)", "bound", "an offset without bound"),
    ("SUM(x) OVER (ORDER BY t ROWS 999999999 PRECEDING)", "bound", "a frame without bound"),
    ("SUM(x) OVER (ORDER BY t ROWS k PRECEDING)", "bound", "a frame by a column"),
    ("(" * 60 + "1" + ")" * 60, "too_deep", "a deep nest"),
    ("NOT " * 1900 + "x", "too_deep", "a deep chain"),
    ("ABS(" * 45 + "x" + ")" * 45, "too_deep", "deep calls"),
    ("+".join(["x"] * 1_000), "too_deep", "a long chain"),
    (" AND ".join(["x > 1"] * 300), "too_large", "many operators"),
    ("TIMESTAMP(" * 40 + "x" + ")" * 40, "syntax type", "what doubles a parser's time at each level"),
    ("DATE(" * 40 + "x" + ")" * 40, "type", "a cast that looks like a call"),
    ("STRUCT(" * 40 + "x" + ")" * 40, "function", "a nest of structs"),
    ("CAST(x AS DATE FORMAT 'x')", "syntax", "a word that only one parser knows"),
    ("EXTRACT(foo FROM t)", "bound", "a part that no date has"),
    ("DATE_TRUNC(s, t)", "bound", "a part that comes from the data"),
    ("REPLACE(s, 'a', 'aaaaaaaaaaaa')", "bound", "a text that grows"),
    ("REPLACE(s, s, s)", "bound", "a text that grows by another"),
    ("NTILE(1000000000) OVER (ORDER BY t)", "bound", "buckets without bound"),
    ("SUM(x) OVER (ORDER BY t RANGE INTERVAL (k) DAY PRECEDING)", "bound", "an interval by a column"),
    ("ROW_NUMBER()", "window", "a window function without its window"),
    ("ABS(x) OVER ()", "window", "a window around a plain function"),
    ("SUM(SUM(x))", "nested", "an aggregate of an aggregate"),
    ("SUM(LAG(x) OVER (ORDER BY t))", "nested", "an aggregate of a window"),
    ("SUM(x ORDER BY t)", "not_allowed", "an order inside of an aggregate"),
    ("SUM(x) OVER (ORDER BY t ROWS 1 PRECEDING EXCLUDE TIES)", "not_allowed", "a hole in a frame"),
    ("AVG(y := x)", "function", "an argument by name"),
    ("TRY(x)", "not_allowed", "an error that goes by in silence"),
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
    assert {fault.code for fault in refused.faults} == set(code.split()), why


def test_every_fault_is_named_at_once_and_where():
    faults = accept("'é' || AVG(nosuch) + getenv('x') + other.x + ABS() + x::JSON", columns=COLUMNS).faults
    assert [(fault.code, fault.position) for fault in faults] == [
        ("unknown_column", 11),
        ("function", 21),
        ("qualified", 35),
        ("arity", 45),
        ("type", 56),
    ]


def test_what_has_another_value_each_time_is_told_apart_from_what_is_unknown():
    (clock,), (unknown,) = (accept(f"{name}()", columns=None).faults for name in ("now", "nosuch"))
    assert "each time" in clock.message
    assert "each time" not in unknown.message


@pytest.mark.parametrize(
    "word", sorted({*FUNCTIONS, *(name.lower() for name in TYPE_NAMES), "struct", "map", "in", "not"})
)
def test_no_word_makes_the_validator_slow_however_deep_it_is_nested(word):
    began = time.process_time()
    accept(f"{word}(" * 39 + "x" + ")" * 39, columns=COLUMNS)
    assert time.process_time() - began < 10, "doubled with each level, this would take hours"


def test_an_expression_deep_in_somebody_elses_calls_is_judged_too():
    def called(depth):
        return called(depth - 1) if depth else accept("ABS(" * 38 + "x" + ")" * 38, columns=COLUMNS)

    assert isinstance(called(600), Accepted | Rejected)


def test_parentheses_in_a_text_nest_nothing():
    assert isinstance(accept(f"s = '{'(' * 60}'", columns=COLUMNS), Accepted)


@pytest.mark.parametrize("expression", ROW_BY_ROW)
def test_the_tree_computes_what_the_text_says(expression):
    """sqlglot renders its own spelling of what it read: the engine must find the same values in both."""
    tree = accept(expression, columns=COLUMNS).tree
    rows = "(VALUES (2, 3, TIMESTAMP '2024-02-29 13:14:15', 'a-B'), (-7, 2, NULL, NULL)) AS rows(x, k, t, s)"
    written, rendered = (
        duckdb.sql(f"SELECT {text} AS value FROM {rows}").fetchall() for text in (expression, tree.sql("duckdb"))
    )
    assert written == rendered


def test_a_letter_that_is_not_taken_is_named_by_its_place():
    (fault,) = accept("x + 1; x", columns=COLUMNS).faults
    assert (fault.position, "';'" in fault.message) == (5, True)


def test_columns_that_only_order_or_partition_are_not_computed_with():
    accepted = accept(f"AVG(x) {WINDOW}", columns=COLUMNS)
    assert (accepted.columns, accepted.computed_columns) == (("x", "k", "t"), ("x",))


def test_the_list_of_functions_can_be_shown():
    assert ("lag", 1, 3) in allowed_functions()
    assert len(allowed_functions()) > 80


def test_an_aggregate_outside_of_a_window_is_known():
    assert accept("SUM(x)", columns=COLUMNS).is_aggregate
    assert not accept(f"SUM(x) {WINDOW}", columns=COLUMNS).is_aggregate


def test_without_a_known_schema_any_column_is_taken():
    assert isinstance(accept("AVG(whatever)", columns=None), Accepted)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_of_the_list_can_be_called(name):
    fewest, _ = FUNCTIONS[name]
    call = SPOKEN.get(name, f"{name}({', '.join(['x'] * fewest)})")
    call += " OVER (ORDER BY t)" if name in WINDOWED else ""
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
