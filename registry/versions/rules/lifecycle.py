"""The stages of a model version and the steps between them.

>>> step_refused("registered", "production")
'A model version goes from registered to staging or archived, not to production.'
>>> step_refused("staging", "production") is None
True
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where a model version stands."""

    REGISTERED = "registered"
    STAGING = "staging"
    PRODUCTION = "production"
    ARCHIVED = "archived"


STEPS: dict[Stage, tuple[Stage, ...]] = {
    Stage.REGISTERED: (Stage.STAGING, Stage.ARCHIVED),
    Stage.STAGING: (Stage.PRODUCTION, Stage.ARCHIVED),
    Stage.PRODUCTION: (Stage.ARCHIVED,),
    Stage.ARCHIVED: (),
}
TRIED_IN = frozenset({"staging", "test", "development"})  # only these take a version that is not in production yet


def step_refused(stage: str, to: str) -> str | None:
    """Why a version at ``stage`` cannot go ``to``; None when it can."""
    following = STEPS[Stage(stage)]
    if to in following:
        return None
    if not following:
        return "An archived model version stays archived: register a new one."
    return f"A model version goes from {stage} to {' or '.join(following)}, not to {to}."


def stage_refused(environment: str, stage: str) -> str | None:
    """Why a version in that stage cannot serve there; None when it can.

    >>> stage_refused("staging", "staging") is None
    True
    """
    if stage == "production" or environment in TRIED_IN:
        return None
    return f"The model version is in {stage}: promote it to production before it serves in {environment}."
