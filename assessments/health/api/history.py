"""An organization over time, and two assessments compared, over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from assessments.health.queries import assessments
from assessments.health.queries.compared_pair import get_pair
from assessments.health.rules.comparison import changes
from assessments.models import Assessment
from assessments.organizations.queries import get_organization
from platform_site.api.views import ListEndpoint, Read


class ChangeOutput(serializers.Serializer):
    capability = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)
    direction = serializers.CharField()


class ComparisonOutput(serializers.Serializer):
    """Two assessments: their scores in percent, their confirmed levels, and each capability that differs."""

    base = serializers.IntegerField()
    head = serializers.IntegerField()
    base_score = serializers.FloatField(allow_null=True)
    head_score = serializers.FloatField(allow_null=True)
    base_level = serializers.CharField()
    head_level = serializers.CharField()
    changes = ChangeOutput(many=True)


class PointOutput(serializers.Serializer):
    """One published assessment of a history, and what changed since the one before."""

    assessment = serializers.IntegerField(source="assessment.pk")
    assessed_on = serializers.DateField(source="assessment.assessed_on")
    health_score = serializers.FloatField(source="summary.health_score", allow_null=True)
    confirmed_level = serializers.CharField(source="summary.confirmed.label")
    provisional_level = serializers.CharField(source="summary.provisional.label")
    moves = ChangeOutput(many=True)


class Comparison(Read):
    """Compare two assessments."""

    get_verb = "compare"
    serializer_class = ComparisonOutput
    parameters = (OpenApiParameter("base", int, required=True), OpenApiParameter("head", int, required=True))

    def content(self) -> Any:
        base, head = get_pair(self.request.query_params)
        before, after = assessments.summary_of(base), assessments.summary_of(head)
        return {
            "base": base.pk,
            "head": head.pk,
            "base_score": before.health_score,
            "head_score": after.health_score,
            "base_level": before.confirmed.label,
            "head_level": after.confirmed.label,
            "changes": changes(assessments.statuses_of(base), assessments.statuses_of(head)),
        }


class History(ListEndpoint):
    """An organization's scores over time, oldest first."""

    get_verb = "history"
    serializer_class = PointOutput
    parameters = (OpenApiParameter("slug", str, location=OpenApiParameter.PATH),)

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):  # the schema is generated without an organization
            return Assessment.objects.none()
        return self.rows()

    def rows(self) -> Any:
        return assessments.history_of(get_organization(self.kwargs["slug"]))
