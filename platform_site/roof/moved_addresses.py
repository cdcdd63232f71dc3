"""Redirects for pages that moved, so that bookmarks and links in old messages still work."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

NAME = "([a-z][a-z0-9_]*)"
MOVED = {
    re.compile(old): new
    for old, new in {
        "/registry/features/register/": "/registry/features/+register/",
        "/registry/datasets/add/": "/registry/datasets/+add/",
        f"/registry/models/{NAME}/(graph|serving|serving/change)/": r"/registry/models/\1/+\2/",
        "/organizations/add/": "/organizations/+add/",
    }.items()
}


class MovedMiddleware:
    """Redirect an old address permanently, but only if there is no page at the old one.

    A feature named `register` has its page where the form for a new feature was; that page has priority.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        new = moved_to(request.path_info)
        if new is None:
            return response
        query = request.META.get("QUERY_STRING", "")
        root = request.path.removesuffix(request.path_info)
        return HttpResponsePermanentRedirect(f"{root}{new}?{query}" if query else f"{root}{new}")


def moved_to(path: str) -> str | None:
    """The new address of a page, or None for an address that never moved.

    >>> moved_to("/registry/models/eta/serving/change/")
    '/registry/models/eta/+serving/change/'
    >>> moved_to("/registry/models/eta/v1/")
    """
    for old, new in MOVED.items():
        if match := old.fullmatch(path):
            return match.expand(new)
    return None
