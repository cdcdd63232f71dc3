"""The Celery application: `celery -A platform_site worker`."""

import os

from celery import Celery
from celery.signals import heartbeat_sent, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")

app = Celery("plumbline", task_cls="platform_site.roof.late_ack:FreeingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def look_at_the_walls(**_: object) -> None:
    """Find out which walls the sandbox stands behind here, for the page of the workers."""
    from platform_site.roof import workers

    workers.look_at_the_walls()


@worker_ready.connect
@heartbeat_sent.connect
def tell_that_a_worker_lives(**_: object) -> None:
    """Leave a mark that `/readyz` reads; a broker that is away must not stop the worker."""
    from platform_site.roof import workers

    workers.note_worker()
