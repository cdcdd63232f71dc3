"""Evidence over the API."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api.serializers.evidence import EvidenceOutput
from assessments.queries import assessments
from assessments.queries.evidence import evidence_of
from platform_site.api.views import Endpoint

EXAMPLE = {
    "capability": "lineage",
    "claimed": "implemented",
    "measured": "partial",
    "numerator": 3,
    "denominator": 40,
    "agrees": False,
    "sentence": "Claimed implemented; 3 of 40 production model versions have it.",
}


class Evidence(Endpoint):
    """`assessments/{id}/evidence/`: every capability at once, in the order of the catalogue"""

    serializer_class = EvidenceOutput
    filter_backends = ()
    pagination_class = None

    @extend_schema(
        summary="What the registry measured beside each claim",
        operation_id="assessments_evidence",
        responses=EvidenceOutput(many=True),
        examples=[OpenApiExample("a contradiction", response_only=True, value=EXAMPLE)],
    )
    def get(self, request: Request, pk: int) -> Response:
        found = evidence_of(assessments.assessment(pk))
        return Response(EvidenceOutput([one.as_dict() for one in found], many=True).data)
