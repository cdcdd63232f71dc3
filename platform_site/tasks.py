"""The site's own housekeeping."""

from celery import shared_task
from django.conf import settings

from platform_site.audit.heads import note_head, send_head
from platform_site.roof.retention.prune import prune as delete_old_rows


@shared_task(name="platform_site.prune")
def prune() -> None:
    """Delete what is past its retention."""
    delete_old_rows()


@shared_task(name="platform_site.note_audit_head")
def note_audit_head() -> None:
    """Note the head of the audit chain outside the database, for `verify_audit --heads`, and send it."""
    note_head(settings.AUDIT_HEADS_FILE)
    send_audit_head()


@shared_task(name="platform_site.send_audit_head")
def send_audit_head() -> None:
    """Send the head of the audit chain to AUDIT_HEADS_URL, if it is set."""
    if settings.AUDIT_HEADS_URL:
        send_head(settings.AUDIT_HEADS_URL, settings.AUDIT_HEADS_SECRET)
