"""The first middleware: each request has an id, which its answer, its log lines and its tasks carry, and one line in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from platform_site.text import correlation

QUIET = frozenset({"healthz", "readyz", "metrics"})  # asked all the time, and their answers say it all
LONGEST_PATH = 200
log = logging.getLogger(__name__)


class RequestLogMiddleware:
    """Take the id that the caller sent, or make one; log the request when it is answered, a crash but for its traceback."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        sent = correlation.cleaned(request.headers.get(correlation.HEADER, ""))
        token = correlation.request_id.set(sent or correlation.new_id())
        try:
            answer = self.get_response(request)
            answer[correlation.HEADER] = correlation.request_id.get()
            if _matters(request, answer):
                _log(request, answer.status_code, time.monotonic() - began)
            return answer
        finally:
            correlation.request_id.reset(token)


def _matters(request: HttpRequest, answer: HttpResponse) -> bool:
    """Django logs what failed by itself; probes, scrapes and static files are not logged."""
    failed = answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    return not (failed or _route(request) in QUIET or request.path.startswith(settings.STATIC_URL))


def _route(request: HttpRequest) -> str:
    """The pattern of the address, without what stands in it: an address may be the secret of a link."""
    match = request.resolver_match
    if match is None:  # it was refused before its address was looked up
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return ""
    return match.route


def _log(request: HttpRequest, status: int, seconds: float) -> None:
    milliseconds = round(1000 * seconds)
    route = _route(request) or repr(request.path[:LONGEST_PATH])[1:-1]
    fields = {"method": request.method, "route": route, "status": status, "duration_ms": milliseconds}
    log.info("%s %s %d in %d ms", request.method, route or "/", status, milliseconds, extra={"fields": fields})
