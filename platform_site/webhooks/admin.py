"""Webhooks in the admin, read-only and without their secrets."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from platform_site.access import actor_of, can_manage_webhooks
from platform_site.admin import ReadOnlyAdmin, ReadOnlyRows
from platform_site.webhooks.models import Delivery, DeliveryAttempt, HeldEvent, QuietHours, Webhook


class ForLeads(ReadOnlyAdmin):
    """Visible to leads and administrators only, as on the pages."""

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_view_permission(request, obj) and can_manage_webhooks(actor_of(request.user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(Webhook)
class WebhookAdmin(ForLeads):
    """Every webhook, newest first."""

    list_display = ("id", "shown_url", "kind", "severity", "owner", "active", "failures")
    list_filter = ("kind", "severity", "active")
    list_select_related = ("person",)
    exclude = ("sealed_url", "sealed_secret")


class Attempts(ReadOnlyRows):
    model = DeliveryAttempt
    fields = ("number", "at", "milliseconds", "status", "answer", "error")


@admin.register(Delivery)
class DeliveryAdmin(ForLeads):
    """Every delivery with its attempts, newest first."""

    list_display = ("id", "webhook", "event", "subject", "state", "attempt_count", "created_at")
    list_filter = ("state",)
    list_select_related = ("webhook",)
    search_fields = ("=event", "=subject")
    exclude = ("token",)
    inlines = (Attempts,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).select_related("webhook")


@admin.register(HeldEvent)
class HeldEventAdmin(ForLeads):
    """What waits for the end of somebody's quiet hours."""

    list_display = ("id", "webhook", "event", "subject", "severity", "until")
    list_select_related = ("webhook",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[HeldEvent]:
        return super().get_queryset(request).select_related("webhook")


@admin.register(QuietHours)
class QuietHoursAdmin(ForLeads):
    """Everybody's quiet hours."""

    list_display = ("person", "begins", "ends", "time_zone")
    list_select_related = ("person",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuietHours]:
        return super().get_queryset(request).select_related("person")
