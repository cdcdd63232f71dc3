"""Pages of the whole site: the workers, settings and help, and Django's own error pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.views import defaults
from django.views.decorators.http import require_safe

from platform_site.api.problems import for_request
from platform_site.navigation import site_map
from platform_site.pages import actor
from platform_site.roof import readiness, workers
from platform_site.text import correlation
from registry.checks.queries import checks
from registry.compute.sandbox.probe import EVERY_WALL

API = "/api/"


@require_safe
def worker_list(request: HttpRequest) -> HttpResponse:
    """The workers and their sandboxes, the runs by state, and which part of the installation is not ready."""
    heartbeats = [
        mark | {"at": datetime.fromtimestamp(mark["at"], UTC), "reached": _reached(mark)}
        for mark in workers.recent_workers()
    ]
    context = {
        "workers": heartbeats,
        "every_wall": EVERY_WALL,
        "parts": readiness.parts_now().items(),
        "states": checks.states(),
        "again": checks.tried_again()[:10],
    }
    return render(request, "workers.html", context)


def _reached(mark: dict[str, Any]) -> list[tuple[str, str]]:
    """The data roots and connections of a worker's host, each with `ok` or why it is not reached."""
    return [*mark.get("roots", {}).items(), *mark.get("connections", {}).items()]


@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    """The ways to what this person may set."""
    return render(request, "hub.html", _hub(site_map.SETTINGS, request))


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """The guide, the API and the keys."""
    return render(request, "hub.html", _hub(site_map.HELP, request) | {"keys": True})


def _hub(hub: site_map.Page, request: HttpRequest) -> dict[str, Any]:
    def open_to_reader(pages: Iterable[site_map.Page]) -> list[site_map.Page]:
        return [page for page in pages if page.may is None or page.may(actor(request))]

    ways = [{"page": page, "under": open_to_reader(page.pages)} for page in open_to_reader(hub.pages)]
    return {"hub": hub, "ways": ways}


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if request.path_info.startswith(API):
        return for_request(request, 404, "not_found", f"There is nothing at {request.path}.")
    return defaults.page_not_found(request, exception)


def crashed(request: HttpRequest) -> HttpResponse:
    """500: the traceback goes to the log, never to the reader."""
    if request.path_info.startswith(API):
        return for_request(request, 500, "crashed", "Internal error of Plumbline. The server's log has the details.")
    page = loader.get_template("500.html").render({"request_id": correlation.request_id.get()})
    return HttpResponseServerError(page)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if request.path_info.startswith(API):
        return for_request(request, 403, "not_allowed", "You may not do this.")
    return defaults.permission_denied(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if request.path_info.startswith(API):
        return for_request(request, 400, "malformed", "The request cannot be read.")
    return defaults.bad_request(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose page is too old, or a request from another site."""
    if request.path_info.startswith(API):
        return for_request(request, 403, "csrf", f"{reason} Send the CSRF token, or call with a bearer token.")
    return render(request, "errors/csrf.html", {"reason": reason}, status=403)
