"""Every table that grows with time: how long its rows stay, which stay longer, and why. And every other table: why not.

A test walks all models: a new one must be named here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from assessments.models import PostmortemLink, ReviewMail, TicketImport, TicketModel
from platform_site import idempotency
from platform_site.models import KeyedAnswer
from platform_site.people.actions import door
from platform_site.people.models import SignInFailure
from platform_site.webhooks.models import Delivery
from registry.checks.actions.retention import old_runs, purge_runs
from registry.imports.receivers.events import KEPT as MLFLOW_KEPT
from registry.lineage.actions.retention import purge_events
from registry.models import (
    Import,
    ImportedRecord,
    LineageEvent,
    MlflowEvent,
    ReportedDecision,
)
from registry.regulation.actions.decisions import purge_decisions
from registry.serving.actions.retention import old_reports, purge_reports

Rows = QuerySet[Any]
YEAR_AND_MORE = timedelta(days=400)  # the mail of a period is not made again while the period lasts
NEWEST_MODELS = 10


class Retention(NamedTuple):
    """Rows that go after a time. ``purge`` deletes them by itself, with its own record; without it `prune` does."""

    what: str
    tables: tuple[str, ...]
    period: Callable[[], timedelta]
    rows: Callable[[datetime], Rows]  # those that go, given the moment before which they are old
    set_by: str = ""
    stay: str = ""
    purge: Callable[[datetime], int] | None = None

    @property
    def age(self) -> timedelta:
        return self.period()

    @property
    def before(self) -> datetime:
        return timezone.now() - self.age

    @property
    def old(self) -> Rows:
        return self.rows(self.before)


def _deliveries(before: datetime) -> Rows:
    again = Delivery.objects.filter(redelivery_of=OuterRef("pk"))
    return Delivery.objects.filter(finished_at__lt=before).exclude(Exists(again.exclude(finished_at__lt=before)))


def _ticket_models(before: datetime) -> Rows:
    newest = TicketModel.objects.order_by("-version").values("pk")[:NEWEST_MODELS]
    return TicketModel.objects.filter(trained_at__lt=before).exclude(pk__in=list(newest.values_list("pk", flat=True)))


def _imports(before: datetime) -> Rows:
    of_records = ImportedRecord.objects.filter(imported_in=OuterRef("pk"))
    return Import.objects.filter(requested_at__lt=before).exclude(Exists(of_records))


def _linked_runs() -> set[int]:
    """The runs that a postmortem names."""
    names = PostmortemLink.objects.filter(kind="run").values_list("name", flat=True)
    return {int(name) for name in names if name.isdecimal()}


RETENTIONS = (
    Retention(
        "check runs", ("registry.CheckRun", "registry.CheckResult", "registry.ColumnFinding", "registry.DifferingRows"),
        lambda: timedelta(days=settings.CHECK_RUNS_KEPT_DAYS), lambda before: old_runs(before, keep=_linked_runs()), "CHECK_RUNS_KEPT_DAYS",
        "conclusive parity runs, what an alert or a postmortem names, the newest runs of each check",
        lambda before: purge_runs(before, keep=_linked_runs()),
    ),
    Retention(
        "serving reports", ("registry.ServingReport",), lambda: timedelta(days=settings.SERVING_REPORTS_KEPT_DAYS), old_reports,
        "SERVING_REPORTS_KEPT_DAYS", "those of regulated models, what an alert names, the newest of each version",
        purge_reports,
    ),
    Retention(
        "reported decisions", ("registry.ReportedDecision",), lambda: timedelta(days=settings.DECISIONS_KEPT_DAYS),
        lambda before: ReportedDecision.objects.filter(decided_at__lt=before), "DECISIONS_KEPT_DAYS",
        "a record of how many, with their digest", lambda _: purge_decisions(),
    ),
    Retention(
        "lineage events", ("registry.LineageEvent", "registry.LineageDelivery"), lambda: timedelta(days=settings.LINEAGE_EVENTS_KEPT_DAYS),
        lambda before: LineageEvent.objects.filter(received_at__lt=before), "LINEAGE_EVENTS_KEPT_DAYS",
        "jobs, data sets and their edges", lambda _: purge_events(),
    ),
    Retention(
        "webhook deliveries", ("webhooks.Delivery", "webhooks.DeliveryAttempt"), lambda: timedelta(days=settings.DELIVERIES_KEPT_DAYS), _deliveries,
        "DELIVERIES_KEPT_DAYS", "those that were delivered again later",
    ),
    Retention(
        "ticket imports", ("assessments.TicketImport",), lambda: timedelta(days=settings.IMPORTS_KEPT_DAYS),
        lambda before: TicketImport.objects.filter(Q(finished_at__lt=before) | Q(finished_at=None, created_at__lt=before), ~Q(state="running")),
        "IMPORTS_KEPT_DAYS", "the tickets",
    ),
    Retention(
        "imports from other tools", ("registry.Import",), lambda: timedelta(days=settings.IMPORTS_KEPT_DAYS), _imports, "IMPORTS_KEPT_DAYS",
        "those that something in the registry comes from",
    ),
    Retention(
        "events of MLflow", ("registry.MlflowEvent",), lambda: MLFLOW_KEPT,
        lambda before: MlflowEvent.objects.filter(finished_at__lt=before),
    ),
    Retention(
        "review mails", ("assessments.ReviewMail",), lambda: YEAR_AND_MORE,
        lambda before: ReviewMail.objects.filter(finished_at__lt=before),
    ),
    Retention(
        "models of ticket types", ("assessments.TicketModel",), lambda: timedelta(days=settings.IMPORTS_KEPT_DAYS), _ticket_models,
        "IMPORTS_KEPT_DAYS", f"the newest {NEWEST_MODELS}",
    ),
    Retention(
        "lines of the admin's own log", ("admin.LogEntry",), lambda: YEAR_AND_MORE,
        lambda before: LogEntry.objects.filter(action_time__lt=before), stay="the audit log, which has each change",
    ),
    Retention(
        "sign-ins that failed", ("people.SignInFailure",), lambda: door.KEPT,
        lambda before: SignInFailure.objects.filter(at__lt=before),
    ),
    Retention(
        "ended sessions", ("sessions.Session",), timedelta, lambda before: Session.objects.filter(expire_date__lt=before)
    ),
    Retention(
        "answers to keyed requests", ("platform_site.KeyedAnswer",), lambda: idempotency.KEPT,
        lambda before: KeyedAnswer.objects.filter(created_at__lt=before),
    ),
)  # fmt: skip


RECORD = "the record itself: it is what a decision, a pack or a published assessment rests on"
DEFINED = "people define it, a few at a time"
CATALOG = "as many as there are things of that kind"
OWN_DATA = "the organization's own data, which its assessments are made of"
STAYS = {
    DEFINED: (
        "auth.Group", "auth.Group_permissions", "auth.Permission", "people.AccessRequest", "people.AccountHolder", "people.ApiToken",
        "people.Membership", "people.ProviderIdentity", "people.Team", "people.User", "people.User_groups",
        "people.User_user_permissions", "webhooks.QuietHours", "webhooks.Webhook", "registry.Check", "registry.FeaturePin",
        "assessments.Capability", "assessments.EscapeHatch", "assessments.HealthTarget", "assessments.Initiative",
        "assessments.Initiative_capabilities", "assessments.InitiativeComment", "assessments.LabellingCampaign",
        "assessments.LabellingCampaign_people", "assessments.Organization", "assessments.Retirement",
        "assessments.ReviewSubscription", "assessments.Exemption", "assessments.HealthAlert",
    ),
    CATALOG: (
        "contenttypes.ContentType", "audit.AuditHead", "webhooks.LogPosition", "registry.LineagePosition", "registry.CurrentLogic",
        "registry.LineageDataset", "registry.LineageJob", "registry.LineageEdge", "registry.SourceObservation",
        "registry.ImportedRecord", "registry.Observation", "registry.ModelAlias", "registry.MlflowReading", "assessments.TrackerSync",
        "registry.Dataset", "registry.SourceTable", "registry.Feature", "registry.RegisteredModel",
        "webhooks.HeldEvent",  # sent and deleted when the quiet hours end
    ),
    RECORD: (
        "audit.AuditEvent", "registry.DatasetSnapshot", "registry.SourceTableVersion", "registry.CurrentSourceChange",
        "registry.FeatureVersion", "registry.FeatureVersionCommit", "registry.CurrentVersionChange", "registry.ModelVersion",
        "registry.NoFeaturesConfirmation", "registry.TrainingSnapshot", "registry.SnapshotEntry", "registry.Evaluation",
        "registry.Alert", "registry.AlertFinding", "registry.GateDecision", "registry.ChangeRequest", "registry.ServingRevision",
        "registry.ServedShare", "registry.Rollout", "registry.Deployment", "registry.ApprovalLink", "registry.Override",
        "registry.GatePolicy", "registry.StageChange", "registry.GateSettings", "registry.ApprovalRequest",
        "registry.DecisionPurge", "registry.RowPurge", "registry.PackReceipt", "registry.ModelCardText",
        "registry.StandingApproval", "assessments.Rubric", "assessments.Assessment", "assessments.AssessmentItem",
        "assessments.AssessmentEvidence", "assessments.TeamAnswer", "assessments.Postmortem", "assessments.OtherPrevention",
        "assessments.PostmortemLink", "assessments.SourcingDecision", "assessments.RecoveryDecision", "assessments.Rehearsal",
        "assessments.TriagePlan", "assessments.TriggerEvaluation",
    ),
    OWN_DATA: (
        "assessments.Ticket", "assessments.TrainingRun", "assessments.ModelProject", "assessments.UseCase",
        "assessments.ShowstopperAnswer", "assessments.Release", "assessments.Release_answers", "assessments.Release_use_cases",
    ),
}  # fmt: skip
