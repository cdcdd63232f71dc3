"""Answers are for whoever asked: no cache keeps them, unless a view says otherwise."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PUBLIC = frozenset({"gate_script"})  # open to everybody, and fetched again with its ETag


class NoStoreMiddleware:
    """Say `Cache-Control: no-store` on every answer that says nothing of caching. Static files are answered before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        match = request.resolver_match
        if not answer.has_header("Cache-Control") and (match is None or match.url_name not in PUBLIC):
            answer["Cache-Control"] = "no-store"
        return answer
