"""Organizations, capabilities and tickets to enter; assessments to read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assessments.admin_forms import CapabilityForm, OrganizationForm, TicketForm
from assessments.models import Assessment, AssessmentItem, Capability, Organization, Ticket, TicketImport, TicketModel
from platform_site.access import Actor, can_assess, can_record_ticket
from platform_site.admin import ByAction, ReadOnlyAdmin, ReadOnlyRows


@admin.register(Organization)
class OrganizationAdmin(ByAction):
    """Whose platform it is, and what is known of it."""

    form = OrganizationForm
    list_display = ("slug", "name", "production_models", "shipping_teams", "retraining_cadence", "compliance")
    search_fields = ("slug", "name")

    def may(self, actor: Actor) -> bool:
        return can_assess(actor)


@admin.register(Capability)
class CapabilityAdmin(ByAction):
    """The standard catalogue, and what organizations added. Nothing is deleted: older assessments name it."""

    form = CapabilityForm
    list_display = ("name", "group", "default_priority", "organization", "retired_at")
    list_filter = ("group",)
    list_select_related = ("organization",)
    search_fields = ("name", "description")

    def may(self, actor: Actor) -> bool:
        return can_assess(actor)


@admin.register(Ticket)
class TicketAdmin(ByAction):
    """The platform team's support tickets."""

    form = TicketForm
    list_display = ("external_id", "source", "title", "type", "typed_by", "opened_at", "resolved_at")
    list_filter = ("type", "source", "on_platform")
    search_fields = ("title", "=external_id")

    def may(self, actor: Actor) -> bool:
        return can_record_ticket(actor)


class ItemRows(ReadOnlyRows):
    model = AssessmentItem
    fields = ("capability", "status", "priority", "notes", "evidence_url")


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    """What was stated on a day; a published one is never changed."""

    list_display = ("organization", "assessed_on", "state", "created_by", "published_by", "published_at")
    list_filter = ("state",)
    list_select_related = ("organization",)
    inlines = (ItemRows,)


@admin.register(TicketImport)
class TicketImportAdmin(ReadOnlyAdmin):
    """Files of tickets, and what came of them."""

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
    """What people's words taught, and how well it did on tickets held out."""

    list_display = ("version", "trained_on", "accuracy", "rule_accuracy", "in_use", "trained_at")
    exclude = ("weights",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TicketModel]:
        return super().get_queryset(request).defer("weights")
