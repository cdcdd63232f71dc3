"""What served at a moment, over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from platform_site.api.views import ListEndpoint
from registry.regulation.serializers.production import StandingOutput
from registry.serving.queries import production

AT = OpenApiParameter("at", OpenApiTypes.DATETIME, description="The moment to look at; now if left out.")


class Production(ListEndpoint):
    """What served at a moment, with which feature versions, and who approved it."""

    get_verb = "at"
    serializer_class = StandingOutput
    parameters = (AT,)
    other_parameters = ("at",)

    @property
    def moment(self) -> datetime:
        """The moment in the query, or now."""
        text = self.request.query_params.get("at")
        if text is None:
            return timezone.now()
        try:
            return serializers.DateTimeField().run_validation(text)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({"at": error.detail}) from error

    def rows(self) -> Any:
        return production.versions_at(self.moment)

    def paginate_queryset(self, queryset: Any) -> Any:
        return production.served_versions(super().paginate_queryset(queryset) or [], self.moment)
