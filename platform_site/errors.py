"""Refusals: what an action raises when a rule does not allow it, and how a page shows that.

Domain functions return verdicts; actions turn a failed one into one of these; the API renders them as problem+json
(`platform_site.api.problems`), a page as a message or a fragment (`RefusalMiddleware`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


class Fault(NamedTuple):
    """One thing wrong with the input: the field, a stable code, and a sentence."""

    field: str
    code: str
    message: str


class Refusal(Exception):
    """Why an action did not happen: a stable ``code``, a ``message`` for people, every fault, and ``detail`` as JSON values."""

    status = HTTPStatus.CONFLICT

    def __init__(
        self, code: str, message: str, *, faults: Iterable[Fault] = (), detail: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message = code, message
        self.faults, self.detail = tuple(faults), dict(detail or {})

    @property
    def headline(self) -> str:
        """The message, unless it only says what the faults say."""
        return "" if self.message == " ".join(fault.message for fault in self.faults) else self.message


class Refused(Refusal):
    """A rule does not allow it: a gate, immutability, a stale approval (409)."""


class Invalid(Refusal):
    """The request is well-formed but its values are not valid (422); ``faults`` says what to change."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, faults: Iterable[Fault], *, code: str = "invalid", message: str = "") -> None:
        faults = tuple(faults)
        super().__init__(code, message or " ".join(fault.message for fault in faults), faults=faults)


class NotAllowed(Refusal):
    """This person may not do this (403)."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, message: str, *, code: str = "not_allowed") -> None:
        super().__init__(code, message)


class Unknown(Refusal):
    """What the request names does not exist, or may not be seen (404)."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, message: str, *, code: str = "not_found") -> None:
        super().__init__(code, message)


class NotReady(Refusal):
    """A part that the request needs is not available; try again later (503)."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


def check_record(instance: Model) -> None:
    """Raise Invalid with every fault that a record's own fields and constraints find."""
    try:
        instance.full_clean()
    except ValidationError as error:
        faults = [
            Fault("" if field == "__all__" else field, "invalid", message)
            for field, messages in error.message_dict.items()
            for message in messages
        ]
        raise Invalid(faults) from error


class Explanation(NamedTuple):
    """What a refusal's page says beside the refusal: its title, what happened, and who can help."""

    title: str
    happened: str
    help: str


EXPLANATIONS = {
    HTTPStatus.FORBIDDEN: Explanation(
        "You may not do this",
        "Your roles and teams do not allow it.",
        "An administrator changes roles and teams; your account page shows those that you have.",
    ),
    HTTPStatus.NOT_FOUND: Explanation(
        "Not found",
        "Nothing has this address, or you may not see it.",
        "The search finds what has another name now; whoever gave you the address can tell you more.",
    ),
    HTTPStatus.CONFLICT: Explanation(
        "Refused by a rule",
        "The records do not allow it as they are now.",
        "The team that owns the record can change it; a lead can tell you who may decide.",
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Explanation(
        "Some values are not valid",
        "The address or the form has values that cannot be used.",
        "Go back, correct what is named here, and send it again. The guide explains the terms.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Explanation(
        "Not available now",
        "A part of Plumbline that this needs does not answer.",
        "Try again in a minute. The page Workers shows which part is down, for your administrator.",
    ),
}


class RefusalMiddleware:
    """Show a refusal that a view did not handle: as a page, or as a fragment for htmx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        template = "ui/forms/refusal.html" if getattr(request, "htmx", False) else "errors/refusal.html"
        explanation = EXPLANATIONS.get(exception.status, EXPLANATIONS[HTTPStatus.CONFLICT])
        context = {"refusal": exception, "explanation": explanation, "back": _page_before(request)}
        return render(request, template, context, status=exception.status)


def _page_before(request: HttpRequest) -> str:
    """The page of this site that the reader came from; empty where there is none."""
    before = request.META.get("HTTP_REFERER", "")
    is_ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    return before if is_ours and before != request.build_absolute_uri() else ""
