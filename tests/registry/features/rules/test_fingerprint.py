import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.definition import Definition
from registry.compute.sandbox.acceptance.grammar import TYPE_NAMES
from registry.features.rules.fingerprint import address, equivalence, equivalent, version_name
from tests.golden import load
from tests.registry.compute.sandbox.acceptance.test_accept import HONEST

VECTORS = load("feature_hashes")["vectors"]
FIRST = Definition(**VECTORS[0]["definition"])
WINDOW = "OVER (PARTITION BY k ORDER BY t ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["what"])
def test_an_address_is_the_sha256_of_the_definition(vector):
    digest = address(Definition(**vector["definition"]))
    assert (digest, version_name(digest)) == (vector["digest"], vector["version"])


@pytest.mark.parametrize("vector", VECTORS[1:], ids=lambda vector: vector["what"])
def test_equivalence_follows_the_worked_cases(vector):
    assert equivalent(FIRST, Definition(**vector["definition"])) is vector["equivalent_to_first"]


SAME = [
    ("a + b * c", "a + (b * c)", "parentheses that precedence implies"),
    ("AVG(x)", "Avg( x )", "case of functions"),
    ('"a" + b', "a + b", "quotes around a plain name"),
    ("d + INTERVAL 1 DAY", "d + INTERVAL 1 DAYS", "a plural unit"),
    ("d + INTERVAL 1 DAY", "d + INTERVAL '1 day'", "an interval as text"),
    ("d + INTERVAL 2 WEEK", "d + INTERVAL '14' DAY", "an interval in other units"),
    ("s NOT LIKE 'a%'", "NOT s LIKE 'a%'", "where NOT stands"),
    ("s NOT ILIKE 'a%'", "NOT (s ILIKE 'a%')", "where NOT stands"),
    ("x NOT IN (1, 2)", "NOT (x IN (1, 2))", "where NOT stands"),
    ("x IS NOT NULL", "NOT (x IS NULL)", "where NOT stands"),
    ("x IS DISTINCT FROM y", "NOT x IS NOT DISTINCT FROM y", "where NOT stands"),
    ("AVG(x) OVER ()", "MEAN(x) OVER ()", "a synonym"),
    ("STDDEV(x) OVER () + POW(x, 2)", "STDDEV_SAMP(x) OVER () + x ** 2", "synonyms"),
    ("POSITION('a' IN s)", "STRPOS(s, 'a')", "a special form and its function"),
    ("LAG(a) OVER (ORDER BY id)", "LAG(a, 1) OVER (ORDER BY id)", "a default argument"),
    ("LEAD(a, 2) OVER (ORDER BY id)", "LEAD(a, 2, NULL) OVER (ORDER BY id)", "a default argument"),
    ("COUNT(*) OVER ()", "COUNT() OVER ()", "the star"),
    ("DATE_PART('year', d)", "date_part('YEAR', d)", "case of a part"),
    ("EXTRACT(year FROM d)", "YEAR(d)", "a part and its function"),
    ("DATE_TRUNC('months', t)", "DATE_TRUNC('month', t)", "a plural part"),
    (
        "SUM(x) OVER (ORDER BY id)",
        "SUM(x) OVER (ORDER BY id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        "the default frame",
    ),
    ("CASE WHEN p THEN 1 END", "CASE WHEN p THEN 1 ELSE NULL END", "the default of a CASE"),
    ("a AND (b AND c) OR d", "(a AND b) AND c OR d", "nesting of AND"),
    ("a OR (b OR c)", "a OR b OR c", "nesting of OR"),
    ("a || (b || c)", "a || b || c", "nesting of texts put together"),
    ("SUM(x) OVER (ORDER BY t DESC)", "SUM(x) OVER (ORDER BY t DESC NULLS LAST)", "where nulls go"),
    ("CAST(x AS INT4)", "x::INTEGER", "synonyms of a type"),
    ("CAST(x AS DECIMAL)", "CAST(x AS NUMERIC(18, 3))", "a type's default scale"),
    ("s = 'it''s'", "s  =  'it''s' /* ' */", "a comment beside a quote"),
    (f"AVG(x) {WINDOW}", f"avg(x) {WINDOW.lower()}", "case of frame words"),
    (
        "SUM(x) OVER (PARTITION BY k ORDER BY t ROWS 6 PRECEDING)",
        "SUM(x) OVER (PARTITION BY k ORDER BY t ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
        "a frame's implied end",
    ),
    ("CAST(x AS DOUBLE)", "x::double", "two spellings of a cast"),
    ("CASE WHEN a <> 1 THEN 2 END", "case when a != 1 then 2 end", "two spellings of unequal"),
]
OTHER = [
    ("a - (b - c)", "a - b - c", "parentheses that change the order"),
    ("(a + b) * c", "a + b * c", "parentheses that change the order"),
    ("AVG(x)", "SUM(x)", "the function"),
    ("x > 1", "x >= 1", "the operator"),
    ("x + 1", "x + 2", "a literal"),
    ("x + 1", "x + 1.0", "a literal's type"),
    ("s = 'a'", "s = 'A'", "a literal's case"),
    ("s = ''", "s = ' '", "an empty literal"),
    (f"AVG(x) {WINDOW}", f"AVG(x) {WINDOW.replace('ORDER BY t', 'ORDER BY t DESC')}", "the order"),
    (f"AVG(x) {WINDOW}", f"AVG(x) {WINDOW.replace('ROWS', 'RANGE')}", "the frame's kind"),
    (f"AVG(x) {WINDOW}", f"AVG(x) {WINDOW.replace('CURRENT ROW', '1 FOLLOWING')}", "the frame's end"),
    (f"AVG(x) {WINDOW}", f"AVG(y) {WINDOW}", "the column"),
    ("CAST(x AS BIGINT)", "CAST(x AS DOUBLE)", "the type"),
    ("CAST(x AS DECIMAL(10, 2))", "CAST(x AS DECIMAL(10, 3))", "the type's scale"),
    ("CAST(x AS BIGINT)", "TRY_CAST(x AS BIGINT)", "what a cast does when it cannot"),
    ("SUM(x)", "SUM(DISTINCT x)", "distinct"),
    ("COALESCE(x, 0)", "COALESCE(0, x)", "the order of arguments"),
    ("Amount + 1", "amount + 1", "the case of a column's name"),
    ('"Amount"', '"amount"', "the case of a column's name"),
    ("a + (b + c)", "a + b + c", "the order of sums, which round"),
    ("a * (b * c)", "a * b * c", "the order of products, which round"),
    ("INTERVAL 1 DAY + d", "INTERVAL 24 HOUR + d", "a day that may have 23 hours"),
    ("LAG(a) OVER (ORDER BY id)", "LAG(a, 2) OVER (ORDER BY id)", "an offset"),
    ("LAG(a, 1, 0) OVER (ORDER BY id)", "LAG(a) OVER (ORDER BY id)", "a default that is no null"),
    ("LOG2(x)", "LOG(2, x)", "a function that rounds otherwise"),
    ("s LIKE 'a'", "s ILIKE 'a'", "what case means"),
    ("COUNT(*) OVER ()", "COUNT(x) OVER ()", "which rows count"),
    ("SUM(x) OVER (ORDER BY t DESC)", "SUM(x) OVER (ORDER BY t DESC NULLS FIRST)", "where nulls go"),
    ("SUM(x) FILTER (WHERE a) OVER ()", "SUM(x) FILTER (WHERE b) OVER ()", "a filter"),
    ("LAST_VALUE(x) OVER (ORDER BY t)", "LAST_VALUE(x IGNORE NULLS) OVER (ORDER BY t)", "which rows count"),
    ("CASE WHEN p THEN 1 END", "CASE WHEN p THEN 1 ELSE 0 END", "what else"),
    ("x + 1", "x + 1 -- a\r+ 1\n", "what a lone carriage return comments out"),
    (".5 * x", "0.5 * x", "a literal's precision"),
    ("1.50 * x", "1.5 * x", "a literal's scale"),
]


@pytest.mark.parametrize("logic", [*HONEST, *(f"CAST(x AS {name})" for name in sorted(TYPE_NAMES))])
def test_whatever_is_accepted_has_an_equivalence_of_its_own(logic):
    assert len(equivalence(FIRST._replace(computation_logic=logic))) == 64


@pytest.mark.parametrize(("text", "other", "why"), SAME)
def test_formatting_does_not_change_the_equivalence(text, other, why):
    assert equivalence(FIRST._replace(computation_logic=text)) == equivalence(
        FIRST._replace(computation_logic=other)
    ), why


@pytest.mark.parametrize(("text", "other", "why"), OTHER)
def test_meaning_changes_the_equivalence(text, other, why):
    assert equivalence(FIRST._replace(computation_logic=text)) != equivalence(
        FIRST._replace(computation_logic=other)
    ), why


def test_logic_that_cannot_be_parsed_is_only_equivalent_to_itself():
    broken = FIRST._replace(computation_logic="AVG(((")
    assert equivalent(broken, broken)
    assert not equivalent(broken, broken._replace(computation_logic="AVG( (("))


numbers = st.integers(0, 99).map(str)
names = st.sampled_from(["order_count", "amount", "price", "delay"])
leaves = st.one_of(numbers, names)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda e: f"COALESCE({e}, 0)"),
        inner.map(lambda e: f"CASE WHEN {e} > 1 THEN {e} ELSE 0 END"),
    ),
    max_leaves=12,
)
windows = st.tuples(expressions, st.integers(0, 60)).map(
    lambda t: f"AVG({t[0]}) OVER (PARTITION BY customer_id ORDER BY date ROWS BETWEEN {t[1]} PRECEDING AND CURRENT ROW)"
)
logics = st.one_of(expressions, windows)
FORMATTINGS = [
    lambda text: f"({text})",
    lambda text: text.lower(),
    lambda text: text.replace(" ", "\n  "),
    lambda text: text.replace("(", "( ").replace(")", " )"),
    lambda text: f"/* rewritten */ {text} -- the end",
    lambda text: text.replace("ORDER BY date", "ORDER BY date ASC"),
]


@given(logics, st.lists(st.sampled_from(FORMATTINGS), min_size=1, max_size=4, unique=True))
def test_no_formatting_ever_changes_the_equivalence(logic, formattings):
    written = logic
    for formatting in formattings:
        written = formatting(written) if "--" not in written else written
    assert equivalent(FIRST._replace(computation_logic=logic), FIRST._replace(computation_logic=written))


@given(windows, st.integers(61, 99))
def test_another_window_bound_always_changes_the_equivalence(logic, bound):
    start = logic.index("BETWEEN ") + len("BETWEEN ")
    moved = logic[:start] + str(bound) + logic[logic.index(" PRECEDING") :]
    assert not equivalent(FIRST._replace(computation_logic=logic), FIRST._replace(computation_logic=moved))


@given(st.text(max_size=60), st.text(max_size=60))
def test_different_content_has_a_different_address(text, other):
    same = address(FIRST._replace(computation_logic=text)) == address(FIRST._replace(computation_logic=other))
    assert same == (text == other)


@pytest.mark.parametrize(
    ("text", "other", "dialect", "same"),
    [
        ("x + 1", "x  +  1", "duckdb", True), ("x + 1", "X + 1", "duckdb", False),
        ("`a` + 1", "`a`  +  1", "duckdb", False), ("`a` + 1", "`a` + 2", "duckdb", False),
        ("def f(): pass", "def f():  pass  # nothing", "python", True),
        ("def f(): pass", "def f(): return", "python", False),
    ],
)  # fmt: skip
def test_each_dialect_is_read_in_its_own_way_and_what_is_not_read_is_compared_as_text(text, other, dialect, same):
    first, second = (Definition(logic, "none", "int64", "t") for logic in (text, other))
    assert equivalent(first, second, dialect) is same
    assert (equivalence(first, dialect) == equivalence(second, dialect)) is same


def test_a_fingerprint_once_stored_is_found_again():
    definition = Definition("AVG(x) OVER (ORDER BY t)", "forward_fill", "float32", "orders")
    assert equivalence(definition) == "a9e948e00f8a5c0cecf0811d6457f4456e601e5e62cfc9ddfe4e9401ddfc1647"
    assert equivalence(definition, "python") != equivalence(definition)
