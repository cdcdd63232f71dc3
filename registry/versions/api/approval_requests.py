"""Approval requests over the API: looser policies, looser gate settings and regulated promotions."""

from __future__ import annotations

from typing import Any

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from registry import models as records
from registry.versions.actions.approval_decisions import approve_request, reject_request, withdraw_request
from registry.versions.queries import approval_requests
from registry.versions.serializers.approval_requests import ApprovalRequestOutput
from registry.versions.serializers.governance import DecideInput

WITH_A_REASON = {"with a reason": {"reason": "Agreed: the old limit was set for another market."}}


class ApprovalRequests(ListEndpoint):
    """List approval requests."""

    serializer_class = ApprovalRequestOutput
    filterset_class = filters(
        records.ApprovalRequest,
        "kind",
        "state",
        "requested_by",
        policy="policy__name",
        model="model_version__model__name",
        version="model_version__version",
    )
    ordering_fields = ("requested_at", "expires_at")

    def rows(self) -> Any:
        return approval_requests.approval_requests()


class ApprovalRequest(Read):
    """An approval request."""

    serializer_class = ApprovalRequestOutput

    def content(self, pk: int) -> Any:
        return approval_requests.approval_request(pk)


class RequestApproval(Endpoint):
    """Approve what somebody else requested.

    403 for the person who requested it, 409 if it was decided, has expired, or is based on what no longer holds.
    """

    serializer_class = ApprovalRequestOutput
    required_scope = "approve"

    @Verb("approve", takes=DecideInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        approve_request(approval_requests.approval_request(pk), reason=self.body["reason"], actor=self.actor)
        return approval_requests.approval_request(pk)


class RequestRejection(Endpoint):
    """Reject what somebody else requested."""

    serializer_class = ApprovalRequestOutput
    required_scope = "approve"

    @Verb("reject", takes=DecideInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        reject_request(approval_requests.approval_request(pk), reason=self.body["reason"], actor=self.actor)
        return approval_requests.approval_request(pk)


class RequestWithdrawal(Endpoint):
    """Withdraw your own request."""

    serializer_class = ApprovalRequestOutput

    @Verb("withdraw", takes=DecideInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        withdraw_request(approval_requests.approval_request(pk), reason=self.body["reason"], actor=self.actor)
        return approval_requests.approval_request(pk)
