"""Scheduled work on tokens."""

from celery import shared_task

from platform_site.people.actions import note_expired


@shared_task(name="people.note_expired_tokens")
def note_expired_tokens() -> None:
    """Record the tokens that have expired."""
    note_expired()
