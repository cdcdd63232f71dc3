"""The plan of the first six weeks, standard or regulated, ticked by what is assessed and measured (T5).

>>> plan = phase_plan(False, {"project_templates": "implemented", "orchestrated_training": "missing"})
>>> plan.kind, plan.steps[0].state, plan.steps[1].state
('standard', 'done', 'not_begun')
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from assessments.organizations.rules.catalogue import Status
from assessments.organizations.rules.reason import Reason

WEEKS = 6
SUCCESS = "Every new model trains, registers and deploys on the platform."
ASK_COMPLIANCE = "Must any model decision be explainable, audited or reproducible by law or contract?"


class Stated(NamedTuple):
    """A capability of a step as the newest assessment states it, and as evidence measured it where that differs."""

    capability: str
    status: str | None
    measured: str | None

    @property
    def denied(self) -> bool:
        """Claimed to be there, and evidence found less."""
        return self.status == Status.IMPLEMENTED and self.measured is not None


class Step(NamedTuple):
    """One item of the plan: the capabilities it is made of, and whether it is there for compliance alone."""

    title: str
    capabilities: tuple[Stated, ...]
    regulated: bool

    @property
    def denied(self) -> list[str]:
        """The claims in it that evidence does not bear out."""
        return [capability.capability for capability in self.capabilities if capability.denied]

    @property
    def state(self) -> str:
        """`done` when everything in it is implemented or not applicable, and nothing of it is denied."""
        found = {capability.status for capability in self.capabilities}
        if found == {None}:
            return "not_assessed"
        if found <= {Status.IMPLEMENTED, Status.NOT_APPLICABLE}:
            return "contradicted" if self.denied else "done"
        return "begun" if found & {Status.IMPLEMENTED, Status.PARTIAL} else "not_begun"


class Deferred(NamedTuple):
    """What waits until after Phase 1, why, and how far it is all the same."""

    title: str
    capability: str
    status: str | None
    why: str


class Plan(NamedTuple):
    """The plan: `standard` or `regulated`, its steps, what is deferred; ``ask`` while nobody said which it must be."""

    kind: str
    steps: list[Step]
    deferred: list[Deferred]
    weeks: int
    success: str
    why: Reason
    ask: str | None

    @property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)


STANDARD = (
    ("A project template with continuous integration", ("project_templates",)),
    ("Training run by an orchestrator", ("orchestrated_training",)),
    ("An artifact store, and a model registry with lineage", ("artifact_store", "model_registry")),
    ("One deployment path, with a rollback that was rehearsed", ("deployment_rollback",)),
    ("Baseline monitoring that alerts somebody", ("baseline_monitoring",)),
)
REGULATED = (
    ("Artifacts that nobody can overwrite", ("artifact_store", "reproducible_envs")),
    ("Lineage as linked records, not as notes", ("lineage",)),
    ("An evaluation gate whose outcome is on record", ("automated_eval_gates", "audit_log")),
    ("Feature versions that are never edited", ("feature_registry",)),
)
DEFERRED = (
    (
        "A feature store",
        "feature_parity",
        "Definitions that are versioned and compared bring most of its worth; the store pays once teams share features.",
    ),
    (
        "Access control for many tenants",
        "access_controls",
        "A handful of teams that know each other is served by the roles that the company has.",
    ),
    (
        "Progressive delivery",
        "progressive_delivery",
        "A rehearsed rollback ends what a canary would have kept small; first the one, then the other.",
    ),
    (
        "Advanced drift monitoring",
        "data_drift_monitoring",
        "Limits need a history, and baseline monitoring is what begins to collect it.",
    ),
)


def phase_plan(compliance: bool | None, statuses: Mapping[str, str], measured: Mapping[str, str] | None = None) -> Plan:
    """The plan as far as the newest assessment says; ``measured`` has what evidence found where it differs from the claim."""
    rows = [(*row, False) for row in STANDARD] + [(*row, True) for row in REGULATED if compliance]
    found = measured or {}
    return Plan(
        "regulated" if compliance else "standard",
        [
            Step(title, tuple(Stated(name, statuses.get(name), found.get(name)) for name in names), regulated)
            for title, names, regulated in rows
        ],
        [Deferred(title, name, statuses.get(name), why) for title, name, why in DEFERRED],
        WEEKS,
        SUCCESS,
        Reason(
            "Five things in six weeks; four more where a decision must be explained or reproduced.",
            (_known(compliance),),
        ),
        None if compliance is not None else f"{ASK_COMPLIANCE} Until somebody says, the standard plan stands here.",
    )


def _known(compliance: bool | None) -> str:
    if compliance is None:
        return "nobody said whether a decision must be explained"
    return "some decision must be explained, audited or reproduced" if compliance else "no decision must be explained"
