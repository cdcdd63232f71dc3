"""Errors of the API: always application/problem+json (RFC 9457), with every fault at once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from platform_site.api.parsing import TooLarge
from platform_site.errors import Fault, Refusal
from platform_site.text import correlation

CONTENT_TYPE = "application/problem+json"
AWAY = "The database does not answer. Try again in a moment."
OUT_OF_RANGE = "A value is too long or too large to be stored."
MET = (
    "Another request made the same change at the same moment. Read the record again, then repeat what is still missing."
)
MOST_ERRORS = 100
logger = logging.getLogger(__name__)
RESERVED = {"type", "title", "status", "code", "errors", "request_id"}


def problem(
    status: int, code: str, detail: str, *, faults: list[Fault] | None = None, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The body of an error. ``more`` has the members that a refusal adds, such as a gate's conflicts."""
    faults = faults or []
    if len(faults) > MOST_ERRORS:
        detail = f"There are {len(faults):,} faults; `errors` has the first {MOST_ERRORS}. {faults[0].message}"
    extra = {name: value for name, value in (more or {}).items() if name not in RESERVED}
    origin = {"request_id": correlation.request_id.get()} if correlation.request_id.get() else {}
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "errors": [fault._asdict() for fault in faults[:MOST_ERRORS]],
    }
    return extra | body | origin


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception of an endpoint into a response; None for a bug, which Django then logs. DRF calls it."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge("The body is too large.")
    elif isinstance(error, exceptions.UnsupportedMediaType):
        error = exceptions.UnsupportedMediaType("", f"{error.detail} {_usage(context)}".strip())
    body, headers = _body(error)
    if body is None:
        return None
    set_rollback()
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _usage(context: dict[str, Any]) -> str:
    """How a body is sent to the endpoint that was called."""
    parsers = getattr(context.get("view"), "parser_classes", ())
    return " ".join(parser.usage for parser in parsers if hasattr(parser, "usage"))


def _body(error: Exception) -> tuple[dict[str, Any] | None, dict[str, str]]:
    if isinstance(error, Refusal):
        return problem(error.status, error.code, error.message, faults=list(error.faults), more=error.detail), {}
    if isinstance(error, OperationalError | InterfaceError):
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "database_away", AWAY), {"Retry-After": "5"}
    if isinstance(error, IntegrityError):
        logger.warning("Two requests met: %s", error)
        return problem(HTTPStatus.CONFLICT, "conflict", MET), {}
    if isinstance(error, DataError):  # whatever a serializer let through, PostgreSQL does not
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "out_of_range", OUT_OF_RANGE), {}
    if isinstance(error, exceptions.ValidationError):
        faults = list(_faults(error.get_full_details()))
        return problem(400, "malformed", _named(faults), faults=faults), {}
    if isinstance(error, exceptions.APIException):
        return problem(error.status_code, _code(error), str(error.detail)), _headers(error)
    return None, {}


def _named(faults: Sequence[Fault]) -> str:
    """The faults as one text that names their fields, each sentence once.

    >>> _named([Fault("name", "required", "It is required."), Fault("team", "required", "It is required.")])
    'name, team: It is required.'
    """
    fields: dict[str, list[str]] = {}
    for fault in faults:
        fields.setdefault(fault.message, []).append(fault.field)
    return " ".join(f"{', '.join(dict.fromkeys(names))}: {sentence}" for sentence, names in list(fields.items())[:10])


def _code(error: exceptions.APIException) -> str:
    code = error.get_codes()
    return code if isinstance(code, str) else error.default_code


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(wait)  # whole seconds already
    return headers


def _faults(details: Any, path: str = "") -> Iterator[Fault]:
    """DRF's nested details as a flat list, fields joined by dots."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield Fault(path or "body", str(details["code"]), str(details["message"]))
    elif isinstance(details, dict):
        for name, inner in details.items():
            here = "" if name == "non_field_errors" else str(name)
            yield from _faults(inner, ".".join(part for part in (path, here) if part))
    elif isinstance(details, list):
        for inner in details:
            yield from _faults(inner, path)


def for_request(request: HttpRequest, status: int, code: str, detail: str) -> JsonResponse:
    """The same shape where Django answers before DRF does: unknown paths, crashes."""
    return JsonResponse(problem(status, code, detail), status=status, content_type=CONTENT_TYPE)
