"""How long text may become: the bound holds in the engine, for nested calls with constants and with columns."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.compute.sandbox.acceptance.accept import Accepted, accept
from registry.compute.sandbox.acceptance.engine_parser import parse
from registry.compute.sandbox.acceptance.growth import MOST, Growth, growth

CELLS = ["", "a", "aaaa,aaaa", "ab" * 40, "é,ß" * 20, None]
LONGEST = max(len(cell.encode()) for cell in CELLS if cell)

leaves = st.sampled_from(["s", "u", "'a'", "'ab,'", "''", "CAST(x AS VARCHAR)"])
patterns = st.sampled_from(["'a'", "''", "'.'", "'(a)(b)?'", "'[^a]'", "'a*'", "s"])
replacements = st.sampled_from(["''", "'ab'", r"'\1'", r"'\0\0'", "'xyz'", "u"])


def calls(inner):
    """Everything that makes text longer, around what is inside; each also with arguments that are no constants."""
    return st.one_of(
        st.builds("REPLACE({}, {}, {})".format, inner, st.sampled_from(["'a'", "'ab'", "s"]), replacements),
        st.builds("regexp_replace({}, {}, {})".format, inner, patterns, replacements),
        st.builds("regexp_replace({}, {}, {}, 'g')".format, inner, patterns, replacements),
        st.builds("lpad({}, {}, {})".format, inner, st.sampled_from(["5", "1000", "2000", "x"]), leaves),
        st.builds("rpad({}, {}, 'xy')".format, inner, st.sampled_from(["1", "900", "-1"])),
        st.builds("repeat({}, {})".format, inner, st.sampled_from(["2", "100000000", "x"])),
        st.builds("concat({}, {}, {})".format, inner, inner, leaves),
        st.builds("({} || {})".format, inner, inner),
        st.builds("concat_ws({}, {}, {}, {})".format, leaves, inner, inner, leaves),
        st.builds("CAST(string_split({}, ',') AS VARCHAR)".format, inner),
        st.builds("string_agg({}, ',') OVER ()".format, inner),
        st.builds("format('{{:1000000}}', {})".format, inner),
        st.builds("translate({}, 'ab', 'éé')".format, inner),
        st.builds("upper(strip_accents({}))".format, inner),
        st.builds("CASE WHEN x > 1 THEN {} ELSE {} END".format, inner, inner),
    )


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE rows (s VARCHAR, u VARCHAR, x BIGINT)")
        connection.executemany(
            "INSERT INTO rows VALUES (?, ?, ?)", [(s, u, 3) for s in CELLS for u in (CELLS[1], CELLS[3], None)]
        )
        yield connection


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(logic=st.recursive(leaves, calls, max_leaves=12))
def test_no_accepted_logic_makes_more_text_than_its_bound(engine, logic):
    judged = accept(logic, columns=["s", "u", "x"])
    if not isinstance(judged, Accepted):
        assert all(fault.message.endswith(".") and len(fault.message) > 20 for fault in judged.faults)
        return
    bound = growth(parse(logic))
    assert bound.factor <= MOST
    query = f"SELECT max(strlen(CAST({judged.tree.sql('duckdb')} AS VARCHAR))) FROM rows"
    try:
        (longest,) = engine.execute(query).fetchone()
    except duckdb.InvalidInputException as error:  # \1 without a group: nothing is computed
        assert "parenthesized" in str(error)  # noqa: PT017
        return
    assert (longest or 0) <= bound.factor * LONGEST + bound.constant, logic


@pytest.mark.parametrize(
    ("logic", "bound"),
    [
        ("s", Growth(1, 0)),
        ("upper(s) || 'ab'", Growth(2 - 1, 2)),
        ("lpad(s, 10, '0')", Growth(1, 43)),
        ("replace(s, 'ab', 'b')", Growth(1, 3)),
        ("regexp_replace(s, 'a', '', 'g')", Growth(1, 1)),
        (r"regexp_replace(s, 'a', '\1-\1', 'g')", Growth(4, 4)),
        ("concat_ws(u, s, s, s)", Growth(5, 0)),
        ("md5(s)", Growth(0, 64)),
    ],
)
def test_the_bound_of_a_call(logic, bound):
    assert growth(parse(logic)) == bound


def test_nested_calls_multiply_up_to_a_limit():
    def around(text):
        return rf"regexp_replace({text}, '.', '\0\0', 'g')"

    logic = "s"
    while isinstance(accept(logic, columns=["s"]), Accepted):
        logic = around(logic)
    (fault,) = accept(logic, columns=["s"]).faults
    assert (fault.code, "1,000 times" in fault.message) == ("bound", True)
    assert growth(parse(logic)).factor > MOST


def test_joining_many_columns_is_no_growth_beyond_the_limit():
    assert isinstance(accept(" || ".join(["s"] * 100), columns=["s"]), Accepted)
