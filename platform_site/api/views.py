"""What every endpoint of both rooms is: it reads, asks one action or query, and answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from platform_site.access import Actor, actor_of
from platform_site.api import idempotency


class Endpoint(GenericAPIView):
    """The base of every endpoint. A POST with an `Idempotency-Key` is answered once."""

    ordering_fields: ClassVar[Sequence[str]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    filterset_fields: ClassVar[Any] = ()

    @property
    def actor(self) -> Actor:
        """Who calls, as actions know them."""
        return actor_of(self.request.user)

    def read(self, serializer: Callable[..., BaseSerializer]) -> BaseSerializer:
        """The request's body through a serializer; a malformed one is 400 with every fault."""
        given = serializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        return given

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.idempotent = idempotency.begin(request) if request.method == "POST" else None

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, idempotency.Replay):
            return Response(exc.body, status=exc.status)
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        kept = getattr(self, "idempotent", None)
        if kept is not None:
            idempotency.keep(kept, response)
        return response
