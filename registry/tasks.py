"""What workers do: each task calls one action and nothing else."""

from celery import shared_task
from django.conf import settings

from registry.actions import checks, execution, runs


@shared_task(name="registry.run_check", max_retries=settings.RUN_ATTEMPTS)
def run_check(run_id: int) -> None:
    """Work on a run; whatever is delivered twice finds the run claimed and does nothing."""
    execution.execute(run_id)


@shared_task(name="registry.run_what_is_due")
def run_what_is_due() -> None:
    """Ask for a run of every check whose time has come."""
    checks.run_what_is_due()


@shared_task(name="registry.sweep")
def sweep() -> None:
    """Send again what nobody works on, fail what used its attempts up."""
    runs.sweep()
