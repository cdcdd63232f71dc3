"""Overrides and promotion policies over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from registry import models as records
from registry.features.queries.gate_settings import gate_settings
from registry.versions.actions.gate_settings import save_gate_settings
from registry.versions.actions.overrides import approve_override, reject_override, request_override
from registry.versions.actions.policies import save_policy
from registry.versions.queries import approval_requests, model_versions, overrides, policies
from registry.versions.serializers.approval_requests import ApprovalRequestOutput
from registry.versions.serializers.governance import (
    DecideInput,
    GateSettingsInput,
    GateSettingsOutput,
    OverrideInput,
    OverrideOutput,
    PolicyInput,
    PolicyOutput,
)

WITH_A_REASON = {"with a reason": {"reason": "Agreed until the retraining."}}
OVERRIDE_EXAMPLE = {
    "model": "demand_forecast_model",
    "version": "v2.3.1",
    "reason": "The retrained model is due on Friday; we reviewed the difference.",
    "expires_at": "2026-12-01T08:00:00Z",
}
SETTINGS_EXAMPLE = {"parity_first_in_production": True, "reason": "A changed definition closed a gate at night."}
POLICY_EXAMPLE = {
    "name": "regressions",
    "model_type": "regression",
    "checks": [{"metric": "mape", "operator": "<=", "threshold": 0.15}],
    "reason": "The error that the business can accept.",
}
COMPARED_EXAMPLE = {
    "name": "regressions_of_ours",
    "model_type": "regression",
    "checks": [{"metric": "rmse", "baseline": "serving", "max_worse": 0.01}],
    "reason": "A retrained version should not lose ground.",
}
POLICY_EXAMPLES = {"every regression": POLICY_EXAMPLE, "compared with what serves": COMPARED_EXAMPLE}
POLICY_ANSWERS: dict[int | tuple[int, str], OpenApiResponse] = {
    201: OpenApiResponse(PolicyOutput, description="The version is in force."),
    202: OpenApiResponse(ApprovalRequestOutput, description="The version is looser and waits for another person."),
}

SETTINGS_ANSWERS: dict[int | tuple[int, str], OpenApiResponse] = {
    200: OpenApiResponse(GateSettingsOutput, description="The settings are in force."),
    202: OpenApiResponse(ApprovalRequestOutput, description="They are looser and wait for another person."),
}


class Overrides(ListEndpoint):
    """List overrides."""

    serializer_class = OverrideOutput
    filterset_class = filters(
        records.Override, "state", model="model_version__model__name", version="model_version__version"
    )
    ordering_fields = ("requested_at", "expires_at")

    def rows(self) -> Any:
        return overrides.overrides()

    @Verb("request", takes=OverrideInput, status=201, examples={"until the retraining": OVERRIDE_EXAMPLE})
    def post(self) -> Any:
        """Request an exception to what blocks a version now.

        It waits for another person to approve it. A conflict that comes later is not covered.
        """
        fields = dict(self.body)
        version = model_versions.version(fields.pop("model"), fields.pop("version"))
        requested = request_override(version, **fields, actor=self.actor)
        return overrides.override(requested.pk)


class Override(Read):
    """An override."""

    serializer_class = OverrideOutput

    def content(self, pk: int) -> Any:
        return overrides.override(pk)


class Approval(Endpoint):
    """Approve an override that somebody else requested.

    403 for the person who requested it, 409 if it was already decided or has expired.
    """

    serializer_class = OverrideOutput
    required_scope = "approve"

    @Verb("approve", takes=DecideInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        reason = self.body["reason"]
        approve_override(overrides.override(pk), reason=reason, actor=self.actor)
        return overrides.override(pk)


class Rejection(Endpoint):
    """Reject an override that somebody else requested."""

    serializer_class = OverrideOutput
    required_scope = "approve"

    @Verb("reject", takes=DecideInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        reason = self.body["reason"]
        reject_override(overrides.override(pk), reason=reason, actor=self.actor)
        return overrides.override(pk)


class Policies(ListEndpoint):
    """List policies, every version of each."""

    serializer_class = PolicyOutput
    filterset_class = filters(
        records.GatePolicy, "name", "model_type", owner_team="owner_team__slug", subject_team="subject_team__slug"
    )
    search_fields = ("name",)
    ordering_fields = ("name", "number", "saved_at")

    def rows(self) -> Any:
        return policies.policies()

    @Verb("save", takes=PolicyInput, answers=POLICY_ANSWERS, examples=POLICY_EXAMPLES)
    def post(self) -> Any:
        """Save the next version of a policy.

        A version that is looser than the one in force, or retires it, waits for another person: 202 with the approval
        request. Anything else applies at once.
        """
        saved = save_policy(**self.body, actor=self.actor)
        if isinstance(saved, records.ApprovalRequest):
            waiting = approval_requests.approval_request(saved.pk)
            return Response(ApprovalRequestOutput(waiting).data, status=202)
        return Response(PolicyOutput(policies.policy_version(saved.name, saved.number)).data, status=201)


class Settings(Read):
    """How the gates of this installation work."""

    noun = "gate_settings"
    serializer_class = GateSettingsOutput

    def content(self) -> Any:
        return gate_settings()

    @Verb("save", takes=GateSettingsInput, answers=SETTINGS_ANSWERS, examples={"parity first": SETTINGS_EXAMPLE})
    def put(self) -> Any:
        """Change the settings of the gates; by a lead, with a reason.

        Turning one off is looser and waits for another person: 202 with the approval request. Anything else applies at once.

        `parity_first_in_production`: a new version of a feature that a production model uses waits for its parity check.
        """
        saved = save_gate_settings(**self.body, actor=self.actor)
        if isinstance(saved, records.ApprovalRequest):
            waiting = approval_requests.approval_request(saved.pk)
            return Response(ApprovalRequestOutput(waiting).data, status=202)
        return Response(GateSettingsOutput(saved).data)
