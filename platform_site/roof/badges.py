"""The counts that the navigation shows beside its places. They come from the apps, so the roof collects them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from registry.serving.queries.change_requests import count_for


def badges(request: HttpRequest) -> dict[str, Callable[[], dict[str, int]]]:
    """Context processor: a function that counts, so that a page without the navigation asks nothing."""
    return {"badges": lambda: counts_of(getattr(request, "user", None))}


def counts_of(user: Any) -> dict[str, int]:
    """For each place with a count, by its URL name, what waits there for this person; one query."""
    if getattr(user, "pk", None) is None:  # nobody is signed in
        return {}
    return {"registry:inbox": count_for(user.pk, user.get_username())}
