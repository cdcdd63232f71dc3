"""The counts beside the entries of the navigation. They come from the apps, so the roof collects them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from platform_site.audit.until_changed import UntilChanged
from registry.checks.queries.checks import open_alerts
from registry.serving.queries.change_requests import count_for

SHOWN_FOR = timedelta(minutes=1)
# What begins like this neither opens nor resolves an alert, nor asks for a decision, nor changes who may decide.
QUIET = (
    "adoption", "assessment.", "check_run.", "dataset.", "decisions.", "gate.decided", "initiative.", "postmortem.",
    "regulator_pack.", "review.", "serving.reported", "ticket", "token.", "training_runs.", "user.signed_", "webhook.",
)  # fmt: skip


def badges(request: HttpRequest) -> dict[str, Callable[[], dict[str, int]]]:
    """Context processor: a function that counts, so that a page without the navigation runs no query."""
    return {"badges": lambda: _counted_once(request)}


def _counted_once(request: HttpRequest) -> dict[str, int]:
    if not hasattr(request, "_badges"):
        user: Any = getattr(request, "user", None)
        request._badges = counts_now(user.pk, user.get_username()) if getattr(user, "pk", None) else {}  # type: ignore[attr-defined]
    counts: dict[str, int] = request._badges  # type: ignore[attr-defined]
    return counts


def counts_of(user: Any) -> dict[str, int]:
    """How much waits for this person at each page with a count, by URL name; two queries."""
    if getattr(user, "pk", None) is None:  # nobody is signed in
        return {}
    return _counts(user.pk, user.get_username())[0]


def _counts(pk: int, name: str) -> tuple[dict[str, int], datetime]:
    """The counts, and until when they may be shown: what expires by itself leaves them within that time."""
    counts = {"registry:inbox": count_for(pk, name), "registry:alerts": open_alerts().count()}
    return counts, timezone.now() + SHOWN_FOR


counts_now = UntilChanged(_counts, quiet=QUIET)
