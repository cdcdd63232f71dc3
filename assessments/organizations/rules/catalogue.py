"""The standard catalogue: eight groups, seventeen capabilities, and what a capability's status and priority can be.

Which levels ask for a capability is told by `maturity.levels_of`.

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
    """How far a capability is there."""

    IMPLEMENTED = "implemented"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


class Priority(StrEnum):
    """How much it hurts while it is not there."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Capability(NamedTuple):
    """One thing a platform can do."""

    name: str
    group: Group
    description: str
    default_priority: Priority


def _catalogue(*rows: tuple[str, Group, Priority, str]) -> dict[str, Capability]:
    return {name: Capability(name, group, description, priority) for name, group, priority, description in rows}


# Each default answers: what happens in production while it is not there? Critical: a wrong model gets there or stays
# there, and nothing shows it. High: every release, training or inquiry is slower or riskier for it. Medium: it is felt
# now and then. An organization with one model, or under regulation, will state others in its assessments.
CAPABILITIES = _catalogue(
    ("feature_parity", Group.DATA, Priority.CRITICAL, "Training and serving compute the same feature values"),
    ("feature_registry", Group.DATA, Priority.HIGH, "One catalogue of feature definitions"),
    ("project_templates", Group.EXPERIENCE, Priority.MEDIUM, "A standard project template"),
    # Felt on the day when a model must be rebuilt.
    ("reproducible_envs", Group.EXPERIENCE, Priority.MEDIUM, "Environments that can be rebuilt"),
    ("orchestrated_training", Group.TRAINING, Priority.HIGH, "Training pipelines run by an orchestrator"),
    ("compute_scaling", Group.TRAINING, Priority.MEDIUM, "Compute that scales (several GPUs, spot)"),
    ("artifact_store", Group.REGISTRY, Priority.HIGH, "Versioned artifact storage"),
    # Who does not know what runs cannot go back to what ran.
    ("model_registry", Group.REGISTRY, Priority.CRITICAL, "Model registry with lineage"),
    ("automated_eval_gates", Group.EVALUATION, Priority.CRITICAL, "Quality gates before deployment, automated"),
    ("slice_evaluation", Group.EVALUATION, Priority.HIGH, "Evaluation on the slices that matter"),
    ("deployment_rollback", Group.SERVING, Priority.CRITICAL, "A rollback path that is tested"),
    # Rollback ends what a canary would have kept small: safety asks for the first before the second.
    ("progressive_delivery", Group.SERVING, Priority.HIGH, "Canary or shadow rollout"),
    ("baseline_monitoring", Group.OBSERVABILITY, Priority.CRITICAL, "System health and basic alerting"),
    # A drifted model answers quickly and without errors: only this one sees it.
    (
        "data_drift_monitoring",
        Group.OBSERVABILITY,
        Priority.CRITICAL,
        "Monitoring of prediction and feature distributions",
    ),
    ("lineage", Group.OBSERVABILITY, Priority.HIGH, "Full training lineage"),
    # Both tell who decided; they turn critical under regulation, which an assessment states for itself.
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
