"""The standard catalogue: eight groups, seventeen capabilities, and what a capability's status and priority can be.

Default priorities say how much its absence hurts a platform that ships models: critical where a model can be wrong in
production without anybody seeing it, high where it hurts weekly, low where it is nice to have.

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


CAPABILITIES = _catalogue(
    ("feature_parity", Group.DATA, Priority.CRITICAL, "Training and serving compute the same feature values"),
    ("feature_registry", Group.DATA, Priority.HIGH, "One catalogue of feature definitions"),
    ("project_templates", Group.EXPERIENCE, Priority.MEDIUM, "A standard project template"),
    ("reproducible_envs", Group.EXPERIENCE, Priority.HIGH, "Environments that can be rebuilt"),
    ("orchestrated_training", Group.TRAINING, Priority.HIGH, "Training pipelines run by an orchestrator"),
    ("compute_scaling", Group.TRAINING, Priority.MEDIUM, "Compute that scales (several GPUs, spot)"),
    ("artifact_store", Group.REGISTRY, Priority.HIGH, "Versioned artifact storage"),
    ("model_registry", Group.REGISTRY, Priority.CRITICAL, "Model registry with lineage"),
    ("automated_eval_gates", Group.EVALUATION, Priority.CRITICAL, "Quality gates before deployment, automated"),
    ("slice_evaluation", Group.EVALUATION, Priority.HIGH, "Evaluation on the slices that matter"),
    ("deployment_rollback", Group.SERVING, Priority.CRITICAL, "A rollback path that is tested"),
    ("progressive_delivery", Group.SERVING, Priority.MEDIUM, "Canary or shadow rollout"),
    ("baseline_monitoring", Group.OBSERVABILITY, Priority.CRITICAL, "System health and basic alerting"),
    ("data_drift_monitoring", Group.OBSERVABILITY, Priority.HIGH, "Monitoring of prediction and feature distributions"),
    ("lineage", Group.OBSERVABILITY, Priority.HIGH, "Full training lineage"),
    ("audit_log", Group.GOVERNANCE, Priority.MEDIUM, "Immutable audit log of model promotions"),
    ("access_controls", Group.GOVERNANCE, Priority.MEDIUM, "Role-based access control"),
)
