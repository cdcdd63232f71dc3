"""The Celery application: `celery -A platform_site worker`."""

import os

from celery import Celery
from celery.signals import heartbeat_sent, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")

app = Celery("plumbline", task_cls="platform_site.roof.late_ack:FreeingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def probe_sandbox(**_: object) -> None:
    """Find out which protections the sandbox has on this machine, for the page of the workers."""
    from platform_site.roof import workers

    workers.probe_sandbox()


@worker_ready.connect
@heartbeat_sent.connect
def note_heartbeat(**_: object) -> None:
    """Note that this worker lives, for `/readyz`; a broker that is away must not stop the worker."""
    from platform_site.roof import workers

    workers.note_worker()
