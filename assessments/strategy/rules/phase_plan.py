"""The plan for the first six weeks, standard or regulated, ticked off by what was assessed and measured (T5).

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


class StepCapability(NamedTuple):
    """A capability of a step: its status in the newest assessment, and the measured one where evidence differs."""

    capability: str
    status: str | None
    measured: str | None

    @property
    def denied(self) -> bool:
        """Entered as implemented, while evidence shows less."""
        return self.status == Status.IMPLEMENTED and self.measured is not None


class Step(NamedTuple):
    """One step of the plan: the capabilities it consists of, and whether only compliance needs it."""

    title: str
    capabilities: tuple[StepCapability, ...]
    regulated: bool

    @property
    def denied(self) -> list[str]:
        """Its capabilities that are contradicted by measurement."""
        return [capability.capability for capability in self.capabilities if capability.denied]

    @property
    def state(self) -> str:
        """`done` when everything in it is implemented or not applicable, and nothing is contradicted by measurement."""
        statuses = {capability.status for capability in self.capabilities}
        if statuses == {None}:
            return "not_assessed"
        if statuses <= {Status.IMPLEMENTED, Status.NOT_APPLICABLE}:
            return "contradicted" if self.denied else "done"
        return "begun" if statuses & {Status.IMPLEMENTED, Status.PARTIAL} else "not_begun"


class Deferred(NamedTuple):
    """What waits until after Phase 1, why, and its status anyway."""

    title: str
    capability: str
    status: str | None
    why: str


class Plan(NamedTuple):
    """The plan: `standard` or `regulated`, its steps, what is deferred; ``ask`` while it is unknown which plan is needed."""

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
    ("One deployment path, with a rehearsed rollback", ("deployment_rollback",)),
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
        "Versioned and compared definitions bring most of the value; a store pays off once teams share features.",
    ),
    (
        "Access control for many tenants",
        "access_controls",
        "For a handful of teams that know each other, the company's existing roles are enough.",
    ),
    (
        "Progressive delivery",
        "progressive_delivery",
        "A rehearsed rollback ends an incident that a canary would have kept small; do the rollback first.",
    ),
    (
        "Advanced drift monitoring",
        "data_drift_monitoring",
        "Thresholds need a history, and baseline monitoring starts to collect it.",
    ),
)


def phase_plan(compliance: bool | None, statuses: Mapping[str, str], measured: Mapping[str, str] | None = None) -> Plan:
    """The plan, with progress from the newest assessment; ``measured`` holds measured statuses that differ from the entered ones."""
    rows = [(*row, False) for row in STANDARD] + [(*row, True) for row in REGULATED if compliance]
    contradicted = measured or {}
    return Plan(
        "regulated" if compliance else "standard",
        [
            Step(
                title,
                tuple(StepCapability(name, statuses.get(name), contradicted.get(name)) for name in names),
                regulated,
            )
            for title, names, regulated in rows
        ],
        [Deferred(title, name, statuses.get(name), why) for title, name, why in DEFERRED],
        WEEKS,
        SUCCESS,
        Reason(
            "Five steps in six weeks; four more where a decision must be explained or reproduced.",
            (_known(compliance),),
        ),
        None if compliance is not None else f"{ASK_COMPLIANCE} The standard plan is shown until this is answered.",
    )


def _known(compliance: bool | None) -> str:
    if compliance is None:
        return "unknown whether a decision must be explained"
    return (
        "at least one decision must be explained, audited or reproduced"
        if compliance
        else "no decision must be explained"
    )
