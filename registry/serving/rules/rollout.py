"""The steps of a rollout: each a percentage of the traffic and how long it is held.

>>> plan_problem([{"percent": 5, "hold_minutes": 30}, {"percent": 100, "hold_minutes": 0}], begins_at=0) is None
True
>>> plan_problem([{"percent": 50, "hold_minutes": 30}, {"percent": 25, "hold_minutes": 0}], begins_at=0)
'Each step needs more traffic than the one before. The version has 0%, the steps are 50%, 25%.'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

DEFAULT = tuple({"percent": percent, "hold_minutes": hold} for percent, hold in ((5, 60), (25, 60), (50, 60), (100, 0)))
MOST_STEPS = 20
LONGEST_HOLD = 7 * 24 * 60  # minutes


def plan_problem(steps: Sequence[Mapping[str, int]], *, begins_at: int) -> str | None:
    """What is wrong with a plan; None if nothing is. ``begins_at`` is the traffic that the version has."""
    if not 1 <= len(steps) <= MOST_STEPS:
        return f"Give 1 to {MOST_STEPS} steps, not {len(steps)}, each with percent and hold_minutes."
    percents = [begins_at, *(step["percent"] for step in steps)]
    if any(after <= before for before, after in pairwise(percents)):
        listed = ", ".join(f"{percent}%" for percent in percents[1:])
        return (
            f"Each step needs more traffic than the one before. The version has {begins_at}%, the steps are {listed}."
        )
    if percents[-1] > 100:
        return f"{percents[-1]}% is not a share of the traffic: no step gives more than 100%."
    if any(not 0 <= step["hold_minutes"] <= LONGEST_HOLD for step in steps):
        return f"A step is held for 0 to {LONGEST_HOLD:,} minutes."
    return None
