"""The fast lane over the API: standing approvals, their decision and their end."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from platform_site.errors import Unknown
from registry import models as records
from registry.serving.actions.standing_approvals import (
    approve_standing_approval,
    reject_standing_approval,
    request_standing_approval,
    revoke_standing_approval,
    withdraw_standing_approval,
)
from registry.serving.queries import standing_approvals
from registry.serving.queries.production import PRODUCTION
from registry.serving.serializers.standing_approvals import (
    EndInput,
    StandingApprovalInput,
    StandingApprovalOutput,
    StandingDecisionInput,
)
from registry.versions.queries import model_versions

ENVIRONMENT = OpenApiParameter("environment", str, description="Of which environment; production if left out.")
NIGHTLY = {
    "limits": [{"metric": "mape", "better": "lower", "max_worse": 0.02, "worst": 0.15}],
    "until": "2026-02-01T00:00:00Z",
    "most_points": 25,
    "reason": "Retrained each night on the same features.",
}
SEEN = {"with the digest that was seen": {"reason": "As agreed.", "digest": "0123456789abcdef" * 4}}


class FastLane(Read):
    """The standing approval of a model in an environment: the one in force, else the one that waits."""

    noun = "fast_lane"
    serializer_class = StandingApprovalOutput
    parameters = (ENVIRONMENT,)

    def content(self, name: str) -> Any:
        lane = self._lane(name)
        return lane.current or lane.waiting

    def _lane(self, name: str) -> standing_approvals.FastLane:
        model = model_versions.model(name)
        environment = self.request.query_params.get("environment", PRODUCTION)
        lanes = standing_approvals.fast_lanes(model)
        lane = next((lane for lane in lanes if lane.environment == environment), None)
        if lane is None:
            raise Unknown(f"No standing approval of {name} in {environment[:63]} is in force or waits.")
        return lane

    @Verb("request", takes=StandingApprovalInput, status=202, examples={"a nightly retraining": NIGHTLY})
    def put(self, name: str) -> Any:
        """Request a fast lane: a standing approval by another person.

        While it is in force, a retrained version whose features, source tables, recipe, policy outcome and serving
        configuration are those of the version that serves, and whose metrics are within the limits, serves without
        waiting. Regulated models have none: 409.
        """
        fields = cast(StandingApprovalInput, self.input).fields_of_request()
        return request_standing_approval(model_versions.model(name), **fields, actor=self.actor)

    @Verb("revoke")
    def delete(self, name: str) -> Any:
        """Revoke the standing approval in force, at once; withdraw the request that waits where none is."""
        lane = self._lane(name)
        if lane.current:
            return revoke_standing_approval(lane.current, actor=self.actor)
        return withdraw_standing_approval(cast(records.StandingApproval, lane.waiting), actor=self.actor)


class StandingApprovals(ListEndpoint):
    """List standing approvals."""

    serializer_class = StandingApprovalOutput
    filterset_class = filters(records.StandingApproval, "environment", "requested_by", model="model__name")
    ordering_fields = ("requested_at", "until")

    def rows(self) -> Any:
        return standing_approvals.standing_approvals()


class StandingApproval(Read):
    """A standing approval."""

    serializer_class = StandingApprovalOutput

    def content(self, pk: int) -> Any:
        return standing_approvals.standing_approval(pk)


class StandingApprovalApproval(Endpoint):
    """Approve retrained versions in advance, as somebody else requested it.

    403 for the person who requested it; 409 if it is decided, expired, not what was seen, or the policies changed.
    """

    serializer_class = StandingApprovalOutput
    required_scope = "approve"

    @Verb("approve", takes=StandingDecisionInput, examples=SEEN)
    def post(self, pk: int) -> Any:
        return approve_standing_approval(standing_approvals.standing_approval(pk), **self.body, actor=self.actor)


class StandingApprovalRejection(Endpoint):
    """Reject a standing approval that somebody else requested."""

    serializer_class = StandingApprovalOutput
    required_scope = "approve"

    @Verb("reject", takes=StandingDecisionInput, examples=SEEN)
    def post(self, pk: int) -> Any:
        return reject_standing_approval(standing_approvals.standing_approval(pk), **self.body, actor=self.actor)


class StandingApprovalRevocation(Endpoint):
    """Revoke a standing approval at once.

    Any approver, and the contributors of the model's team. What it let serve stays.
    """

    serializer_class = StandingApprovalOutput

    @Verb("revoke", takes=EndInput, examples={"with a reason": {"reason": "The features changed."}})
    def post(self, pk: int) -> Any:
        approval = standing_approvals.standing_approval(pk)
        return revoke_standing_approval(approval, reason=self.body["reason"], actor=self.actor)
