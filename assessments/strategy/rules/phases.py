"""What each kind of plan consists of before the facts of an organization are known (T5).

>>> [step.capability for step in core_of(Kind.PROJECT_LEVEL)]
['orchestrated_training', 'model_registry', 'deployment_rollback', 'baseline_monitoring']
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Which plan fits."""

    PROJECT_LEVEL = "project_level"
    PHASE_1 = "phase_1"
    PHASE_1_REGULATED = "phase_1_regulated"
    NEXT_LEVEL = "next_level"


class Core(NamedTuple):
    """A capability that a plan builds, and what of it this plan builds."""

    capability: str
    title: str


FEATURE_STORE = (
    "feature_store"  # not a capability of the catalogue: the online store, which may wait while parity does not
)
WEEKS = 6
SUCCESS = {
    Kind.PROJECT_LEVEL: "A newcomer rebuilds a model in under 4 hours.",
    Kind.PHASE_1: "Every new model trains, registers and deploys on the platform.",
    Kind.PHASE_1_REGULATED: "Every new model trains, registers and deploys on the platform, and each of its decisions can be "
    "explained, audited and reproduced.",
    Kind.NEXT_LEVEL: "The next level is confirmed in an assessment.",
}
PROJECT_LEVEL = (
    Core("orchestrated_training", "One parameterized training pipeline for each model"),
    Core("model_registry", "One shared tracking server"),
    Core("deployment_rollback", "One container for each model, with a blue-green swap"),
    Core("baseline_monitoring", "One dashboard and one alert for each model"),
)
PHASE_1 = (
    Core("project_templates", "A project template with continuous integration"),
    Core("orchestrated_training", "Training run by an orchestrator"),
    Core("artifact_store", "An artifact store"),
    Core("model_registry", "A model registry with lineage"),
    Core("deployment_rollback", "One deployment path, with a rehearsed rollback"),
    Core("baseline_monitoring", "Baseline monitoring that alerts somebody"),
)
REGULATED = (
    Core("reproducible_envs", "Environments named by their digest, so that an immutable artifact can be made again"),
    Core("lineage", "Lineage as linked records, not as notes"),
    Core("automated_eval_gates", "An evaluation gate whose outcome is on record"),
    Core("audit_log", "An audit log of every gate decision and approval"),
    Core("feature_registry", "Feature versions that are never edited"),
    Core("access_controls", "Access control, and approvals by a second person"),
)
# Incidents from skew or drift: what shares definitions, compares them, and notices.
AFTER_INCIDENTS = (
    Core("feature_registry", "Shared feature definitions, each registered once"),
    Core("feature_parity", "Training and serving compared before a change is deployed"),
    Core("data_drift_monitoring", "Drift alerts on the inputs that models use"),
)
# What the first phase must have before the next level is planned; a template makes it easier and holds nothing back.
EASES = frozenset({"project_templates"})


def core_of(kind: Kind) -> tuple[Core, ...]:
    """What a kind of plan builds whatever was assessed."""
    if kind is Kind.PROJECT_LEVEL:
        return PROJECT_LEVEL
    if kind is Kind.PHASE_1:
        return PHASE_1
    return (*PHASE_1, *REGULATED) if kind is Kind.PHASE_1_REGULATED else ()
