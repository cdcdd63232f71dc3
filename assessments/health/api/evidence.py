"""Evidence over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema

from assessments.health.queries.evidence import evidence_of
from assessments.health.serializers.evidence import EvidenceOutput
from assessments.organizations.queries import get_assessment
from platform_site.api.views import ReadAll

EXAMPLE = {
    "capability": "lineage",
    "claimed": "implemented",
    "measured": "partial",
    "numerator": 3,
    "denominator": 40,
    "agrees": False,
    "sentence": "Entered as implemented; 3 of 40 production model versions have it.",
    "coverage": {"seen": 20, "stated": 22},
    "counter_examples": ["demand v1", "eta v7"],
    "stored_at": "2026-11-02T09:00:00Z",
}


@extend_schema(examples=[OpenApiExample("a contradiction", response_only=True, value=EXAMPLE)])
class Evidence(ReadAll):
    """What was entered beside what the registry measured.

    All capabilities at once, in the order of the catalogue. Of a draft it is measured now; of a published assessment it
    is what was stored when it was published.
    """

    get_verb = "evidence"
    serializer_class = EvidenceOutput

    def content(self, pk: int) -> Any:
        return [line.as_dict() for line in evidence_of(get_assessment(pk))]
