"""`GET /metrics`: the figures of this installation as Prometheus reads them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from platform_site.roof.metrics.exposition import CONTENT_TYPE, text
from platform_site.roof.metrics.families import families


class AnyAccept(BaseContentNegotiation):
    """A scraper names formats of its own: the figures are always text, refusals always problem+json."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next(iter(parsers), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


@extend_schema(exclude=True)
class Metrics(APIView):
    """Needs a token with the scope `read`, or a session."""

    content_negotiation_class = AnyAccept

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(text(list(families())), content_type=CONTENT_TYPE)
