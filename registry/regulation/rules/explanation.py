"""An explanation, told to a reader: what counted most, and a sentence.

>>> ranked({"income": 0.1, "debt": -0.3, "age": 0.05})
[('debt', -0.3), ('income', 0.1), ('age', 0.05)]
>>> ranked({"a": 1.0, "b": 3.0, "c": 2.0}, most=2)
[('b', 3.0), ('2 others', 3.0)]
>>> sentence({"prediction": 0.4, "explanation": {"method": "lime", "base_value": None, "contributions": {"debt": -0.3}}})
'The prediction is 0.4. debt took it down most (−0.3).'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_SHOWN = 20


def ranked(contributions: Mapping[str, float], *, most: int = MOST_SHOWN) -> list[tuple[str, float]]:
    """What counted most first; the smallest together, so that the bars still add up."""
    rows = sorted(contributions.items(), key=lambda one: (-abs(one[1]), one[0]))
    if len(rows) <= most:
        return rows
    rest = rows[most - 1 :]
    return [*rows[: most - 1], (f"{len(rest)} others", sum(value for _, value in rest))]


def sentence(told: Mapping[str, Any]) -> str:
    """From where the prediction begins, what took it up and down most, and where it ends."""
    explanation, prediction = told["explanation"], told["prediction"]
    contributions = explanation["contributions"]
    parts = []
    for way, name, value in (
        ("up", *max(contributions.items(), key=lambda one: one[1])),
        ("down", *min(contributions.items(), key=lambda one: one[1])),
    ):
        if (value > 0) == (way == "up") and value:
            parts.append(f"{name} took it {way} most ({_signed(value)})")
    shown = f"{prediction:.4g}" if isinstance(prediction, int | float) else prediction
    of = "The log-odds begin" if explanation.get("link") == "logit" else "It begins"
    base = explanation["base_value"]
    begins = (
        f"{of} at {base:.4g}; the prediction comes to {shown}." if base is not None else f"The prediction is {shown}."
    )
    return f"{begins} {', '.join(parts) or 'Nothing took it up or down'}."


def _signed(value: float) -> str:
    return f"{value:+.3g}".replace("-", "−")
