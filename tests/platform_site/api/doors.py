"""A few endpoints that do what the test asks for, and their urlconf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from django.urls import include, path
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.serializers import StrictSerializer
from platform_site.api.views import Endpoint
from platform_site.audit.api import Events
from platform_site.errors import Fault, Invalid, NotAllowed, NotReady, Refused, Unknown
from platform_site.urls import handler400, handler403, handler404, handler500  # noqa: F401
from platform_site.urls import urlpatterns as of_the_site

BLOCKED = {"decision": "BLOCKED", "conflicts": [{"feature": "orders"}], "ways_out": ["pin"], "status": 999}
RAISED: dict[str, Callable[[], Exception]] = {
    "refused": lambda: Refused("blocked", "The gate is shut.", detail=BLOCKED),
    "invalid": lambda: Invalid([Fault("a.b", "unknown", "No such a."), Fault("c", "missing", "Give c.")]),
    "not-allowed": lambda: NotAllowed("Another team's."),
    "unknown": lambda: Unknown("There is no model eta."),
    "not-ready": lambda: NotReady("away", "The engine is away."),
    "http404": lambda: Http404("model"),
    "permission-denied": PermissionDenied,
    "validation": lambda: exceptions.ValidationError({"a": [{}, {"b": ["Wrong.", "Also wrong."]}], "c": ["Missing."]}),
    "not-found": exceptions.NotFound,
    "throttled": lambda: exceptions.Throttled(wait=7.2),
    "unsupported": lambda: exceptions.UnsupportedMediaType("text/plain"),
    "too-big": lambda: RequestDataTooBig("2.5 MB"),
    "database-locked": lambda: OperationalError("database is locked"),
    "database-closed": lambda: InterfaceError("connection already closed"),
    "out-of-range": lambda: DataError("integer out of range"),
    "bug": lambda: KeyError("secret-in-a-traceback"),
}


class Raising(Endpoint):
    def get(self, request: Request, what: str) -> Response:
        raise RAISED[what]()


class Item(StrictSerializer):
    name = serializers.CharField()
    count = serializers.IntegerField(max_value=9)


class Order(StrictSerializer):
    owner = serializers.CharField()
    items = Item(many=True)


class Counting(Endpoint):
    """Counts how often it was really called; the body says how it ends."""

    calls: list[Any] = []

    def post(self, request: Request) -> Response:
        self.calls.append(request.data)
        ends = request.data.get("ends") if isinstance(request.data, dict) else None
        if ends in RAISED:
            raise RAISED[ends]()
        return Response({"call": len(self.calls), "given": request.data}, status=201)


class Reading(Endpoint):
    def post(self, request: Request) -> Response:
        return Response(self.read(Order).validated_data)


class Approving(Endpoint):
    required_scope = "approve"

    def get(self, request: Request) -> Response:
        return Response({"as": self.actor.name})

    def post(self, request: Request) -> Response:
        return Response({"as": self.actor.name})


doors = [
    path("raising/<str:what>/", Raising.as_view()),
    path("counting/", Counting.as_view()),
    path("reading/", Reading.as_view()),
    path("approving/", Approving.as_view()),
    path("events/", Events.as_view()),
]
urlpatterns = [path("api/v1/", include(doors)), *of_the_site]
