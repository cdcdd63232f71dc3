"""The Celery application: `celery -A platform_site worker`."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    before_task_publish,
    heartbeat_sent,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
    worker_ready,
)

from platform_site.text import correlation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")

app = Celery("plumbline", task_cls="platform_site.roof.late_ack:FreeingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


REQUEST = "plumbline_request"  # the header that carries the id of the request


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Log as the settings say: with any receiver Celery sets up no handlers of its own."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@before_task_publish.connect
def carry_request(headers: dict[str, Any] | None = None, **_: object) -> None:
    """Send the id of the request along, so that the worker's lines carry it too."""
    from platform_site.roof import tracing

    if headers is None:
        return
    if correlation.request_id.get():
        headers[REQUEST] = correlation.request_id.get()
    tracing.inject(headers)


@task_prerun.connect
def take_request(task: Any = None, **_: object) -> None:
    """Work for the request that sent the task; for none, when the scheduler did."""
    from platform_site.roof import tracing

    headers = task.request.headers or {}
    task.request.plumbline_request = correlation.request_id.set(correlation.cleaned(str(headers.get(REQUEST, ""))))
    task.request.plumbline_span = tracing.begin_task(task.name, headers)


@task_postrun.connect
def leave_request(task: Any = None, state: str | None = None, **_: object) -> None:
    """The next task works for somebody else; whoever called this one in the same process goes on as they were."""
    from platform_site.roof import tracing

    tracing.end_task(task.request.plumbline_span, state or "")
    correlation.request_id.reset(task.request.plumbline_request)


@worker_init.connect
@beat_init.connect
def require_audit_key(**_: object) -> None:
    """Do not start with a key that does not fit the audit log."""
    from platform_site.roof import start

    start.require_audit_key()


@worker_ready.connect
def probe(**_: object) -> None:
    """Find out what is reached from here and which protections the sandbox has, for the page of the workers."""
    from platform_site.roof import workers

    workers.probe()


@worker_ready.connect
@heartbeat_sent.connect
def note_heartbeat(**_: object) -> None:
    """Note that this worker lives, for `/readyz`; a broker that is away must not stop the worker.

    While the scheduler is silent, send what is due in its place.
    """
    from platform_site.roof import workers
    from platform_site.roof.watched import beat

    if workers.note_worker():
        beat.stand_in()
