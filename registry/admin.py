"""The registry in the admin: source tables, data sets and checks can be entered; everything else is read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from platform_site.access import Actor, can_assess, can_describe_data, can_run_check
from platform_site.admin import ActionAdmin, ReadOnlyAdmin, ReadOnlyRows
from platform_site.admin.import_export import ImportableAdmin
from registry import models
from registry.admin_forms import (
    CONTENT,
    CheckForm,
    DatasetForm,
    FeatureDetailsForm,
    ModelDetailsForm,
    SourceTableForm,
)


class DetailsAdmin(ActionAdmin):
    """Something that a team owns, which is added elsewhere: only its details are edited here."""

    list_filter = ("owner_team",)
    search_fields = ("name", "description", "tags")

    def may(self, actor: Actor) -> bool:
        return can_assess(actor)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.SourceTable)
class SourceTableAdmin(ImportableAdmin):
    """What feature logic calls its table, and the data set behind it."""

    key = ("name",)
    form = SourceTableForm
    list_display = ("name", "owner_team", "current", "description", "tags")
    list_select_related = ("owner_team", "current__source_table")
    search_fields = ("name", "description", "tags")
    attributes = {name: f"current__{name}" for name in CONTENT} | {"dataset": "current__dataset__name"}

    def may(self, actor: Actor) -> bool:
        return can_describe_data(actor)


@admin.register(models.Dataset)
class DatasetAdmin(ImportableAdmin):
    """Where rows are. It cannot be changed later: what models were trained on stays where it is."""

    key = ("name",)
    form = DatasetForm
    list_display = ("name", "kind", "location", "connection", "created_by", "created_at")
    list_filter = ("kind",)
    search_fields = ("name",)

    def may(self, actor: Actor) -> bool:
        return can_describe_data(actor)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.Check)
class CheckAdmin(ImportableAdmin):
    """What is compared with what. Later only its schedule and whether it blocks can change."""

    key = ("name",)
    form = CheckForm
    list_display = ("name", "kind", "feature", "model", "blocking", "schedule", "next_due_at")
    list_select_related = ("feature", "model")
    list_filter = ("kind", "blocking")
    search_fields = ("name",)

    def may(self, actor: Actor) -> bool:
        return can_run_check(actor)


@admin.register(models.Feature)
class FeatureAdmin(DetailsAdmin):
    """Features: their owner, description and tags can be edited, their definitions are in versions."""

    form = FeatureDetailsForm
    list_display = ("name", "owner_team", "current", "tags", "created_at")
    list_select_related = ("owner_team", "current__feature")


@admin.register(models.RegisteredModel)
class ModelAdmin(DetailsAdmin):
    """Models: their owner, description and tags can be edited, and when their serving counts as silent."""

    form = ModelDetailsForm
    list_display = ("name", "owner_team", "model_type", "serving_mode", "tags")
    list_select_related = ("owner_team",)


class EntryRows(ReadOnlyRows):
    model = models.SnapshotEntry
    fields = ("feature", "feature_version", "source_version")


@admin.register(models.TrainingSnapshot)
class TrainingSnapshotAdmin(ReadOnlyAdmin):
    """At which feature versions a model version was trained: written once."""

    list_display = ("model_version",)
    list_select_related = ("model_version__model",)
    inlines = (EntryRows,)


GOVERNED: dict[Any, dict[str, Any]] = {
    models.FeatureVersion: {
        "list_display": (
            "feature",
            "number",
            "digest",
            "null_handling",
            "source_table",
            "registered_by",
            "registered_at",
        ),
        "list_select_related": ("feature",),
        "search_fields": ("feature__name", "digest"),
    },
    models.FeatureVersionCommit: {
        "list_display": ("feature_version", "commit", "recorded_by", "recorded_at"),
        "list_select_related": ("feature_version__feature",),
    },
    models.CurrentVersionChange: {
        "list_display": ("feature", "before", "after", "changed_by", "changed_at", "reason"),
        "list_select_related": ("feature", "before__feature", "after__feature"),
    },
    models.SourceTableVersion: {
        "list_display": ("source_table", "number", "digest", "dataset", "created_by", "created_at", "reason"),
        "list_select_related": ("source_table", "dataset"),
        "search_fields": ("source_table__name", "digest"),
    },
    models.CurrentSourceChange: {
        "list_display": ("source_table", "before", "after", "changed_by", "changed_at", "reason"),
        "list_select_related": ("source_table", "before__source_table", "after__source_table"),
    },
    models.ModelVersion: {
        "list_display": ("model", "version", "stage", "registered_by", "registered_at"),
        "list_select_related": ("model",),
        "list_filter": ("stage",),
        "search_fields": ("model__name", "version"),
    },
    models.NoFeaturesConfirmation: {
        "list_display": ("model_version", "confirmed_by", "confirmed_at"),
        "list_select_related": ("model_version__model",),
    },
    models.MlflowEvent: {
        "list_display": ("server", "delivery_id", "state", "outcome", "created_at", "finished_at"),
        "list_filter": ("server", "state"),
    },
    models.MlflowReading: {
        "list_display": ("origin", "began_at", "read_at", "next_cursor", "problem"),
        "exclude": ("seen",),
    },
    models.Observation: {
        "list_display": ("model_version", "system", "external_id", "observed_by", "observed_at", "gone_at"),
        "list_select_related": ("model_version__model",),
        "list_filter": ("system",),
        "search_fields": ("external_id",),
    },
    models.Evaluation: {
        "list_display": ("model_version", "metric", "value", "slice"),
        "list_select_related": ("model_version__model",),
    },
    models.FeaturePin: {
        "list_display": ("model_version", "feature", "feature_version", "reason", "pinned_by", "pinned_at"),
        "list_select_related": ("model_version__model", "feature", "feature_version__feature"),
    },
    models.GateDecision: {
        "list_display": ("model_version", "gate", "decision", "decided_by", "decided_at"),
        "list_select_related": ("model_version__model",),
        "list_filter": ("gate", "decision"),
    },
    models.Override: {
        "list_display": ("model_version", "state", "requested_by", "decided_by", "expires_at"),
        "list_select_related": ("model_version__model",),
        "list_filter": ("state",),
    },
    models.ApprovalRequest: {
        "list_display": ("title", "kind", "state", "requested_by", "requested_at", "decided_by"),
        "list_filter": ("kind", "state"),
        "list_select_related": ("policy", "model_version__model"),
    },
    models.GatePolicy: {
        "list_display": (
            "name",
            "number",
            "owner_team",
            "subject_team",
            "model_type",
            "retired",
            "saved_by",
            "saved_at",
        ),
        "list_select_related": ("owner_team", "subject_team"),
        "search_fields": ("name",),
    },
    models.GateSettings: {
        "list_display": ("skew_closes_gate", "parity_first_in_production", "saved_by", "saved_at"),
    },
    models.StageChange: {
        "list_display": ("model_version", "before", "after", "changed_by", "changed_at"),
        "list_select_related": ("model_version__model",),
    },
    models.ServingRevision: {
        "list_display": (
            "model",
            "environment",
            "number",
            "impact",
            "covered_by",
            "standing_approval",
            "made_by",
            "made_at",
        ),
        "list_select_related": ("model", "covered_by", "standing_approval"),
        "list_filter": ("environment",),
    },
    models.ServedShare: {
        "list_display": ("revision", "model_version", "percent"),
        "list_select_related": ("revision", "model_version__model"),
    },
    models.Deployment: {
        "list_display": ("model_version", "kind", "rehearsal", "traffic_percent", "made_by", "made_at"),
        "list_select_related": ("model_version__model",),
        "list_filter": ("kind", "rehearsal"),
    },
    models.ChangeRequest: {
        "list_display": ("model_version", "environment", "state", "impact", "requested_by", "decided_by", "expires_at"),
        "list_select_related": ("model_version__model",),
        "list_filter": ("state", "environment"),
    },
    models.ApprovalLink: {
        "list_display": ("change_request", "person", "state", "expires_at", "used_at"),
        "list_select_related": ("change_request", "person"),
        "list_filter": ("state",),
    },
    models.StandingApproval: {
        "list_display": ("model", "environment", "state", "until", "requested_by", "decided_by"),
        "list_select_related": ("model",),
        "list_filter": ("state", "environment"),
    },
    models.Rollout: {
        "list_display": ("model_version", "environment", "state", "position", "due_at", "begun_by"),
        "list_select_related": ("model_version__model",),
        "list_filter": ("state",),
    },
    models.ServingReport: {
        "list_display": ("model_version", "environment", "window_start", "window_end", "error_rate", "reported_by"),
        "list_select_related": ("model_version__model",),
        "list_filter": ("environment",),
    },
    models.ReportedDecision: {
        "list_display": ("external_id", "model_version", "decided_at", "environment", "method", "reported_by"),
        "list_select_related": ("model_version__model",),
        "list_filter": ("method",),
    },
    models.DecisionPurge: {
        "list_display": ("model_version", "before", "rows", "digest", "purged_at"),
        "list_select_related": ("model_version__model",),
    },
    models.RowPurge: {
        "list_display": ("kind", "before", "rows", "purged_at"),
        "list_filter": ("kind",),
    },
    models.ModelAlias: {
        "list_display": ("model", "name", "model_version", "moved_by", "moved_at"),
        "list_select_related": ("model", "model_version__model"),
    },
    models.ModelCardText: {
        "list_display": ("model", "number", "saved_by", "saved_at", "reviewed_by"),
        "list_select_related": ("model",),
    },
    models.PackReceipt: {
        "list_display": ("event", "model_version", "sha256", "rows", "handed_out_to", "handed_out_at"),
        "list_select_related": ("model_version__model",),
        "exclude": ("content",),
    },
    models.Import: {
        "list_display": ("pk", "system", "origin", "owner_team", "state", "requested_by", "requested_at"),
        "list_select_related": ("owner_team",),
        "list_filter": ("system", "state"),
    },
    models.ImportedRecord: {
        "list_display": ("kind", "name", "system", "origin", "external_id", "imported_by", "imported_at"),
        "list_filter": ("system", "kind"),
        "search_fields": ("name", "external_id"),
    },
    models.LineageJob: {
        "list_display": ("label", "integration", "reported_by", "completed_at"),
        "list_filter": ("integration",),
        "search_fields": ("name", "label"),
    },
    models.LineageDataset: {
        "list_display": ("namespace", "name", "source_table", "seen_at"),
        "list_select_related": ("source_table",),
        "search_fields": ("name",),
    },
    models.LineageDelivery: {
        "list_display": ("event_type", "sequence", "state", "attempts", "answer", "created_at"),
        "list_filter": ("state",),
    },
    models.LineageEdge: {
        "list_display": ("job", "direction", "dataset"),
        "list_select_related": ("job", "dataset"),
        "list_filter": ("direction",),
    },
    models.LineageEvent: {
        "list_display": ("event_type", "kind", "run_id", "job", "event_time", "received_by", "received_at"),
        "list_select_related": ("job",),
        "list_filter": ("kind", "event_type"),
    },
    models.SourceObservation: {
        "list_display": ("source_table", "sentence", "state", "reported_by", "observed_at", "decided_by"),
        "list_select_related": ("source_table",),
        "list_filter": ("state",),
    },
    models.DatasetSnapshot: {
        "list_display": ("dataset", "digest", "rows", "taken_by", "taken_at"),
        "list_select_related": ("dataset",),
    },
    models.CheckRun: {
        "list_display": ("pk", "check_definition", "state", "outcome", "requested_by", "created_at", "finished_at"),
        "list_select_related": ("check_definition",),
        "list_filter": ("state", "outcome"),
    },
    models.ColumnFinding: {
        "list_display": ("run", "rank", "column", "outcome", "statistic", "value", "limit"),
        "list_select_related": ("run__check_definition",),
        "list_filter": ("outcome", "kind"),
    },
    models.DifferingRows: {"list_display": ("run", "rows", "complete"), "list_select_related": ("run",)},
    models.CheckResult: {"list_display": ("run",), "list_select_related": ("run__check_definition",)},
    models.Alert: {
        "list_display": ("title", "model", "state", "blocking", "opened_at"),
        "list_select_related": ("model",),
        "list_filter": ("state", "finding"),
    },
    models.AlertFinding: {"list_display": ("title", "observed_at", "recorded_at"), "list_select_related": ("alert",)},
}
for model, columns in GOVERNED.items():
    admin.site.register(model, ReadOnlyAdmin, **columns)
