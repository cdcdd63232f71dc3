"""Evidence over the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api.serializers.evidence import EvidenceOutput
from assessments.queries import assessments
from assessments.queries.evidence import evidence_of
from platform_site.api.views import Endpoint


class Evidence(Endpoint):
    """`assessments/{id}/evidence/`: every capability at once, in the order of the catalogue"""

    serializer_class = EvidenceOutput

    @extend_schema(
        summary="What the registry measured beside each claim",
        operation_id="assessments_evidence",
        responses=EvidenceOutput(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        found = evidence_of(assessments.assessment(pk))
        return Response(EvidenceOutput([one.as_dict() for one in found], many=True).data)
