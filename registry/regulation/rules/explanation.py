"""An explanation for a reader: the contributions in order of size, and a sentence.

>>> ranked({"income": 0.1, "debt": -0.3, "age": 0.05})
[('debt', -0.3), ('income', 0.1), ('age', 0.05)]
>>> ranked({"a": 1.0, "b": 3.0, "c": 2.0}, most=2)
[('b', 3.0), ('2 others', 3.0)]
>>> sentence({"prediction": 0.4, "explanation": {"method": "lime", "base_value": None, "contributions": {"debt": -0.3}}})
'The prediction is 0.4. debt lowered it most (−0.3).'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_SHOWN = 20


def ranked(contributions: Mapping[str, float], *, most: int = MOST_SHOWN) -> list[tuple[str, float]]:
    """The largest contributions first; the smallest are added together, so that the bars still add up."""
    rows = sorted(contributions.items(), key=lambda item: (-abs(item[1]), item[0]))
    if len(rows) <= most:
        return rows
    rest = rows[most - 1 :]
    return [*rows[: most - 1], (f"{len(rest)} others", sum(value for _, value in rest))]


def sentence(decision: Mapping[str, Any]) -> str:
    """Where the prediction starts, what raised and lowered it most, and where it ends."""
    explanation, prediction = decision["explanation"], decision["prediction"]
    contributions = explanation["contributions"]
    parts = []
    for verb, name, value in (
        ("raised", *max(contributions.items(), key=lambda item: item[1])),
        ("lowered", *min(contributions.items(), key=lambda item: item[1])),
    ):
        if (value > 0) == (verb == "raised") and value:
            parts.append(f"{name} {verb} it most ({_signed(value)})")
    shown = f"{prediction:.4g}" if isinstance(prediction, int | float) else prediction
    of = "The log-odds start" if explanation.get("link") == "logit" else "It starts"
    base = explanation["base_value"]
    begins = (
        f"{of} at {base:.4g}; the prediction comes to {shown}." if base is not None else f"The prediction is {shown}."
    )
    return f"{begins} {', '.join(parts) or 'Nothing raised or lowered it'}."


def _signed(value: float) -> str:
    return f"{value:+.3g}".replace("-", "−")
