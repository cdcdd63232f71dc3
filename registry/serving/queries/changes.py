"""A change of what serves, from the request to the stored rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from platform_site.access import Actor
from registry.models import (
    ChangeRequest,
    Deployment,
    GateDecision,
    ModelVersion,
    Rollout,
    ServingRevision,
    StandingApproval,
)
from registry.serving.queries.deployments import ServingState
from registry.serving.rules.configuration import Configuration, Impact, digest, impact
from registry.serving.rules.fast_lane import is_covered
from registry.serving.rules.limits import Condition


class Lane(NamedTuple):
    """A standing approval and its conditions, met or not; ``conditions`` empty where a rollback restores what it covered."""

    approval: StandingApproval
    conditions: tuple[Condition, ...] = ()

    @property
    def covers(self) -> bool:
        return is_covered(self.conditions)

    def as_dict(self) -> dict[str, Any]:
        """As it is stored and answered."""
        return {
            "standing_approval": self.approval.pk,
            "approved_by": self.approval.decided_by,
            "until": self.approval.until.isoformat(timespec="seconds"),
            "covers": self.covers,
            "conditions": [condition.as_dict() for condition in self.conditions],
        }


class Change(NamedTuple):
    """What should serve instead of what serves now, who requested it and why.

    ``steps`` is the plan of a rollout, None for at once. ``decision`` is the deployment gate's, None until it decided.
    ``approval``, ``restores`` and ``rollout`` say where it comes from: the approved request, the earlier revision that a
    rollback restores, the rollout that it is a step of. ``lane`` is the standing approval for the model there, if one
    stands, and whether it covers the change.
    """

    serving: ServingState
    version: ModelVersion
    environment: str
    head: Configuration
    actor: Actor
    reason: str = ""
    steps: Sequence[Mapping[str, int]] | None = None
    decision: GateDecision | None = None
    approval: ChangeRequest | None = None
    restores: ServingRevision | None = None
    rollout: Rollout | None = None
    lane: Lane | None = None

    @property
    def base(self) -> Configuration:
        return self.serving.configuration

    @property
    def plan(self) -> list[dict[str, int]] | None:
        """The steps as they are stored."""
        return [dict(step) for step in self.steps] if self.steps else None

    @property
    def kind(self) -> str:
        """The kind of the deployment that it becomes."""
        if self.restores:
            return Deployment.Kind.ROLLBACK
        return Deployment.Kind.STEP if self.rollout else Deployment.Kind.CHANGE

    @property
    def reach(self) -> Impact:
        """Its impact compared with what serves and with what was last approved: otherwise small changes would add up to
        a large one that nobody reviewed. A rollback restores what was approved, so only what serves counts."""
        return impact(self.base, self.head, None if self.restores else self.serving.approved_configuration)

    @property
    def digest(self) -> str:
        """What an approval is for: this content, based on the revision that serves, in these steps (SHA-256)."""
        return digest(self.head, base=self.serving.number, plan=self.plan)

    @property
    def leading(self) -> ModelVersion:
        """The version whose gate decides."""
        return leading_version(self.version, self.head, self.base)

    @property
    def decided(self) -> GateDecision:
        """The decision of the deployment gate; ValueError before it decided."""
        if self.decision is None:
            raise ValueError("The deployment gate has not decided about this change.")
        return self.decision

    @property
    def is_blocked(self) -> bool:
        """Whether the gate blocks the change; taking all traffic away, or a shadow, is never blocked."""
        return not (self.decided.proceeds or self.takes_away)

    @property
    def takes_away(self) -> bool:
        """Whether no version begins to serve or to run as shadow and, where others keep traffic, nothing else changes."""
        base, head = self.base, self.head
        if head.weights.keys() - base.weights.keys():
            return False
        return not head.with_traffic or _without_shadows(head) == _without_shadows(base)


def leading_version(version: ModelVersion, head: Configuration, base: Configuration) -> ModelVersion:
    """The version whose gate decides about a change: the changed one while it serves or runs as shadow, else the one that
    gains most."""
    if version.version in head.weights or not head.with_traffic:
        return version
    gains = {name: weight - base.weights.get(name, 0) for name, weight in head.with_traffic.items()}
    return version.model.versions.select_related("model").get(version=max(gains, key=lambda name: (gains[name], name)))


def _without_shadows(content: Configuration) -> dict[str, object]:
    """What users get: the content without the versions that run as shadow."""
    return content._replace(weights=content.with_traffic).as_dict()
