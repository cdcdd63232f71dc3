"""The bases of every endpoint: it reads the request, calls one action or query, and answers.

`Read` answers one record, `ReadAll` a short list at once, `ListEndpoint` a long one in pages; `verbs.Verb` decorates
the methods that change something. An endpoint states what is its own: the query or action, serializers, docstring.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.db.models import QuerySet
from django_filters import FilterSet
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.encoders import JSONEncoder

from platform_site import idempotency
from platform_site.access import Actor, actor_of
from platform_site.api import filters
from platform_site.api.problems import CONTENT_TYPE
from platform_site.models import KeyedAnswer

if TYPE_CHECKING:
    from platform_site.people.models import User


class Endpoint(GenericAPIView):
    """The base of every endpoint. A POST with an `Idempotency-Key` is answered once.

    The fields named by `shown_once` are stored nowhere: the same request again gets them empty.
    The operation ids of the OpenAPI document are the noun, by default the first word of the path, and a verb: for GET
    `get_verb`, for the others the name of their `Verb`. `parameters` are those of GET, `shared_parameters` of every method.
    """

    noun: ClassVar[str] = ""
    get_verb: ClassVar[str] = "read"
    parameters: ClassVar[Sequence[Any]] = ()
    shared_parameters: ClassVar[Sequence[Any]] = ()
    input_class: ClassVar[type[BaseSerializer] | None] = None
    shown_once: ClassVar[Sequence[str]] = ()
    idempotent: KeyedAnswer | None = None

    @property
    def serializer(self) -> Any:
        """The class that serializes an answer."""
        return self.serializer_class

    @property
    def actor(self) -> Actor:
        """Who calls, as actions know them."""
        return actor_of(self.request.user)

    @cached_property
    def input(self) -> BaseSerializer[Any]:
        """The body, read by the serializer that the method's `Verb` takes. 400 with every fault."""
        handler = getattr(self, str(self.request.method).lower())
        return self.read(cast("Callable[..., BaseSerializer[Any]]", handler.operation.takes or self.input_class))

    @property
    def body(self) -> Any:
        """The validated values of the body."""
        return self.input.validated_data

    def read(self, serializer: Callable[..., BaseSerializer]) -> BaseSerializer:
        """The request's body through a serializer; a malformed one is 400 with every fault."""
        as_written = type(self.request.data) in (dict, list)
        loaded = serializer(data=self.request.data, context={"as_written": as_written})
        loaded.is_valid(raise_exception=True)
        return loaded

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.idempotent = idempotent(request) if request.method == "POST" else None

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, idempotency.Replay):
            return Response(exc.body, status=exc.status, content_type=CONTENT_TYPE if exc.status >= 400 else None)
        try:
            return super().handle_exception(exc)
        except Exception:  # a bug, which Django logs: the same request may be made again
            if self.idempotent is not None:
                idempotency.forget(self.idempotent)
            raise

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.idempotent is not None:
            idempotency.keep(self.idempotent, response.status_code, json.dumps(self._kept(response), cls=JSONEncoder))
        return response

    def _kept(self, response: Response) -> Any:
        data = response.data
        return data | {name: "" for name in self.shown_once if name in data} if isinstance(data, dict) else data


class Read(Endpoint):
    """GET answers `content` through `serializer_class`."""

    many: ClassVar[bool] = False

    # What is answered, before it is serialized. Each endpoint's method takes the values of its own path.
    content: ClassVar[Callable[..., Any]]

    def get(self, request: Request, **path: Any) -> Response:
        return Response(self.serializer(self.content(**path), many=self.many).data)


class ReadAll(Read):
    """GET answers a short list whole: no pages, no filters."""

    many = True
    get_verb = "list"
    pagination_class = None
    filter_backends = ()


class ListEndpoint(ListModelMixin, Endpoint):
    """An endpoint that lists ``rows``, in pages, filtered, searched and ordered by what it names and by nothing else."""

    ordering_fields: ClassVar[Sequence[str]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    filterset_class: ClassVar[type[FilterSet] | None] = None
    other_parameters: ClassVar[Sequence[str]] = ()
    get_verb = "list"

    def get(self, request: Request, **path: Any) -> Response:
        return self.list(request)

    def rows(self) -> QuerySet[Any]:
        """What a list endpoint lists."""
        raise NotImplementedError(f"{type(self).__name__} lists nothing.")

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):  # the schema is made without a request: only the model counts
            return self.serializer.Meta.model.objects.none()
        return self.rows()

    def list(self, request: Request) -> Response:
        known = {"page", "page_size", "ordering", "search", *getattr(self.filterset_class, "base_filters", ())}
        known |= set(self.other_parameters)
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            sentence = f"This list has no such parameter. Choose from {', '.join(sorted(known))}."
            raise ValidationError({name: [ErrorDetail(sentence, "unknown_parameter")] for name in unknown})
        if faults := filters.faults(self.filterset_class, request.query_params):
            raise ValidationError(faults)
        return super().list(request)


def idempotent(request: Request) -> KeyedAnswer | None:
    """The record of a request with an idempotency key; None without one."""
    key = request.headers.get(idempotency.HEADER)
    if key is None:
        return None
    user, http = cast("User", request.user), request._request
    return idempotency.begin(user, key, method=str(http.method), path=http.get_full_path(), body=http.body)
