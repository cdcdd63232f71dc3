"""What makes a decision's report, and whether its explanation explains it."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from registry.regulation.rules.reported_decision import added, canonical, digest, explanation_faults, faults

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = {"income", "debt"}
SHAP = {"method": "shap", "base_value": 0.3, "link": "identity", "contributions": {"income": 0.2, "debt": -0.1}}
DECISION = {
    "external_id": "a-1", "decided_at": NOW, "environment": "production", "inputs": None, "inputs_digest": "0" * 64,
    "prediction": 0.4, "outcome": "approved", "explanation": SHAP,
}  # fmt: skip


def fault_fields(regulated=False, **changed):
    result = faults(
        DECISION | changed, names=NAMES, regulated=regulated, earliest=NOW - timedelta(days=730), latest=NOW
    )
    return [(fault.field, fault.code) for fault in result]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"explanation": None}, []),
        ({"explanation": None, "regulated": True}, [("explanation", "missing")]),
        ({"prediction": 0.4009}, []), ({"prediction": 0.402}, [("explanation.contributions", "does_not_add_up")]),
        ({"explanation": SHAP | {"base_value": None}}, [("explanation.base_value", "missing")]),
        ({"explanation": SHAP | {"method": "lime", "base_value": None}, "prediction": "approve"}, []),
        ({"prediction": "approve"}, [("prediction", "malformed")]),
        ({"explanation": SHAP | {"contributions": {}}}, [("explanation.contributions", "malformed")]),
        (
            {"explanation": SHAP | {"contributions": {"income": 0.1, "zip": 0.0}}},
            [("explanation.contributions.zip", "unknown")],
        ),
        ({"explanation": SHAP | {"contributions": {"income": math.nan}}}, [("explanation", "out_of_range")]),
        ({"explanation": SHAP | {"contributions": {"income": 1e308, "debt": 1e308}}}, [("explanation", "out_of_range")]),
        ({"inputs_digest": ""}, [("inputs_digest", "missing")]),
        ({"inputs_digest": "abc"}, [("inputs_digest", "malformed")]),
        ({"inputs": {"income": 1}}, [("inputs_digest", "too_many")]),
        ({"inputs": {"income": 1, "city": "Oslo", "x": None}, "inputs_digest": ""}, []),
        ({"inputs": {"income": [1]}, "inputs_digest": ""}, [("inputs", "malformed")]),
        ({"inputs": {"income": "x" * 501}, "inputs_digest": ""}, [("inputs", "malformed")]),
        ({"inputs": {f"c{n}": "x" * 490 for n in range(90)}, "inputs_digest": ""}, [("", "too_large")]),
        ({"prediction": True, "explanation": None}, [("prediction", "malformed")]),
        ({"decided_at": NOW + timedelta(hours=1)}, [("decided_at", "in_the_future")]),
        ({"decided_at": NOW - timedelta(days=800)}, [("decided_at", "too_old")]),
        (
            {"decided_at": NOW - timedelta(days=800), "inputs_digest": "", "prediction": None, "explanation": None},
            [("decided_at", "too_old"), ("inputs_digest", "missing"), ("prediction", "malformed")],
        ),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_said_at_once(changed, expected):
    assert fault_fields(**changed) == expected


def test_log_odds_are_held_against_the_probability():
    values = SHAP | {"link": "logit", "base_value": -1.0, "contributions": {"income": 1.5}}
    assert added(values) == pytest.approx(1 / (1 + math.exp(-0.5)))
    assert explanation_faults(values, 0.6225, names=NAMES) == []
    assert explanation_faults(values | {"base_value": -5_000.0}, 0.0, names=NAMES) == []
    assert [fault.code for fault in explanation_faults(values, 0.5, names=NAMES)] == ["does_not_add_up"]


def test_the_same_moment_in_another_zone_is_the_same_decision():
    elsewhere = DECISION | {"decided_at": NOW.astimezone(timezone(timedelta(hours=9)))}
    assert digest(canonical(elsewhere)) == digest(canonical(DECISION))
    assert digest(canonical(DECISION | {"outcome": "declined"})) != digest(canonical(DECISION))
