"""The standard catalogue: eight groups, seventeen capabilities, and what a capability's status and priority can be.

`maturity.levels_of` lists the levels that require a capability.

>>> len(CAPABILITIES), CAPABILITIES["feature_parity"].group
(17, <Group.DATA: 'Data & Features'>)
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Group(StrEnum):
    """The eight groups, in their order."""

    DATA = "Data & Features"
    EXPERIENCE = "Dev Experience"
    TRAINING = "Training"
    REGISTRY = "Registry & Artifacts"
    EVALUATION = "Evaluation"
    SERVING = "Serving"
    OBSERVABILITY = "Observability"
    GOVERNANCE = "Governance"


class Status(StrEnum):
    """How far a capability is implemented."""

    IMPLEMENTED = "implemented"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


class Priority(StrEnum):
    """How much its absence hurts."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Capability(NamedTuple):
    """One capability of a platform."""

    name: str
    group: Group
    description: str
    default_priority: Priority


def _catalogue(*rows: tuple[str, Group, Priority, str]) -> dict[str, Capability]:
    return {name: Capability(name, group, description, priority) for name, group, priority, description in rows}


# Each default answers: what happens in production without it? Critical: a wrong model reaches production or stays
# there unnoticed. High: every release, training or investigation is slower or riskier. Medium: it hurts now and then.
# An organization with one model, or under regulation, will set other priorities in its assessments.
CAPABILITIES = _catalogue(
    ("feature_parity", Group.DATA, Priority.CRITICAL, "Training and serving compute the same feature values"),
    ("feature_registry", Group.DATA, Priority.HIGH, "One catalogue of feature definitions"),
    ("project_templates", Group.EXPERIENCE, Priority.MEDIUM, "A standard project template"),
    # Hurts on the day a model must be rebuilt.
    ("reproducible_envs", Group.EXPERIENCE, Priority.MEDIUM, "Environments that can be rebuilt"),
    ("orchestrated_training", Group.TRAINING, Priority.HIGH, "Training pipelines run by an orchestrator"),
    ("compute_scaling", Group.TRAINING, Priority.MEDIUM, "Compute that scales (several GPUs, spot)"),
    ("artifact_store", Group.REGISTRY, Priority.HIGH, "Versioned artifact storage"),
    # You cannot roll back to what ran before if you do not know what runs.
    ("model_registry", Group.REGISTRY, Priority.CRITICAL, "Model registry with lineage"),
    ("automated_eval_gates", Group.EVALUATION, Priority.CRITICAL, "Quality gates before deployment, automated"),
    ("slice_evaluation", Group.EVALUATION, Priority.HIGH, "Evaluation on the slices that matter"),
    ("deployment_rollback", Group.SERVING, Priority.CRITICAL, "A rollback path that is tested"),
    # Rollback ends an incident that a canary would have kept small: for safety, rollback comes first.
    ("progressive_delivery", Group.SERVING, Priority.HIGH, "Canary or shadow rollout"),
    ("baseline_monitoring", Group.OBSERVABILITY, Priority.CRITICAL, "System health and basic alerting"),
    # A drifted model answers quickly and without errors: only this capability notices.
    (
        "data_drift_monitoring",
        Group.OBSERVABILITY,
        Priority.CRITICAL,
        "Monitoring of prediction and feature distributions",
    ),
    ("lineage", Group.OBSERVABILITY, Priority.HIGH, "Full training lineage"),
    # Both show who decided; they become critical under regulation, which each assessment decides for itself.
    ("audit_log", Group.GOVERNANCE, Priority.MEDIUM, "Immutable audit log of model promotions"),
    ("access_controls", Group.GOVERNANCE, Priority.MEDIUM, "Role-based access control"),
)
_POSITION = {name: position for position, name in enumerate(CAPABILITIES)}


def position(capability: str) -> int:
    """Where a capability stands in the catalogue, counted from 0; an organization's own come after the standard ones.

    >>> position("feature_parity"), position("access_controls"), position("feature_parity_for_images")
    (0, 16, 17)
    """
    return _POSITION.get(capability, len(_POSITION))
