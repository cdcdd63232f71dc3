"""A decision that serving reports: what it is based on, and whether its explanation is complete.

The canonical text of a decision is what is stored and hashed. Contributions are named by features that the version was
trained on, or by columns of its training data. With an additive method the base value and the contributions add up to the
prediction, or to its log-odds (``link`` logit), within a thousandth.

>>> explanation = {"method": "shap", "base_value": 0.3, "contributions": {"income": 0.2, "debt": -0.1}}
>>> explanation_faults(explanation, 0.4, names={"income", "debt"}), added(explanation)
([], 0.4)
>>> explanation_faults(explanation, 0.9, names={"income"})[1].message
'Base value and contributions add up to 0.4, but the prediction is 0.9. They must agree within 0.001.'
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

ADDITIVE = ("shap", "linear")
METHODS = (*ADDITIVE, "lime", "integrated_gradients", "permutation", "counterfactual", "rules")
LINKS = ("identity", "logit")
TOLERANCE = 0.001  # of the prediction, or of 1 where that is larger
LARGEST = 1e15  # beyond it floating point cannot add up to a thousandth
MOST_NAMES, LONGEST_VALUE, LONGEST_DECISION = 1_000, 500, 32_000
HEX_64 = re.compile(r"[0-9a-f]{64}\Z")


class DecisionFault(NamedTuple):
    """One thing to change: the field inside the decision, a code, a sentence."""

    field: str
    code: str
    message: str


def canonical(decision: Mapping[str, Any]) -> str:
    """A decision as canonical JSON: keys sorted, no spaces, times in UTC."""
    content = dict(decision)
    content["decided_at"] = decision["decided_at"].astimezone(UTC).isoformat()
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def faults(
    decision: Mapping[str, Any],
    *,
    names: Collection[str],
    regulated: bool,
    earliest: datetime,
    latest: datetime,
) -> list[DecisionFault]:
    """Everything that is wrong with one decision. ``names``: the names that contributions may have; ``earliest`` and
    ``latest``: when it may have been made."""
    problems = [*_time_faults(decision["decided_at"], earliest, latest), *_input_faults(decision)]
    prediction = decision.get("prediction")
    if not _is_value(prediction) or prediction is None or isinstance(prediction, bool):
        problems.append(
            DecisionFault(
                "prediction", "malformed", f"prediction is a number or a text of at most {LONGEST_VALUE} characters."
            )
        )
    explanation = decision.get("explanation")
    if explanation:
        problems += explanation_faults(explanation, prediction, names=names)
    elif regulated:
        message = "The model is regulated: give an explanation with its method and contributions."
        problems.append(DecisionFault("explanation", "missing", message))
    if not problems and len(canonical(decision)) > LONGEST_DECISION:
        problems.append(
            DecisionFault("", "too_large", f"A decision has at most {LONGEST_DECISION:,} characters of JSON.")
        )
    return problems


def explanation_faults(
    explanation: Mapping[str, Any], prediction: Any, *, names: Collection[str]
) -> list[DecisionFault]:
    """Everything that is wrong with an explanation of a prediction."""
    contributions = explanation["contributions"]
    if not contributions or len(contributions) > MOST_NAMES:
        return [
            DecisionFault(
                "explanation.contributions",
                "malformed",
                f"Give 1 to {MOST_NAMES:,} contributions, not {len(contributions):,}.",
            )
        ]
    problems = [
        DecisionFault(
            f"explanation.contributions.{name}"[:200],
            "unknown",
            f"{name[:120]} is neither a feature that the version was trained on nor a column of its training data.",
        )
        for name in contributions
        if name not in names
    ]
    numbers = [
        *contributions.values(),
        *([explanation["base_value"]] if explanation.get("base_value") is not None else ()),
    ]
    if not all(abs(number) <= LARGEST for number in numbers):
        message = f"Contributions and base value are numbers from -{LARGEST:g} to {LARGEST:g}."
        return [*problems, DecisionFault("explanation", "out_of_range", message)]
    return problems + (_sum_faults(explanation, prediction) if explanation["method"] in ADDITIVE else [])


def added(explanation: Mapping[str, Any]) -> float:
    """The sum of base value and contributions, on the prediction's scale."""
    total = round(math.fsum([explanation["base_value"], *explanation["contributions"].values()]), 12)
    if explanation.get("link") != "logit":
        return total
    return 1 / (1 + math.exp(-total)) if total > -700 else 0.0


def _sum_faults(explanation: Mapping[str, Any], prediction: Any) -> list[DecisionFault]:
    if explanation.get("base_value") is None:
        message = f"{explanation['method']} is additive: give base_value."
        return [DecisionFault("explanation.base_value", "missing", message)]
    if isinstance(prediction, str | bool) or prediction is None:
        return [
            DecisionFault(
                "prediction",
                "malformed",
                f"{explanation['method']} explains a number, not {prediction!r:.80}: give the score.",
            )
        ]
    total = added(explanation)
    if abs(total - prediction) <= TOLERANCE * max(1.0, abs(prediction)):
        return []
    within = f"{TOLERANCE * max(1.0, abs(prediction)):g}"
    sentence = (
        f"Base value and contributions add up to {total:g}, but the prediction is {prediction:g}. "
        f"They must agree within {within}."
    )
    return [DecisionFault("explanation.contributions", "does_not_add_up", sentence)]


def _time_faults(decided_at: datetime, earliest: datetime, latest: datetime) -> list[DecisionFault]:
    if decided_at > latest:
        return [
            DecisionFault(
                "decided_at",
                "in_the_future",
                f"{decided_at:%Y-%m-%d %H:%M} is in the future. Report a decision after it was made.",
            )
        ]
    if decided_at < earliest:
        message = f"Decisions from before {earliest:%Y-%m-%d} are no longer stored."
        return [DecisionFault("decided_at", "too_old", message)]
    return []


def _input_faults(decision: Mapping[str, Any]) -> list[DecisionFault]:
    inputs, inputs_digest = decision.get("inputs"), decision.get("inputs_digest") or ""
    if inputs is None and not inputs_digest:
        return [DecisionFault("inputs_digest", "missing", "Give inputs, or their SHA-256 as inputs_digest.")]
    if inputs is not None and inputs_digest:
        return [DecisionFault("inputs_digest", "too_many", "Give inputs or inputs_digest, not both.")]
    if inputs is None:
        message = "inputs_digest is a SHA-256: 64 lower-case hex digits."
        return [] if HEX_64.match(inputs_digest) else [DecisionFault("inputs_digest", "malformed", message)]
    if len(inputs) > MOST_NAMES or not all(map(_is_value, inputs.values())):
        message = f"inputs has at most {MOST_NAMES:,} values: numbers, texts of at most {LONGEST_VALUE} characters, true, false or null."
        return [DecisionFault("inputs", "malformed", message)]
    return []


def _is_value(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_VALUE
    return value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))
