"""Two versions of a model side by side, over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from platform_site.api.views import Read
from platform_site.errors import Fault, Invalid
from registry.versions.queries import model_versions


class ComparedOutput(serializers.Serializer):
    """One thing that either version has; null where a version does not have it."""

    name = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    kind = serializers.CharField(
        help_text="same, changed, added, removed; of a metric also better or worse; of a feature what changed."
    )


class VersionComparisonOutput(serializers.Serializer):
    """Two versions of a model: in each part, what differs comes first."""

    model = serializers.CharField()
    base = serializers.CharField()
    head = serializers.CharField()
    summary = serializers.CharField()
    facts = ComparedOutput(many=True)
    metrics = ComparedOutput(many=True)
    hyperparameters = ComparedOutput(many=True)
    features = ComparedOutput(many=True)


class VersionComparison(Read):
    """Compare two versions of a model.

    Metrics by the newest value of each slice, hyperparameters, the features that each was trained on hash by hash, data
    snapshot, code and container. Rates by group are at `fairness/` of each version.
    """

    get_verb = "compare"
    serializer_class = VersionComparisonOutput
    parameters = (OpenApiParameter("base", str, required=True), OpenApiParameter("head", str, required=True))

    def content(self, name: str) -> Any:
        query = self.request.query_params
        if missing := [side for side in ("base", "head") if not query.get(side)]:
            raise Invalid([Fault(side, "required", f"Give a version of {name} as `{side}`.") for side in missing])
        base, head = (model_versions.version(name, query[side]) for side in ("base", "head"))
        compared = model_versions.compare_versions(base, head)
        parts = {part: [row._asdict() for row in rows] for part, rows in compared._asdict().items()}
        return {"model": name, "base": base.version, "head": head.version, "summary": compared.summary} | parts
