"""The engine's own parser: every fault of an expression at once, with its code and position."""

import pytest

from registry.compute.sandbox.acceptance.engine_parser import AFTER, BEFORE, faults
from registry.compute.sandbox.acceptance.grammar import LEVELS

COLUMNS = ["x", "k", "t", "s"]
OVER = "OVER (PARTITION BY k ORDER BY t)"


def codes(expression, columns=COLUMNS):
    return [fault.code for fault in faults(expression, columns)]


@pytest.mark.parametrize(
    "expression",
    ["x", "X + 1", f"avg(x) {OVER}", "count(*)", "date_trunc('month', t)", "replace(s, 'ab', 'a')", "x -- a comment"],
)
def test_feature_logic_has_no_fault(expression):
    assert codes(expression) == []


@pytest.mark.parametrize(
    ("expression", "code", "position"),
    [
        ("x +", "syntax", None),
        ("x; SELECT 1", "syntax", 1),
        ("x, k", "statement", None),
        ("x) AS a, (k", "statement", None),
        ("(SELECT 1)", "not_allowed", 0),
        ("'é' || nosuch", "unknown_column", 7),
        ("other.x", "qualified", 0),
        ("main.abs(x)", "function", 0),
        ("getenv('HOME')", "function", 0),
        ("x::JSON", "type", None),
        (f"abs(x) {OVER}", "window", 0),
        ("lag(x)", "window", 0),
        (f"avg(sum(x)) {OVER}", "nested", 4),
        ("sum(x ORDER BY t)", "not_allowed", 0),
        ("date_trunc('century', t)", "bound", 0),
        ("date_trunc(s, t)", "bound", 0),
        ("replace(s, 'a', 'ab')", "bound", 0),
        ("replace(s, '', '')", "bound", 0),
    ],
)
def test_a_fault_has_a_code_and_a_position(expression, code, position):
    [fault] = faults(expression, COLUMNS)
    assert fault.code == code
    assert position is None or fault.position == position


def test_arguments_are_counted_up_to_the_most():
    assert codes("round(x, 1)") == []
    [fault] = faults("round(x, 1, 2)", COLUMNS)
    assert (fault.code, fault.message) == ("arity", "round takes 1 to 2 arguments, not 3.")
    assert codes("abs()") == ["arity"]


def test_an_unknown_column_lists_those_of_the_source_table():
    [fault] = faults("nosuch", COLUMNS)
    assert fault.message.startswith("The source table has no column nosuch. Its columns: ")
    assert all(name in fault.message for name in COLUMNS)
    assert codes("nosuch", None) == []


def test_the_clock_is_refused_with_its_own_reason_also_as_a_column():
    [fault] = faults("current_date", COLUMNS)
    assert (fault.code, "each time" in fault.message) == ("function", True)


def test_the_same_fault_twice_is_reported_once_per_position():
    assert [fault.position for fault in faults("nosuch + nosuch", COLUMNS)] == [0, 9]


def test_nesting_beyond_the_limit_is_too_deep_and_never_an_error():
    assert codes("abs(" * (LEVELS // 4) + "x" + ")" * (LEVELS // 4)) == []
    for depth in (LEVELS + 1, 2_000):
        assert codes("abs(" * depth + "x" + ")" * depth) == ["too_deep"]


def test_an_expression_cannot_leave_its_parentheses():
    assert BEFORE.endswith("(")
    assert AFTER.startswith("\n)"), "a comment at the end does not swallow the parenthesis"
    assert codes("x) FROM read_csv('/etc/passwd') --") != []
