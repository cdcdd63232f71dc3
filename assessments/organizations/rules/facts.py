"""The facts about an organization that decide whether it needs a platform: entered by people, or measured (T1, T3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from platform_site.text.wording import grouped_number, in_words, label


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
    """What is known of an organization; None where unknown. ``measured`` names the facts that were measured.

    ``others`` holds, for each fact of which an entered and a measured value contradict each other, the one that is not used.

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
    others: tuple[tuple[str, Any], ...] = ()


NAMES = tuple(name for name in Facts._fields if name not in ("measured", "others"))
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

    Entered facts are never overwritten, but for incidents: those on record happened, so fewer than that are not believed. Where
    both are known and differ, the other value stands in ``others``. An unknown fact's name is a ValueError.

    >>> with_measured(Facts(shipping_teams=3), {"shipping_teams": 1, "production_models": 5})[:2]
    (5, 3)
    """
    known = {name: value for name, value in measured.items() if value is not None}
    taken = {name: value for name, value in known.items() if _is_unknown(facts, name) or _is_short(facts, name, value)}
    others = {
        name: getattr(facts, name) if name in taken else value
        for name, value in known.items()
        if not _is_unknown(facts, name) and getattr(facts, name) != value
    }
    return facts._replace(
        **taken, measured=facts.measured | taken.keys(), others=(*facts.others, *sorted(others.items()))
    )


def _is_short(facts: Facts, name: str, value: Any) -> bool:
    return name == "skew_or_drift_incidents_12m" and getattr(facts, name) < value


def _is_unknown(facts: Facts, name: str) -> bool:
    return getattr(facts, name, None) is None


class KnownFact(NamedTuple):
    """A fact as people read it: its name, its value (None: unknown), whether that was measured rather than entered, and the
    other value where the two contradict each other."""

    name: str
    value: Any
    measured: bool
    other: Any = None

    @property
    def title(self) -> str:
        return TITLES.get(self.name, label(self.name))

    @property
    def words(self) -> str:
        """The value, and where it comes from.

        >>> KnownFact("production_models", 180, False, 3).words, KnownFact("compliance", None, False).words
        ('180 entered, 3 measured', 'unknown')
        """
        if self.value is None:
            return "unknown"
        used, unused = ("measured", "entered") if self.measured else ("entered", "measured")
        other = "" if self.other is None else f", {_in_words(self.name, self.other)} {unused}"
        return f"{_in_words(self.name, self.value)} {used}{other}"


TITLES = {
    "production_models": "Models in production",
    "shipping_teams": "Teams that ship models",
    "retraining_cadence": "Most frequent retraining",
    "ships_demand_or_fraud": "Ships a demand or fraud model",
    "skew_or_drift_incidents_12m": "Incidents from skew, drift or silent failure in 12 months",
    "teams_with_own_tooling": "Teams with their own pipelines or monitoring",
    "compliance": "A decision must be explained, audited or reproduced",
    "models_planned_next_quarter": "Models planned for the next quarter",
    "platform_engineers": "Platform engineers",
    "on_call_engineers": "Platform engineers on call for infrastructure",
    "people_served": "People who build models on the platform",
    "managed_cannot_meet": "What managed services cannot meet",
    "serves_real_time": "Some model answers in real time",
    "serves_batch": "Some model scores in batches",
    "serves_on_device": "Some model runs on devices",
}


def known_facts(facts: Facts) -> list[KnownFact]:
    """Each fact, whether it was entered or measured, and the other value where they contradict each other."""
    others = dict(facts.others)
    return [KnownFact(name, getattr(facts, name), name in facts.measured, others.get(name)) for name in NAMES]


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return grouped_number(value) if isinstance(value, int) else in_words(value)
