"""The stages of a model version and the steps between them.

>>> step_refusal("registered", "production")
'A model version in registered can go to staging or archived, not to production.'
>>> step_refusal("staging", "production") is None
True
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stage of a model version."""

    OBSERVED = "observed"
    REGISTERED = "registered"
    STAGING = "staging"
    PRODUCTION = "production"
    ARCHIVED = "archived"


STEPS: dict[Stage, tuple[Stage, ...]] = {
    Stage.OBSERVED: (Stage.ARCHIVED,),  # it is registered once its lineage is whole
    Stage.REGISTERED: (Stage.STAGING, Stage.ARCHIVED),
    Stage.STAGING: (Stage.PRODUCTION, Stage.ARCHIVED),
    Stage.PRODUCTION: (Stage.ARCHIVED,),
    Stage.ARCHIVED: (),
}
TRIAL_ENVIRONMENTS = frozenset(
    {"staging", "test", "development"}
)  # only these accept a version that is not in production yet


def step_refusal(stage: str, to: str) -> str | None:
    """Why a version at ``stage`` cannot go ``to``; None when it can."""
    following = STEPS[Stage(stage)]
    if to in following:
        return None
    if not following:
        return "An archived model version stays archived. Register a new one."
    return f"A model version in {stage} can go to {' or '.join(following)}, not to {to}."


def stage_refusal(environment: str, stage: str) -> str | None:
    """Why a version in that stage cannot serve there; None when it can.

    >>> stage_refusal("staging", "staging") is None
    True
    """
    if stage == "production" or environment in TRIAL_ENVIRONMENTS:
        return None
    return f"The model version is in {stage}. Promote it to production before it serves in {environment}."
