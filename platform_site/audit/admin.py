"""The audit log in the admin, read-only."""

from __future__ import annotations

from django.contrib import admin

from platform_site.admin import ReadOnlyAdmin
from platform_site.audit.models import AuditEvent
from platform_site.audit.paging import EventPaginator


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Every event, newest first."""

    paginator = EventPaginator
    list_display = ("sequence", "at", "actor", "action", "subject")
    search_fields = ("=subject", "=actor", "=action")
