"""What workers do: each task calls one action and nothing else."""

from celery import shared_task
from django.conf import settings

from assessments.tickets.actions import import_runs, label_models


@shared_task(name="assessments.import_tickets", max_retries=settings.RUN_ATTEMPTS)
def import_tickets(import_id: int) -> None:
    """Read and store a confirmed file of tickets."""
    import_runs.execute(import_id)


@shared_task(name="assessments.sweep_imports")
def sweep_imports() -> None:
    """Send again what nobody works on, fail what used its attempts up."""
    import_runs.sweep()


@shared_task(name="assessments.learn_ticket_types")
def learn_ticket_types() -> None:
    """Learn from what people said since the last time."""
    label_models.learn()
