"""The checks of a policy: how they are written, and every fault that they may have."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.versions.rules.metrics import CATALOGUE
from registry.versions.rules.policy_checks import OPERATORS, Check, faults, parse

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
ABSOLUTE = st.tuples(st.sampled_from(sorted(OPERATORS)), NUMBERS, st.booleans()).map(
    lambda parts: Check("mape", "", *parts)
)
COMPARED = st.tuples(st.sampled_from(["main", *CATALOGUE]), st.booleans(), st.floats(0, 1)).map(
    lambda parts: Check(parts[0], required=parts[1], baseline="serving", max_worse=parts[2])
)
CHECKS = ABSOLUTE | COMPARED


@given(CHECKS)
def test_a_check_survives_its_json(check):
    assert parse(check.as_dict()) == check
    assert faults([check.as_dict()]) == []


GOOD = {"metric": "mape", "operator": "<=", "threshold": 0.15}


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (None, {"checks"}), ([], {"checks"}), ({}, {"checks"}), ([GOOD] * 101, {"checks"}), ([GOOD, GOOD], {"checks"}),
        ([7], {"checks.0"}),
        ([{}], {"checks.0.metric", "checks.0.operator", "checks.0.threshold"}),
        ([GOOD | {"threshold": True, "required": "yes"}], {"checks.0.threshold", "checks.0.required"}),
        ([GOOD | {"threshold": math.inf}], {"checks.0.threshold"}),
        ([GOOD | {"operator": ["<="]}], {"checks.0.operator"}),
        ([GOOD | {"operator": "==", "slice": "x" * 121}], {"checks.0.operator", "checks.0.slice"}),
    ],
)  # fmt: skip
def test_all_faults_of_a_policy_come_at_once(value, fields):
    assert {field for field, _, _ in faults(value)} == fields


SENTENCES = [
    (7, [("checks", "missing", "`checks` is empty. Give at least one check: metric, operator, threshold.")]),
    ([GOOD] * 101, [("checks", "too_many", "The policy has 101 checks. At most 100 are allowed.")]),
    ([7], [("checks.0", "malformed", "A check must be an object with metric, operator and threshold.")]),
    ([GOOD, GOOD], [("checks", "duplicate", "mape has two checks of the same kind.")]),
    (
        [{"metric": " ", "operator": "~", "threshold": "x", "required": 1, "slice": 7}],
        [
            ("checks.0.metric", "malformed", "Give a metric as text of at most 120 characters."),
            ("checks.0.slice", "malformed", "Give a slice as text of at most 120 characters."),
            ("checks.0.operator", "unknown", "'~' is not an operator. Choose from <=, <, >=, >."),
            ("checks.0.threshold", "malformed", "'x' is not a number. Give a finite number."),
            ("checks.0.required", "malformed", "1 is not a truth value. Give true or false."),
        ],
    ),
]


@pytest.mark.parametrize(("value", "expected"), SENTENCES)
def test_every_fault_says_what_to_change(value, expected):
    assert faults(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        [GOOD] * 1, [GOOD | {"metric": f"m{n}"} for n in range(100)], [GOOD, GOOD | {"operator": ">="}],
        [GOOD, GOOD | {"slice": "x"}], [GOOD | {"metric": "x" * 120, "slice": "y" * 120, "threshold": 0}],
    ],
)  # fmt: skip
def test_what_is_well_formed_has_no_fault(value):
    assert faults(value) == []


COMPARES = {"metric": "auc", "baseline": "serving"}


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (COMPARES | {"baseline": "best"}, {("baseline", "unknown")}),
        (COMPARES | {"metric": "profit"}, {("metric", "unknown")}),
        (COMPARES | {"metric": " "}, {("metric", "malformed")}),
        (COMPARES | {"max_worse": -0.1}, {("max_worse", "out_of_range")}),
        (COMPARES | {"max_worse": 1.5}, {("max_worse", "out_of_range")}),
        (COMPARES | {"max_worse": True}, {("max_worse", "out_of_range")}),
        (COMPARES | {"max_worse": "2%"}, {("max_worse", "out_of_range")}),
        (COMPARES | {"max_worse": math.nan}, {("max_worse", "out_of_range")}),
        (COMPARES | {"operator": "<=", "threshold": 1, "groups": ["f"]},
         {("operator", "meaningless"), ("threshold", "meaningless"), ("groups", "meaningless")}),
        (COMPARES | {"required": 1}, {("required", "malformed")}),
        (GOOD | {"metric": "main"}, {("metric", "meaningless")}),
        (GOOD | {"max_worse": 0.1}, {("max_worse", "meaningless")}),
        (COMPARES | {"max_worse": 0}, set()), (COMPARES | {"max_worse": 1}, set()), (COMPARES | {"max_worse": None}, set()),
        (COMPARES | {"operator": "", "threshold": None, "groups": []}, set()), (COMPARES | {"metric": "main"}, set()),
        (GOOD | {"baseline": "", "max_worse": None}, set()), (GOOD | {"baseline": None}, set()),
    ],
)  # fmt: skip
def test_the_faults_of_a_check_that_compares(check, expected):
    assert {(field.removeprefix("checks.0."), code) for field, code, _ in faults([check])} == expected


def test_the_faults_of_a_comparison_say_what_to_change():
    sentences = [sentence for _, _, sentence in faults([{"metric": "profit", "baseline": "best", "max_worse": 7}])]
    assert sentences[0] == "'best' is not a baseline. Choose serving."
    assert sentences[1].startswith(
        "'profit' is not in the catalogue of metrics, so nobody knows whether higher or lower"
    )
    assert sentences[1].endswith(f"Choose main, {', '.join(CATALOGUE)}.")
    assert sentences[2] == "7 is not a share of the error. Give a number from 0 to 1, for example 0.02."
    (without,) = faults([COMPARES | {"threshold": 0.5}])
    assert without[2] == "A check that compares with what serves has no threshold. Leave it out."
    (main,) = faults([GOOD | {"metric": "main"}])
    assert main[2] == 'The main metric has no threshold of its own. Name a metric, or compare: "baseline": "serving".'
    (alone,) = faults([GOOD | {"max_worse": 0.1}])
    assert alone[2] == '`max_worse` is for a check that compares: add "baseline": "serving", or leave it out.'


def test_one_metric_may_be_compared_and_have_a_limit_but_not_be_compared_twice():
    assert faults([COMPARES, {"metric": "auc", "operator": ">=", "threshold": 0.5}]) == []
    assert faults([COMPARES, COMPARES | {"max_worse": 0.1}]) == [
        ("checks", "duplicate", "auc has two checks of the same kind.")
    ]


def test_a_comparison_allows_two_percent_unless_said():
    assert parse(COMPARES) == Check("auc", baseline="serving", max_worse=0.02)
    assert parse(COMPARES | {"max_worse": 0, "slice": "x"}) == Check("auc", "x", baseline="serving", max_worse=0.0)
    assert str(parse(COMPARES | {"metric": "main"})) == "main metric at most 2% of its error worse than what serves"
    assert str(parse(COMPARES | {"slice": "x", "max_worse": 0.125})) == (
        "auc on x at most 12.5% of its error worse than what serves"
    )


def test_a_check_is_required_and_of_all_rows_unless_said():
    assert parse(GOOD) == Check("mape", "", "<=", 0.15, True)
    assert parse(GOOD | {"slice": None, "required": False}) == Check("mape", "", "<=", 0.15, False)
    assert isinstance(parse(GOOD | {"threshold": 1}).threshold, float)
