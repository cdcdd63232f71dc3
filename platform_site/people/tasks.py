"""What people's tokens need from the scheduler."""

from celery import shared_task

from platform_site.people.actions import note_expired


@shared_task(name="people.note_expired_tokens")
def note_expired_tokens() -> None:
    """Put the tokens on record whose time is over."""
    note_expired()
