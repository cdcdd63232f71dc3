"""The site's own housekeeping."""

from celery import shared_task

from platform_site import idempotency


@shared_task(name="platform_site.forget_old_answers")
def forget_old_answers() -> None:
    """Forget the answers to keyed requests that are older than a day."""
    idempotency.forget_old()
