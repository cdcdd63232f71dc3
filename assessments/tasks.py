"""The tasks of workers: each calls one action and nothing else."""

from celery import shared_task
from django.conf import settings

from assessments.health.actions import exemptions, health_alerts
from assessments.initiatives.actions import following
from assessments.review.actions import mails
from assessments.tickets.actions import import_runs, label_models, trackers


@shared_task(name="assessments.import_tickets", max_retries=settings.RUN_ATTEMPTS)
def import_tickets(import_id: int) -> None:
    """Read and store a confirmed file of tickets."""
    import_runs.execute(import_id)


@shared_task(name="assessments.sweep_imports")
def sweep_imports() -> None:
    """Send imports again whose worker is gone, and fail those without attempts left."""
    import_runs.sweep()


@shared_task(name="assessments.learn_ticket_types")
def learn_ticket_types() -> None:
    """Train on the labels that people set since the last time."""
    label_models.learn()


@shared_task(name="assessments.remind_of_initiatives")
def remind_of_initiatives() -> None:
    """Record which initiatives are due soon or late; webhooks carry it."""
    following.remind()


@shared_task(name="assessments.remind_of_exemptions")
def remind_of_exemptions() -> None:
    """Record which exemptions end soon or are over; webhooks carry it."""
    exemptions.remind()


@shared_task(name="assessments.watch_figures")
def watch_figures() -> None:
    """Compare score, ticket load and active teams with what they were; webhooks carry what got worse."""
    health_alerts.watch_figures()


@shared_task(name="assessments.queue_review_mails")
def queue_review_mails() -> None:
    """Make the digests of the review that are due."""
    mails.queue_due()


@shared_task(name="assessments.sweep_review_mails")
def sweep_review_mails() -> None:
    """Send digests again that wait or whose worker is gone."""
    mails.sweep()


@shared_task(name="assessments.send_review_mail")
def send_review_mail(mail_id: int) -> None:
    """Send a digest; a second message for it does nothing."""
    mails.send(mail_id)


@shared_task(name="assessments.queue_tracker_syncs")
def queue_tracker_syncs() -> None:
    """Queue the readings of trackers that are due, and those whose worker is gone."""
    trackers.queue_due()


@shared_task(name="assessments.sync_tracker", max_retries=settings.RUN_ATTEMPTS)
def sync_tracker(sync_id: int) -> None:
    """Read a tracker from where it was left; a second message for it does nothing."""
    trackers.sync(sync_id)
