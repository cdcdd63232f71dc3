"""The registry's Celery tasks: each calls one action and nothing else."""

from typing import Any

from celery import shared_task
from celery.signals import celeryd_after_setup
from django.conf import settings

from registry.checks.actions import alerts, checks, execution, runs
from registry.data.actions import database_views
from registry.imports.receivers import events as mlflow_events
from registry.imports.receivers import servers as mlflow_servers
from registry.lineage.actions import sending
from registry.serving.actions import alerts as serving_alerts
from registry.serving.actions import approval_links, change_requests, rollouts
from registry.versions.actions import approval_decisions


@celeryd_after_setup.connect
def load_what_checks_compute_with(**_: Any) -> None:
    """Import scipy and the engines before the pool forks: a child that replaces a dead one is ready at once."""
    import scipy.stats  # noqa: F401 - takes seconds; the statistics import it only when they need it

    import registry.compute.kinds.parity.definition_parity
    import registry.compute.sandbox.run  # noqa: F401


@shared_task(name="registry.run_check", max_retries=settings.RUN_ATTEMPTS)
def run_check(run_id: int) -> None:
    """Execute a run; a second delivery finds the run claimed and does nothing."""
    execution.execute(run_id)


@shared_task(name="registry.run_what_is_due")
def run_what_is_due() -> None:
    """Queue a run of every check that is due."""
    checks.run_what_is_due()


@shared_task(name="registry.sweep")
def sweep() -> None:
    """Queue runs again whose worker is gone; fail those without attempts left."""
    runs.sweep()


@shared_task(name="registry.reopen_alerts")
def reopen_alerts() -> None:
    """Reopen alerts whose acknowledgement has expired."""
    alerts.reopen_lapsed()


@shared_task(name="registry.look_after_change_requests")
def look_after_change_requests() -> None:
    """Expire requests that nobody decided in time, remind of changes that wait long, and mail links that wait."""
    change_requests.expire_and_remind()
    approval_decisions.expire_approval_requests()
    approval_links.sweep()


@shared_task(name="registry.mail_approval_link", max_retries=0)
def mail_approval_link(link_id: int) -> None:
    """Mail a link to its approver; a second delivery of the task finds it claimed and does nothing."""
    approval_links.mail_link(link_id)


@shared_task(name="registry.advance_rollouts")
def advance_rollouts() -> None:
    """Take rollout steps that are due, and stop rollouts that must not continue."""
    rollouts.advance_rollouts()


@shared_task(name="registry.follow_for_lineage")
def follow_for_lineage() -> None:
    """Make OpenLineage events of new trainings, gates and deployments, and send those that are due to workers."""
    sending.follow()
    sending.send_what_is_due()


@shared_task(name="registry.send_lineage", max_retries=0)
def send_lineage(delivery_id: int) -> None:
    """Send one OpenLineage event; a second delivery of the task finds it claimed and does nothing."""
    sending.deliver(delivery_id)


@shared_task(name="registry.handle_mlflow_event", max_retries=0)
def handle_mlflow_event(pk: int) -> None:
    """Do what an event of MLflow asks for; a second delivery of the task finds it claimed and does nothing."""
    mlflow_events.handle(pk)


@shared_task(name="registry.sweep_mlflow_events")
def sweep_mlflow_events() -> None:
    """Send events of MLflow again that no worker took."""
    mlflow_events.sweep()


@shared_task(name="registry.import_mlflow_servers")
def import_mlflow_servers() -> None:
    """Import the MLflow servers that belong to a team, those that are due."""
    mlflow_servers.import_servers()


@shared_task(name="registry.look_for_silence")
def look_for_silence() -> None:
    """Open alerts for serving that has not reported for too long; resolve those of versions that serve no more."""
    serving_alerts.look_for_silence()
    serving_alerts.resolve_alerts_of_gone()


@shared_task(name="registry.look_at_views")
def look_at_views() -> None:
    """Read the SQL of the views behind source tables, and add a version where it changed."""
    database_views.look_at_views()
