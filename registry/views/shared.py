"""What several pages do: lists in pages, and posts that call an action and go back with a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from platform_site.access import Actor, actor_of
from platform_site.errors import Refusal

PER_PAGE = 50


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page that the reader asked for, or the nearest there is."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def actor(request: HttpRequest) -> Actor:
    """Who is signed in, as actions know them."""
    return actor_of(request.user)


def act_and_return(
    request: HttpRequest, action: Callable[[], Any], *, done: str, to: Any, on_refusal: Any = None
) -> HttpResponse:
    """Call the action, say how it went, and go back. What it refuses is said too."""
    try:
        action()
    except Refusal as refusal:
        for sentence in [fault.message for fault in refusal.faults] or [refusal.message]:
            messages.error(request, sentence)
        return redirect(on_refusal or to)
    messages.success(request, done)
    return redirect(to)
