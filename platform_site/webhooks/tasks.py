"""The tasks of webhooks; they only call actions."""

from celery import shared_task

from platform_site.webhooks.actions import audit_feed, deliveries


@shared_task(name="webhooks.send_what_is_due")
def send_what_is_due() -> None:
    """Make deliveries of new events, and send those that are due to workers."""
    audit_feed.follow()
    deliveries.send_what_is_due()


@shared_task(name="webhooks.deliver")
def deliver(delivery_id: int) -> None:
    """Send a delivery; a second message for it does nothing."""
    deliveries.deliver(delivery_id)


@shared_task(name="webhooks.tell_owner")
def tell_owner(webhook_id: int) -> None:
    """Mail the owner that a webhook was switched off."""
    deliveries.tell_owner(webhook_id)
