"""The catalogue of capabilities over the API."""

from __future__ import annotations

from typing import Any

from assessments.health.serializers.capabilities import CapabilityOutput
from assessments.models import Capability
from assessments.organizations.queries import list_capabilities
from platform_site.api.filters import filters
from platform_site.api.views import ListEndpoint


class Capabilities(ListEndpoint):
    """The standard catalogue of capabilities.

    The whole catalogue at once, in its order.
    """

    serializer_class = CapabilityOutput
    pagination_class = None
    filterset_class = filters(Capability, "group")

    def rows(self) -> Any:
        return list_capabilities()
