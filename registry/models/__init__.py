"""The registry's records, by noun. Every write goes through `registry.actions`."""

from registry.models.alerts import Alert, AlertFinding
from registry.models.approval_links import ApprovalLink
from registry.models.approvals import ApprovalRequest
from registry.models.checks import Check, CheckResult, CheckRun, ColumnFinding, DifferingRows
from registry.models.datasets import CurrentSourceChange, Dataset, DatasetSnapshot, SourceTable, SourceTableVersion
from registry.models.decisions import DecisionPurge, ReportedDecision, RowPurge
from registry.models.deployments import ChangeRequest, Deployment, Rollout, ServedShare, ServingRevision
from registry.models.features import CurrentLogic, CurrentVersionChange, Feature, FeatureVersion, FeatureVersionCommit
from registry.models.gates import GateDecision, ModelAlias
from registry.models.governance import GatePolicy, GateSettings, Override, StageChange
from registry.models.imports import Import, ImportedRecord, MlflowEvent, MlflowReading, Observation, System
from registry.models.lineage import (
    LineageDataset,
    LineageDelivery,
    LineageEdge,
    LineageEvent,
    LineageJob,
    LineagePosition,
    SourceObservation,
)
from registry.models.model_versions import (
    Evaluation,
    FeaturePin,
    ModelVersion,
    NoFeaturesConfirmation,
    RegisteredModel,
    SnapshotEntry,
    TrainingSnapshot,
)
from registry.models.packs import ModelCardText, PackReceipt
from registry.models.serving import ServingReport
from registry.models.standing_approvals import StandingApproval
from registry.versions.rules.lifecycle import Stage

__all__ = [
    "Alert",
    "AlertFinding",
    "ApprovalLink",
    "ApprovalRequest",
    "ChangeRequest",
    "Check",
    "CheckResult",
    "CheckRun",
    "ColumnFinding",
    "CurrentLogic",
    "CurrentSourceChange",
    "CurrentVersionChange",
    "Dataset",
    "DatasetSnapshot",
    "DecisionPurge",
    "Deployment",
    "DifferingRows",
    "Evaluation",
    "Feature",
    "FeaturePin",
    "FeatureVersion",
    "FeatureVersionCommit",
    "GateDecision",
    "GatePolicy",
    "GateSettings",
    "Import",
    "ImportedRecord",
    "LineageDataset",
    "LineageDelivery",
    "LineageEdge",
    "LineageEvent",
    "LineageJob",
    "LineagePosition",
    "MlflowEvent",
    "MlflowReading",
    "ModelAlias",
    "ModelCardText",
    "ModelVersion",
    "NoFeaturesConfirmation",
    "Observation",
    "Override",
    "PackReceipt",
    "RegisteredModel",
    "ReportedDecision",
    "Rollout",
    "RowPurge",
    "ServedShare",
    "ServingReport",
    "ServingRevision",
    "SnapshotEntry",
    "SourceObservation",
    "SourceTable",
    "SourceTableVersion",
    "Stage",
    "StageChange",
    "StandingApproval",
    "System",
    "TrainingSnapshot",
]
