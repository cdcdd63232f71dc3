"""Send a task once the transaction is committed. The row is the truth: what is not sent now, the sweep sends again.

The application is the one that `platform_site/celery.py` makes the default of the process; the roof loads it at start.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app as app
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)


def after_commit(task: str, *arguments: Any, soon: bool = False) -> None:
    """Send the named task after the surrounding transaction commits; a broker that is away costs nothing but time."""
    transaction.on_commit(lambda: send(task, *arguments, soon=soon), robust=True)


def send(task: str, *arguments: Any, soon: bool = False) -> bool:
    """Send now, ahead of what waits if `soon`; return whether the broker took it."""
    priority = settings.SOON if soon else settings.IN_TURN
    try:
        app.send_task(task, args=arguments, priority=priority, retry=False)
    except Exception as error:  # kombu and redis raise a dozen unrelated types when the broker is away
        log.warning("the broker did not take %s%r (%s); the sweep will send it again", task, arguments, error)
        return False
    return True
