"""What workers do: each task calls an action and nothing else."""

from celery import shared_task

from platform_site.webhooks.actions import delivering, following


@shared_task(name="webhooks.send_what_is_due")
def send_what_is_due() -> None:
    """Make deliveries of what was recorded, and ask for those that are due."""
    following.follow()
    delivering.send_what_is_due()


@shared_task(name="webhooks.deliver")
def deliver(delivery_id: int) -> None:
    """Send a delivery; whatever is asked for twice finds it taken and does nothing."""
    delivering.deliver(delivery_id)


@shared_task(name="webhooks.tell_owner")
def tell_owner(webhook_id: int) -> None:
    """Tell the owner that a webhook was switched off."""
    delivering.tell_owner(webhook_id)
