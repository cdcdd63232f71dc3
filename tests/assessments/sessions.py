"""Two database sessions: one works on what the other has written and not yet committed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from platform_site.errors import Refusal


def during(change: Callable[[], Any], action: Callable[[], Any]) -> Any:
    """Begin the action while the change is written and not yet committed; what it returns, or the refusal it raised."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            change()
            outcome = pool.submit(_in_its_own_session, action)
            with pytest.raises(TimeoutError):
                outcome.result(timeout=0.7)
        return outcome.result(timeout=30)


def _in_its_own_session(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except Refusal as refusal:
        return refusal
    finally:
        connection.close()
