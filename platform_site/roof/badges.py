"""The counts beside the entries of the navigation. They come from the apps, so the roof collects them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from registry.checks.queries.checks import open_alerts
from registry.serving.queries.change_requests import count_for


def badges(request: HttpRequest) -> dict[str, Callable[[], dict[str, int]]]:
    """Context processor: a function that counts, so that a page without the navigation runs no query."""
    return {"badges": lambda: _counted_once(request)}


def _counted_once(request: HttpRequest) -> dict[str, int]:
    if not hasattr(request, "_badges"):
        request._badges = counts_of(getattr(request, "user", None))  # type: ignore[attr-defined]
    counts: dict[str, int] = request._badges  # type: ignore[attr-defined]
    return counts


def counts_of(user: Any) -> dict[str, int]:
    """How much waits for this person at each page with a count, by URL name; two queries."""
    if getattr(user, "pk", None) is None:  # nobody is signed in
        return {}
    return {
        "registry:inbox": count_for(user.pk, user.get_username()),
        "registry:alerts": open_alerts().count(),
    }
