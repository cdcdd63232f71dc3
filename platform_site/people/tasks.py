"""Scheduled work on tokens and requests for access."""

from celery import shared_task

from platform_site.people.actions import expire_access_requests, note_expired


@shared_task(name="people.note_expired_tokens")
def note_expired_tokens() -> None:
    """Record the tokens that have expired, and the requests for access that nobody decided in time."""
    note_expired()
    expire_access_requests()
