"""Traces for OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT names a collector and its packages are installed.

They are an extra (docs/operations/monitoring.md): without them, or without the variable, nothing here does anything. A span for each
request and each task, the task a child of the request that sent it; the ids of both are on the spans as in the log.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, MutableMapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from platform_site.text import correlation

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
PACKAGES = "opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"
QUIET = frozenset({"healthz", "readyz", "metrics"})
log = logging.getLogger(__name__)


def why_not() -> str:
    """Why nothing is traced although a collector is named; empty where it is, or where none is named."""
    if not os.environ.get(ENDPOINT):
        return ""
    try:
        import opentelemetry.exporter.otlp.proto.http.trace_exporter
        import opentelemetry.sdk.trace  # noqa: F401
    except ImportError as error:
        return f"{ENDPOINT} is set, and nothing is traced: {error}. Install {PACKAGES}, or remove the variable."
    return ""


@cache
def tracer() -> Any:
    """The tracer of this process, made when it is first needed: after a fork, since a thread of it sends. None: no traces."""
    if not os.environ.get(ENDPOINT):
        return None
    if problem := why_not():
        log.warning(problem)
        return None
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    os.environ.setdefault("OTEL_SERVICE_NAME", "plumbline")
    provider = TracerProvider(resource=Resource.create())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return trace.get_tracer("plumbline")


class TracingMiddleware:
    """A span for each request but probes and scrapes, named by its route: an address may be the secret of a link."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        made = tracer()
        if made is None or request.path_info.strip("/") in QUIET:
            return self.get_response(request)
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind, Status, StatusCode

        parent = extract({"traceparent": request.headers.get("traceparent", "")})
        with made.start_as_current_span(str(request.method), context=parent, kind=SpanKind.SERVER) as span:
            answer = self.get_response(request)
            route = request.resolver_match.route if request.resolver_match else ""
            span.update_name(f"{request.method} {route}".strip())
            span.set_attribute("http.request.method", str(request.method))
            span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", answer.status_code)
            span.set_attribute("plumbline.request_id", correlation.request_id.get())
            if answer.status_code >= 500:
                span.set_status(Status(StatusCode.ERROR))
            return answer


def inject(headers: MutableMapping[str, Any]) -> None:
    """Send the current trace along with a task."""
    if tracer() is not None:
        from opentelemetry.propagate import inject as put

        put(headers)


def begin_task(name: str, headers: MutableMapping[str, Any]) -> Any:
    """Begin the span of a task, a child of whoever sent it; what `end_task` takes, None where nothing is traced."""
    made = tracer()
    if made is None:
        return None
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind

    parent = extract({"traceparent": str(headers.get("traceparent", ""))})
    manager = made.start_as_current_span(name, context=parent, kind=SpanKind.CONSUMER)
    span = manager.__enter__()
    span.set_attribute("plumbline.request_id", correlation.request_id.get())
    return manager, span


def end_task(begun: Any, state: str) -> None:
    """End the span of a task."""
    if begun is None:
        return
    from opentelemetry.trace import Status, StatusCode

    manager, span = begun
    if state == "FAILURE":
        span.set_status(Status(StatusCode.ERROR))
    manager.__exit__(None, None, None)
