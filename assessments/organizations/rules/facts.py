"""The facts about an organization that decide whether it needs a platform: entered by people, or measured (T1, T3)."""

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
    """What is known of an organization; None where unknown. ``measured`` names the facts that the registry measured.

    ``retraining_cadence`` is one of `Cadence`; any other word counts as unknown.
    """

    production_models: int | None = None
    shipping_teams: int | None = None
    retraining_cadence: str | None = None
    ships_demand_or_fraud: bool | None = None
    skew_or_drift_incidents_12m: int | None = None
    teams_with_own_tooling: int | None = None
    compliance: bool | None = None
    models_planned_next_quarter: int | None = None
    measured: frozenset[str] = frozenset()


# What the strategy needs besides: who builds the platform, for whom, and what rules out managed services.
TEAM_FACTS = ("platform_engineers", "on_call_engineers", "people_served", "managed_cannot_meet")
CADENCES = tuple(map(str, Cadence))
# The longest mean interval that a cadence still covers: a weekly job that slips by days is still weekly.
LONGEST_INTERVALS = (
    (Cadence.HOURLY, timedelta(hours=12)),
    (Cadence.DAILY, timedelta(days=4)),
    (Cadence.WEEKLY, timedelta(days=15)),
    (Cadence.MONTHLY, timedelta(days=60)),
    (Cadence.QUARTERLY, timedelta(days=180)),
)


def cadence_of(interval: timedelta | None) -> str | None:
    """The cadence of something that happens every ``interval`` on average; None where that is unknown.

    >>> cadence_of(timedelta(days=7.5)), cadence_of(timedelta(days=300)), cadence_of(None)
    ('weekly', 'yearly', None)
    """
    if interval is None:
        return None
    return str(next((cadence for cadence, longest in LONGEST_INTERVALS if interval <= longest), Cadence.YEARLY))


def with_measured(facts: Facts, measured: Mapping[str, Any]) -> Facts:
    """The facts, with measured values where nothing was entered, marked as measured.

    Entered facts are never overwritten. An unknown fact's name is a ValueError.

    >>> with_measured(Facts(shipping_teams=3), {"shipping_teams": 1, "production_models": 5})[:2]
    (5, 3)
    """
    taken = {name: value for name, value in measured.items() if value is not None and _is_unknown(facts, name)}
    return facts._replace(**taken, measured=facts.measured | taken.keys())


def _is_unknown(facts: Facts, name: str) -> bool:
    return getattr(facts, name, None) is None
