"""How bad a metric of a retrained version may be, to the last decimal."""

from __future__ import annotations

import doctest
import math

import pytest

from registry.serving.rules import limits
from registry.serving.rules.limits import HIGHER, LOWER, Limit, limit_condition, limit_faults, parse_limit


def test_its_examples_run():
    assert doctest.testmod(limits).failed == 0


WITHIN = [
    # the limit, what was measured, what serves, whether it is within, the sentence
    (Limit("mape", worst=0.15), 0.15, {}, True, "mape is 0.15; the limit is 0.15."),
    (Limit("mape", worst=0.15), 0.1501, {}, False, "mape is 0.1501; the limit is 0.15."),
    (Limit("auc", better=HIGHER, worst=0.8), 0.8, {}, True, "auc is 0.8; the limit is 0.8."),
    (Limit("auc", better=HIGHER, worst=0.8), 0.7999, {}, False, "auc is 0.7999; the limit is 0.8."),
    (
        Limit("mape", max_worse=0.02), 0.1224, {"v1": 0.12}, True,
        "mape is 0.1224; with v1 at 0.12, 2% of its error worse is 0.1224.",
    ),
    (
        Limit("mape", max_worse=0.02), 0.12241, {"v1": 0.12}, False,
        "mape is 0.12241; with v1 at 0.12, 2% of its error worse is 0.1224.",
    ),
    (
        Limit("auc", better=HIGHER, max_worse=0.02), 0.898, {"v1": 0.9}, True,
        "auc is 0.898; with v1 at 0.9, 2% of its error worse is 0.898.",
    ),
    (
        Limit("auc", better=HIGHER, max_worse=0.02), 0.8979, {"v1": 0.9}, False,
        "auc is 0.8979; with v1 at 0.9, 2% of its error worse is 0.898.",
    ),
    (
        Limit("mape", max_worse=0.0), 0.12, {"v1": 0.12, "v0": 0.11}, False,
        "mape is 0.12; with v1 at 0.12, 0% of its error worse is 0.12, with v0 at 0.11, 0% of its error worse is 0.11.",
    ),
    (
        Limit("mape", worst=0.2, max_worse=0.02), 0.16, {"v1": 0.12}, False,
        "mape is 0.16; the limit is 0.2, with v1 at 0.12, 2% of its error worse is 0.1224.",
    ),
    (
        Limit("mape", worst=0.1, max_worse=1.0), 0.16, {"v1": 0.12}, False,
        "mape is 0.16; the limit is 0.1, with v1 at 0.12, 100% of its error worse is 0.24.",
    ),
    (Limit("mape", "north", max_worse=0.1), None, {"v1": 0.1}, False, "mape on north was not measured."),
    (Limit("mape", max_worse=0.1), math.inf, {"v1": 0.1}, False, "mape was not measured."),
    (Limit("mape", worst=0.1), math.nan, {}, False, "mape was not measured."),
    (Limit("mape", max_worse=0.1), 0.1, {"v1": None}, False, "mape is 0.1; v1 has no mape to compare with."),
    (Limit("mape", max_worse=0.1), 0.1, {"v1": math.inf}, False, "mape is 0.1; v1 has no mape to compare with."),
    (
        Limit("auc", better=HIGHER, max_worse=0.1), 91.0, {"v1": 90.0}, False,
        "auc is 91; v1 at 90 has no error to take a share of.",
    ),
    (
        Limit("loss", max_worse=0.1), -2.0, {"v1": -1.0}, False, "loss is -2; v1 at -1 has no error to take a share of.",
    ),
    (Limit("auc", better=HIGHER, max_worse=0.5), 1.0, {"v1": 1.0}, True, "auc is 1; with v1 at 1, 50% of its error worse is 1."),
    (Limit("mape", max_worse=0.5), 0.0, {"v1": 0.0}, True, "mape is 0; with v1 at 0, 50% of its error worse is 0."),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "observed", "versions", "met", "sentence"), WITHIN)
def test_a_limit_holds_to_the_last_decimal(limit, observed, versions, met, sentence):
    condition = limit_condition(limit, observed, versions)
    assert (condition.name, condition.met, condition.sentence) == (f"limit:{limit.metric}:{limit.slice}", met, sentence)


ONE = {"metric": "mape", "max_worse": 0.02}
FAULTY = [
    (None, [("limits", "missing")]),
    ([], [("limits", "missing")]),
    ({}, [("limits", "missing")]),
    ([ONE] * 21, [("limits", "too_many")]),
    ([1], [("limits.0", "malformed")]),
    ([ONE, ONE], [("limits", "duplicate")]),
    ([ONE, ONE | {"slice": ""}], [("limits", "duplicate")]),
    ([ONE | {"metric": " "}], [("limits.0.metric", "malformed")]),
    ([ONE | {"metric": "m" * 121}], [("limits.0.metric", "malformed")]),
    ([ONE | {"metric": 7}], [("limits.0.metric", "malformed")]),
    ([ONE | {"slice": "s" * 121}], [("limits.0.slice", "malformed")]),
    ([ONE | {"better": "up"}], [("limits.0.better", "unknown")]),
    ([{"metric": "mape"}], [("limits.0.worst", "missing")]),
    ([ONE | {"max_worse": 1.01}], [("limits.0.max_worse", "out_of_range")]),
    ([ONE | {"max_worse": -0.01}], [("limits.0.max_worse", "out_of_range")]),
    ([ONE | {"max_worse": True}], [("limits.0.max_worse", "malformed")]),
    ([ONE | {"worst": "x"}], [("limits.0.worst", "malformed")]),
    ([ONE | {"worst": math.nan}], [("limits.0.worst", "malformed")]),
    (
        [ONE, {"metric": "", "better": "up", "worst": math.inf}],
        [("limits.1.metric", "malformed"), ("limits.1.better", "unknown"), ("limits.1.worst", "malformed")],
    ),
]


@pytest.mark.parametrize(("content", "faults"), FAULTY)
def test_every_fault_of_limits_is_named(content, faults):
    listed = limit_faults(content)
    assert [fault[:2] for fault in listed] == faults
    assert all(fault[2].endswith(".") for fault in listed)


@pytest.mark.parametrize(
    "content",
    [
        [ONE], [ONE, ONE | {"slice": "north"}], [{"metric": "auc", "better": "higher", "worst": 0}],
        [ONE | {"max_worse": 0}], [ONE | {"max_worse": 1}], [{"metric": f"m{n}", "worst": -1.5} for n in range(20)],
        [{"metric": "m" * 120, "slice": "s" * 120, "worst": 1}],
    ],
)  # fmt: skip
def test_what_is_right_has_no_fault(content):
    assert limit_faults(content) == []


def test_a_limit_is_read_and_stored_as_it_is():
    limit = parse_limit({"metric": "auc", "better": "higher", "worst": 1})
    assert limit == Limit("auc", "", HIGHER, 1.0, None)
    assert parse_limit(limit.as_dict()) == limit
    assert parse_limit({"metric": "m", "slice": "x", "max_worse": 0.5}) == Limit("m", "x", LOWER, None, 0.5)
    assert (limit.name, parse_limit({"metric": "m", "slice": "x", "worst": 1}).name) == ("auc", "m on x")
