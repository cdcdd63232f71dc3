"""What is known of an organization when one asks whether it needs a platform: said by people, or measured (T1, T3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple


class Cadence(StrEnum):
    """How often the most frequently retrained model is retrained, or its data refreshed; most often first."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    NEVER = "never"


class Facts(NamedTuple):
    """What is known of an organization; None where nobody said. ``measured`` names the facts that the registry gave.

    ``retraining_cadence`` is one of `Cadence`; another word tells nothing and is asked for again.
    """

    production_models: int | None = None
    shipping_teams: int | None = None
    retraining_cadence: str | None = None
    ships_demand_or_fraud: bool | None = None
    skew_or_drift_incidents_12m: int | None = None
    teams_with_own_tooling: int | None = None
    compliance: bool | None = None
    measured: frozenset[str] = frozenset()


# What the strategy asks beside them: with whom the platform is built, for whom, and what keeps it from bought services.
MEANS = ("platform_engineers", "on_call_engineers", "people_served", "managed_cannot_meet")
CADENCES = tuple(map(str, Cadence))
# The longest mean interval that a cadence still describes: a week's job that slips by days is weekly all the same.
LONGEST = (
    (Cadence.HOURLY, timedelta(hours=12)),
    (Cadence.DAILY, timedelta(days=4)),
    (Cadence.WEEKLY, timedelta(days=15)),
    (Cadence.MONTHLY, timedelta(days=60)),
    (Cadence.QUARTERLY, timedelta(days=180)),
)


def cadence_of(interval: timedelta | None) -> str | None:
    """How often something happens that happens every ``interval`` on average; None where that is not known.

    >>> cadence_of(timedelta(days=7.5)), cadence_of(timedelta(days=300)), cadence_of(None)
    ('weekly', 'yearly', None)
    """
    if interval is None:
        return None
    return str(next((cadence for cadence, longest in LONGEST if interval <= longest), Cadence.YEARLY))


def filled_in(facts: Facts, measured: Mapping[str, Any]) -> Facts:
    """The facts with what the registry measured where nobody said anything, marked as measured.

    What a person said stays: nothing is overwritten silently. An unknown fact's name is a ValueError.

    >>> filled_in(Facts(shipping_teams=3), {"shipping_teams": 1, "production_models": 5})[:2]
    (5, 3)
    """
    taken = {name: value for name, value in measured.items() if value is not None and _unsaid(facts, name)}
    return facts._replace(**taken, measured=facts.measured | taken.keys())


def _unsaid(facts: Facts, name: str) -> bool:
    return getattr(facts, name, None) is None
