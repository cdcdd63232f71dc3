"""A decision that serving made, as it is reported: what it rests on, and whether its explanation explains it.

The canonical text of a decision is what is stored and hashed. Contributions name features that the version was trained
on, or columns of its training data. A method that is additive says how the prediction comes about: the base value and the
contributions add up to it, or to its log-odds (``link`` logit), within a thousandth.

>>> told = {"method": "shap", "base_value": 0.3, "contributions": {"income": 0.2, "debt": -0.1}}
>>> explanation_faults(told, 0.4, names={"income", "debt"}), added(told)
([], 0.4)
>>> explanation_faults(told, 0.9, names={"income"})[1].message
'Base value and contributions come to 0.4 and the prediction is 0.9: they must agree within 0.001.'
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
LARGEST = 1e15  # further away nothing adds up to a thousandth
MOST_NAMES, LONGEST_VALUE, LONGEST_DECISION = 1_000, 500, 32_000
HEX_64 = re.compile(r"[0-9a-f]{64}\Z")


class DecisionFault(NamedTuple):
    """One thing to change: the field inside the decision, a code, a sentence."""

    field: str
    code: str
    message: str


def canonical(decision: Mapping[str, Any]) -> str:
    """The one text of a decision: keys sorted, no spaces, times in UTC."""
    told = dict(decision)
    told["decided_at"] = decision["decided_at"].astimezone(UTC).isoformat()
    return json.dumps(told, sort_keys=True, separators=(",", ":"), allow_nan=False)


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
    """Everything that is wrong with one decision. ``names``: what contributions may speak of; ``earliest``, ``latest``:
    between which moments it may have been made."""
    found = [*_time_faults(decision["decided_at"], earliest, latest), *_input_faults(decision)]
    prediction = decision.get("prediction")
    if not _is_value(prediction) or prediction is None or isinstance(prediction, bool):
        found.append(DecisionFault("prediction", "malformed", "Give a number, or a text of 500 characters at most."))
    explanation = decision.get("explanation")
    if explanation:
        found += explanation_faults(explanation, prediction, names=names)
    elif regulated:
        told = "The model is regulated: give the explanation, its method and contributions."
        found.append(DecisionFault("explanation", "missing", told))
    if not found and len(canonical(decision)) > LONGEST_DECISION:
        found.append(DecisionFault("", "too_large", f"A decision has {LONGEST_DECISION:,} characters of JSON at most."))
    return found


def explanation_faults(told: Mapping[str, Any], prediction: Any, *, names: Collection[str]) -> list[DecisionFault]:
    """Everything that is wrong with an explanation of a prediction."""
    contributions = told["contributions"]
    if not contributions or len(contributions) > MOST_NAMES:
        return [DecisionFault("explanation.contributions", "malformed", f"Name from 1 to {MOST_NAMES:,} of them.")]
    found = [
        DecisionFault(
            f"explanation.contributions.{name}"[:200],
            "unknown",
            f"{name[:120]} is neither a feature that the version was trained on nor a column of its training data.",
        )
        for name in contributions
        if name not in names
    ]
    numbers = [*contributions.values(), *([told["base_value"]] if told.get("base_value") is not None else ())]
    if not all(abs(number) <= LARGEST for number in numbers):
        told_so = f"Contributions and base value are numbers of {LARGEST:g} at most."
        return [*found, DecisionFault("explanation", "out_of_range", told_so)]
    return found + (_sum_faults(told, prediction) if told["method"] in ADDITIVE else [])


def added(told: Mapping[str, Any]) -> float:
    """What the base value and the contributions come to, on the prediction's scale."""
    total = round(math.fsum([told["base_value"], *told["contributions"].values()]), 12)
    if told.get("link") != "logit":
        return total
    return 1 / (1 + math.exp(-total)) if total > -700 else 0.0


def _sum_faults(told: Mapping[str, Any], prediction: Any) -> list[DecisionFault]:
    if told.get("base_value") is None:
        how = f"{told['method']} adds up from a base value: give it."
        return [DecisionFault("explanation.base_value", "missing", how)]
    if isinstance(prediction, str | bool) or prediction is None:
        return [DecisionFault("prediction", "malformed", f"{told['method']} explains a number: give the score.")]
    total = added(told)
    if abs(total - prediction) <= TOLERANCE * max(1.0, abs(prediction)):
        return []
    within = f"{TOLERANCE * max(1.0, abs(prediction)):g}"
    sentence = (
        f"Base value and contributions come to {total:g} and the prediction is {prediction:g}: "
        f"they must agree within {within}."
    )
    return [DecisionFault("explanation.contributions", "does_not_add_up", sentence)]


def _time_faults(decided_at: datetime, earliest: datetime, latest: datetime) -> list[DecisionFault]:
    if decided_at > latest:
        return [DecisionFault("decided_at", "in_the_future", "A decision is reported once it was made.")]
    if decided_at < earliest:
        told = f"Decisions before {earliest:%Y-%m-%d} are not kept any more."
        return [DecisionFault("decided_at", "too_old", told)]
    return []


def _input_faults(decision: Mapping[str, Any]) -> list[DecisionFault]:
    inputs, given = decision.get("inputs"), decision.get("inputs_digest") or ""
    if inputs is None and not given:
        return [DecisionFault("inputs_digest", "missing", "Give the inputs, or the SHA-256 of them.")]
    if inputs is not None and given:
        return [DecisionFault("inputs_digest", "too_many", "Give the inputs or their digest, not both.")]
    if inputs is None:
        told = "Give a SHA-256: 64 lower-case hex digits."
        return [] if HEX_64.match(given) else [DecisionFault("inputs_digest", "malformed", told)]
    if len(inputs) > MOST_NAMES or not all(map(_is_value, inputs.values())):
        told = f"Inputs are numbers, texts of {LONGEST_VALUE} characters, true, false or null; {MOST_NAMES:,} at most."
        return [DecisionFault("inputs", "malformed", told)]
    return []


def _is_value(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_VALUE
    return value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))
