"""POST, PUT, PATCH and DELETE of an endpoint: read the body, call one action, answer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.response import Response


@dataclass(frozen=True, kw_only=True)
class Verb:
    """Decorates the method of an endpoint that changes something, and describes it to the OpenAPI document.

    The method gets the values of the path and reads the body from `self.body`. What it returns is answered through
    ``gives`` (the endpoint's `serializer_class` when left out) with ``status``; a response is answered as it is.
    The operation id is the endpoint's noun and ``name``; summary and description are the docstring of the method, or
    of the class where the method has none.
    """

    name: str = field(kw_only=False)
    takes: Callable[..., Any] | None = None  # the serializer of the body; the endpoint's `input_class` when left out
    shape: Any = None  # what the document shows as the body, where that is not the serializer itself
    gives: Callable[..., Any] | None = None
    many: bool = False  # a list of what ``gives`` serializes
    status: int | tuple[int, ...] = 200  # the first is used; a method that answers by another one returns a response
    answers: Mapping[int | tuple[int, str], Any] | None = None  # the answers, where not one shape for each status
    examples: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def handler(view: Any, request: Any, **path: Any) -> HttpResponseBase:
            result = method(view, **path)
            return result if isinstance(result, HttpResponseBase) else self._response(view, result)

        handler.operation = self  # type: ignore[attr-defined] # read by `Endpoint.input` and the OpenAPI document
        return handler

    def request_of(self, view: Any) -> Any:
        """What the document shows as the body; None where there is no body."""
        return self.shape or self.takes or view.input_class

    def responses_of(self, view: Any) -> Mapping[Any, Any]:
        """What the document shows as answers, by status."""
        if self.answers is not None:
            return self.answers
        serializer = self.gives or view.serializer_class
        shown = serializer(many=True) if self.many else serializer
        return {status: None if status == 204 else shown for status in self._statuses}

    @property
    def _statuses(self) -> tuple[int, ...]:
        return self.status if isinstance(self.status, tuple) else (self.status,)

    def _response(self, view: Any, result: Any) -> Response:
        status = self._statuses[0]
        if status == 204:
            return Response(status=status)
        serializer = self.gives or view.serializer_class
        return Response(serializer(result, many=True).data if self.many else serializer(result).data, status=status)
