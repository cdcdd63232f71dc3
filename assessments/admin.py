"""The admin of assessments: organizations, capabilities and tickets to enter; assessments to read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assessments.adoption.forms import (
    ProjectForm,
    ReleaseForm,
    ShowstopperForm,
    TrainingRunForm,
    UseCaseForm,
)
from assessments.health.forms import ExemptionEntry, TargetEntry
from assessments.initiatives.forms import InitiativeEntry
from assessments.models import (
    Assessment,
    AssessmentEvidence,
    AssessmentItem,
    Capability,
    EscapeHatch,
    Exemption,
    HealthAlert,
    HealthTarget,
    Initiative,
    InitiativeComment,
    LabellingCampaign,
    ModelProject,
    Organization,
    OtherPrevention,
    Postmortem,
    PostmortemLink,
    RecoveryDecision,
    Rehearsal,
    Release,
    Retirement,
    Rubric,
    ShowstopperAnswer,
    SourcingDecision,
    Ticket,
    TicketImport,
    TicketModel,
    TrackerSync,
    TrainingRun,
    TriagePlan,
    TriggerEvaluation,
    UseCase,
)
from assessments.organizations.forms import CapabilityForm, OrganizationForm
from assessments.postmortems.forms import PostmortemForm
from assessments.strategy.forms import RecoveryEntry, RehearsalEntry, SourcingEntry
from assessments.tickets.forms import HatchForm, TicketForm
from platform_site.access import (
    Actor,
    can_assess,
    can_propose_initiative,
    can_record_ticket,
    can_report_adoption,
    can_write_postmortem,
)
from platform_site.admin import ActionAdmin, ReadOnlyAdmin, ReadOnlyRows
from platform_site.admin.import_export import ImportableAdmin


@admin.register(Organization)
class OrganizationAdmin(ImportableAdmin):
    """Organizations and the facts about them."""

    key = ("slug",)
    form = OrganizationForm
    list_display = ("slug", "name", "production_models", "shipping_teams", "retraining_cadence", "compliance")
    search_fields = ("slug", "name")

    def may(self, actor: Actor) -> bool:
        return can_assess(actor)


@admin.register(Capability)
class CapabilityAdmin(ImportableAdmin):
    """The standard catalogue, and what organizations added. Nothing is deleted: older assessments refer to it."""

    form = CapabilityForm
    list_display = ("name", "group", "default_priority", "organization", "retired_at")
    list_filter = ("group",)
    list_select_related = ("organization",)
    search_fields = ("name", "description")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if obj or name != "retired"]

    def may(self, actor: Actor) -> bool:
        return can_assess(actor)


@admin.register(Ticket)
class TicketAdmin(ImportableAdmin):
    """The platform team's support tickets."""

    key = ("source", "external_id")
    form = TicketForm
    list_display = ("external_id", "source", "title", "type", "typed_by", "opened_at", "resolved_at")
    list_filter = ("type", "source", "on_platform")
    search_fields = ("title", "=external_id")

    def may(self, actor: Actor) -> bool:
        return can_record_ticket(actor)


@admin.register(EscapeHatch)
class EscapeHatchAdmin(ActionAdmin):
    """The escape-hatch catalogue; pages add to it, because they know whose it is."""

    form = HatchForm
    list_display = ("name", "organization", "owner_team", "since")
    list_select_related = ("organization", "owner_team")
    search_fields = ("name", "offers")

    def may(self, actor: Actor) -> bool:
        return can_record_ticket(actor)


class ReportedAdmin(ImportableAdmin):
    """Records of adoption, entered by whoever does the work."""

    def may(self, actor: Actor) -> bool:
        return can_report_adoption(actor)


@admin.register(TrainingRun)
class TrainingRunAdmin(ReportedAdmin):
    """Training runs; a reported one cannot be changed."""

    form = TrainingRunForm
    list_display = ("team", "model", "started_at", "succeeded", "orchestrator", "sample")
    list_filter = ("succeeded", "sample")
    search_fields = ("team", "model", "=external_id")
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: TrainingRun | None = None) -> bool:
        return False


@admin.register(ModelProject)
class ModelProjectAdmin(ReportedAdmin):
    """New model projects, on the platform or off it."""

    form = ProjectForm
    list_display = ("name", "team", "started_on", "on_platform", "sample")
    list_filter = ("on_platform", "sample")
    search_fields = ("name", "team")


@admin.register(UseCase)
class UseCaseAdmin(ReportedAdmin):
    """What teams do with models."""

    form = UseCaseForm
    list_display = ("name", "team", "supported", "on_platform", "sample")
    list_filter = ("supported", "on_platform", "sample")
    search_fields = ("name", "team")


@admin.register(ShowstopperAnswer)
class ShowstopperAdmin(ReportedAdmin):
    """What would make teams switch."""

    form = ShowstopperForm
    list_display = ("answer", "team", "day", "sample")
    list_filter = ("sample",)
    search_fields = ("answer", "team")


@admin.register(Release)
class ReleaseAdmin(ReportedAdmin):
    """What the platform team shipped."""

    form = ReleaseForm
    list_display = ("name", "started_on", "released_on", "sample")
    list_filter = ("sample",)
    search_fields = ("name",)


class LinkRows(ReadOnlyRows):
    model = PostmortemLink
    fields = ("kind", "name", "version")


class PreventionRows(ReadOnlyRows):
    model = OtherPrevention
    fields = ("capability", "moment", "mechanism")


@admin.register(Postmortem)
class PostmortemAdmin(ActionAdmin):
    """Postmortems; a published one cannot be changed."""

    form = PostmortemForm
    list_display = ("title", "organization", "classification", "capability", "state", "happened_at", "sample")
    list_filter = ("classification", "state", "sample")
    list_select_related = ("organization", "capability")
    search_fields = ("title", "what_happened")

    def may(self, actor: Actor) -> bool:
        return can_write_postmortem(actor)

    def get_inlines(self, request: HttpRequest, obj: Postmortem | None) -> Any:
        return (PreventionRows, LinkRows) if obj and obj.is_published else ()  # the form of a draft has them

    def get_fields(self, request: HttpRequest, obj: Postmortem | None = None) -> Any:
        fields = super().get_fields(request, obj)
        return [name for name in fields if name not in ("links", "others")] if obj and obj.is_published else fields

    def has_change_permission(self, request: HttpRequest, obj: Postmortem | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_published)


class ItemRows(ReadOnlyRows):
    model = AssessmentItem
    fields = ("capability", "status", "priority", "notes", "evidence_url")


class EvidenceRows(ReadOnlyRows):
    model = AssessmentEvidence
    fields = ("capability", "numerator", "denominator", "counted", "seen", "stated", "without", "stored_at")


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    """Assessments; a published one is never changed."""

    list_display = ("organization", "assessed_on", "state", "created_by", "published_by", "published_at")
    list_filter = ("state",)
    list_select_related = ("organization",)
    inlines = (ItemRows, EvidenceRows)


@admin.register(Rubric)
class RubricAdmin(ReadOnlyAdmin):
    """Organizations' own levels, version by version."""

    list_display = ("organization", "number", "reason", "made_by", "made_at")
    list_select_related = ("organization",)


@admin.register(HealthTarget)
class HealthTargetAdmin(ActionAdmin):
    """What organizations want to reach, and by when."""

    form = TargetEntry
    list_display = ("organization", "score", "level", "due_on", "set_by", "set_at")
    list_select_related = ("organization",)

    def may(self, actor: Actor) -> bool:
        return can_assess(actor)


@admin.register(Exemption)
class ExemptionAdmin(ActionAdmin):
    """Capabilities that organizations leave out for a time; a granted one is ended on its page."""

    form = ExemptionEntry
    list_display = ("organization", "capability", "ends_on", "granted_by", "granted_at", "ended_at")
    list_select_related = ("organization", "capability")
    search_fields = ("reason",)

    def may(self, actor: Actor) -> bool:
        return can_assess(actor)

    def has_change_permission(self, request: HttpRequest, obj: Exemption | None = None) -> bool:
        return False


class CommentRows(ReadOnlyRows):
    model = InitiativeComment
    fields = ("text", "written_by", "written_at")


@admin.register(Initiative)
class InitiativeAdmin(ActionAdmin):
    """Gaps that became work; a new one is proposed, an existing one changed."""

    form = InitiativeEntry
    inlines = (CommentRows,)
    list_display = ("title", "organization", "owner_name", "target", "due_on", "state")
    list_filter = ("state",)
    list_select_related = ("organization", "owner_person", "owner_team")
    search_fields = ("title", "notes")

    def may(self, actor: Actor) -> bool:
        return can_propose_initiative(actor)

    def get_fields(self, request: HttpRequest, obj: Initiative | None = None) -> Any:
        return [name for name in super().get_fields(request, obj) if obj or name not in ("state", "reason")]


@admin.register(HealthAlert)
class HealthAlertAdmin(ReadOnlyAdmin):
    """Figures of organizations that got worse, the newest first."""

    list_display = ("organization", "figure", "title", "state", "owner", "opened_at")
    list_filter = ("figure", "state")
    list_select_related = ("organization",)
    search_fields = ("title",)


@admin.register(Retirement)
class RetirementAdmin(ReadOnlyAdmin):
    """Standard capabilities that do not apply to organizations; retired and restored on their page."""

    list_display = ("organization", "capability", "reason", "retired_by", "retired_at")
    list_select_related = ("organization", "capability")


@admin.register(LabellingCampaign)
class LabellingCampaignAdmin(ReadOnlyAdmin):
    """Weeks in which people label tickets; started and ended on their pages."""

    list_display = ("organization", "starts_on", "ends_on", "started_by", "started_at", "ended_by", "ended_at")
    list_select_related = ("organization",)


@admin.register(TriagePlan)
class TriagePlanAdmin(ReadOnlyAdmin):
    """The ticket reductions that leads planned."""

    list_display = ("assessment", "window_start", "window_end", "made_by", "made_at")
    list_select_related = ("assessment__organization",)


@admin.register(TriggerEvaluation)
class TriggerEvaluationAdmin(ReadOnlyAdmin):
    """Recorded evaluations of whether organizations need a platform."""

    list_display = ("organization", "evaluated_at", "evaluated_by")
    list_select_related = ("organization",)


class StrategyAdmin(ImportableAdmin):
    """Decisions and rehearsals of leads."""

    list_select_related: ClassVar[tuple[str, ...]] = ("organization",)

    def may(self, actor: Actor) -> bool:
        return can_assess(actor)


@admin.register(SourcingDecision)
class SourcingDecisionAdmin(StrategyAdmin):
    """Decisions on where groups come from."""

    form = SourcingEntry
    list_display = ("organization", "group", "choice", "own_part", "decided_by", "decided_at")
    list_filter = ("choice",)


@admin.register(RecoveryDecision)
class RecoveryDecisionAdmin(StrategyAdmin):
    """Decisions on who should run a capability."""

    form = RecoveryEntry
    list_display = ("organization", "capability", "keeper", "decided_by", "decided_at")
    list_filter = ("keeper",)
    list_select_related = ("organization", "capability")


@admin.register(Rehearsal)
class RehearsalAdmin(StrategyAdmin):
    """Attempts to rebuild a model; a recorded one cannot be changed."""

    form = RehearsalEntry
    list_display = ("organization", "model", "version", "rehearsed_on", "rebuilt", "hours")
    list_filter = ("rebuilt",)

    def has_change_permission(self, request: HttpRequest, obj: Rehearsal | None = None) -> bool:
        return False


@admin.register(TrackerSync)
class TrackerSyncAdmin(ReadOnlyAdmin):
    """How far the issues of each configured tracker were read."""

    list_display = ("name", "kind", "state", "due_at", "finished_at", "seen_count", "new_count", "bad_count")
    list_filter = ("kind", "state")


@admin.register(TicketImport)
class TicketImportAdmin(ReadOnlyAdmin):
    """Imports of ticket files, and their outcomes."""

    list_display = (
        "filename",
        "source",
        "format",
        "state",
        "created_count",
        "changed_count",
        "bad_count",
        "created_at",
    )
    list_filter = ("state", "format")
    exclude = ("content", "token")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TicketImport]:
        return super().get_queryset(request).defer("content")


@admin.register(TicketModel)
class TicketModelAdmin(ReadOnlyAdmin):
    """Models trained on people's labels, and their accuracy on held-out tickets."""

    list_display = ("version", "trained_on", "accuracy", "rule_accuracy", "in_use", "trained_at")
    exclude = ("weights",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TicketModel]:
        return super().get_queryset(request).defer("weights")
