"""Scheduled work on tokens and requests for access."""

from celery import shared_task

from platform_site.people.actions import expire_access_requests, note_expired
from platform_site.people.actions.door import forget_failures


@shared_task(name="people.note_expired_tokens")
def note_expired_tokens() -> None:
    """Record the tokens that have expired, and the requests for access that nobody decided in time; forget old
    attempts to come in."""
    note_expired()
    expire_access_requests()
    forget_failures()
