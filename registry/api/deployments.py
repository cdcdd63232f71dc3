"""What serves where: deployments, rollback, changes that wait, rollouts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint
from registry import models as records
from registry.actions.change_requests import approve_change, reject_change, withdraw_change
from registry.actions.deployments import Outcome, deploy, rollback
from registry.actions.rollouts import abort_rollout, resume_rollout
from registry.api.serializers.deployments import (
    ChangeInput,
    ChangeRequestOutput,
    DeploymentInput,
    DeploymentOutput,
    RollbackInput,
    RolloutInput,
    RolloutOutput,
    WordInput,
)
from registry.queries import change_requests, deployments, model_versions

TARGET = {"model": "demand_forecast_model", "version": "v2.3.1", "environment": "production"}
DEPLOY_EXAMPLE = OpenApiExample(
    "a quarter of the traffic",
    request_only=True,
    value=TARGET | {"traffic_percent": 25, "thresholds": {"alarm_above": 0.8}, "feature_pins": {}},
)
ROLLOUT_EXAMPLE = OpenApiExample(
    "in four steps",
    request_only=True,
    value=TARGET | {"steps": [{"percent": 5, "hold_minutes": 60}, {"percent": 100, "hold_minutes": 0}]},
)
ROLLBACK_EXAMPLE = OpenApiExample(
    "a rehearsal",
    request_only=True,
    value={"to_revision": 1, "rehearsal": True, "reason": "The drill of this quarter."},
)
WORD_EXAMPLE = OpenApiExample("with a word", request_only=True, value={"reason": "Looked at the parity run."})
ANSWERS = {
    200: OpenApiResponse(DeploymentOutput, description="This is what serves already: nothing was written."),
    201: OpenApiResponse(DeploymentOutput, description="It serves now."),
    202: OpenApiResponse(ChangeRequestOutput, description="It waits for another person's approval."),
}


class Changing(ListEndpoint):
    """What asks for a change answers: it serves, it waits, or it served before."""

    def change(self, serializer: type[ChangeInput]) -> Response:
        """Read a change, ask for it, and tell what came of it."""
        given = self.read(serializer)
        told = given.validated_data
        version = model_versions.version(told["model"], told["version"])
        outcome = deploy(
            version, environment=told["environment"], asked=given.asked(), reason=told["reason"], actor=self.actor
        )
        return _told(outcome)


class Deployments(Changing):
    """`deployments/`"""

    serializer_class = DeploymentOutput
    filterset_class = filters(
        records.Deployment,
        "kind",
        "rehearsal",
        model="model_version__model__name",
        version="model_version__version",
        environment="revision__environment",
    )
    ordering_fields = ("made_at",)

    def rows(self) -> Any:
        return deployments.deployments()

    @extend_schema(summary="List deployments", operation_id="deployments_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Change what serves in an environment",
        operation_id="deployments_ask",
        request=DeploymentInput,
        responses=ANSWERS,
        examples=[DEPLOY_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """The deployment gate is asked: 409 with its conflicts and ways out where it is closed. A change of impact
        100 or more waits for another person: 25 points more traffic, a threshold moved by 10 % or more, another model
        version or feature version."""
        return self.change(DeploymentInput)


class Deployment(Endpoint):
    """`deployments/{id}/`"""

    serializer_class = DeploymentOutput

    @extend_schema(summary="A deployment", operation_id="deployments_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(DeploymentOutput(deployments.deployment(pk)).data)


class Rollback(Endpoint):
    """`deployments/{id}/rollback/`"""

    serializer_class = DeploymentOutput

    @extend_schema(
        summary="Go back to an earlier revision at once, or rehearse it",
        operation_id="deployments_roll_back",
        request=RollbackInput,
        responses={201: DeploymentOutput},
        examples=[ROLLBACK_EXAMPLE],
    )
    def post(self, request: Request, pk: int) -> Response:
        """No approval is waited for: what comes back stands on the one that it stood on before. The gate's decision is
        recorded and stops nothing."""
        given = self.read(RollbackInput).validated_data
        made = rollback(deployments.deployment(pk), **given, actor=self.actor)
        return Response(DeploymentOutput(deployments.deployment(made.pk)).data, status=201)


class ChangeRequests(ListEndpoint):
    """`change-requests/`"""

    serializer_class = ChangeRequestOutput
    filterset_class = filters(
        records.ChangeRequest,
        "state",
        "environment",
        "requested_by",
        model="model_version__model__name",
        version="model_version__version",
    )
    ordering_fields = ("requested_at", "expires_at", "impact")

    def rows(self) -> Any:
        return change_requests.change_requests()

    @extend_schema(summary="List changes that wait or were decided", operation_id="change_requests_list")
    def get(self, request: Request) -> Response:
        return self.list(request)


class ChangeRequest(Endpoint):
    """`change-requests/{id}/`"""

    serializer_class = ChangeRequestOutput

    @extend_schema(summary="A change that waits or was decided", operation_id="change_requests_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(ChangeRequestOutput(change_requests.change_request(pk)).data)


class Approval(Endpoint):
    """`change-requests/{id}/approve/`"""

    serializer_class = ChangeRequestOutput
    required_scope = "approve"

    @extend_schema(
        summary="Approve a change that somebody else asked for",
        operation_id="change_requests_approve",
        request=WordInput,
        responses=DeploymentOutput,
        examples=[WORD_EXAMPLE],
    )
    def post(self, request: Request, pk: int) -> Response:
        """It serves from now on. 403 for whoever asked; 409 when it is decided, stale, over its time, or the gate is
        closed, which is asked again."""
        reason = self.read(WordInput).validated_data["reason"]
        made = approve_change(change_requests.change_request(pk), reason=reason, actor=self.actor)
        return Response(DeploymentOutput(deployments.deployment(made.pk)).data)


class Rejection(Endpoint):
    """`change-requests/{id}/reject/`"""

    serializer_class = ChangeRequestOutput
    required_scope = "approve"

    @extend_schema(
        summary="Reject a change that somebody else asked for",
        operation_id="change_requests_reject",
        request=WordInput,
        responses=ChangeRequestOutput,
        examples=[WORD_EXAMPLE],
    )
    def post(self, request: Request, pk: int) -> Response:
        reason = self.read(WordInput).validated_data["reason"]
        reject_change(change_requests.change_request(pk), reason=reason, actor=self.actor)
        return Response(ChangeRequestOutput(change_requests.change_request(pk)).data)


class Withdrawal(Endpoint):
    """`change-requests/{id}/withdraw/`"""

    serializer_class = ChangeRequestOutput

    @extend_schema(
        summary="Take back a change that one asked for oneself",
        operation_id="change_requests_withdraw",
        request=WordInput,
        responses=ChangeRequestOutput,
        examples=[WORD_EXAMPLE],
    )
    def post(self, request: Request, pk: int) -> Response:
        reason = self.read(WordInput).validated_data["reason"]
        withdraw_change(change_requests.change_request(pk), reason=reason, actor=self.actor)
        return Response(ChangeRequestOutput(change_requests.change_request(pk)).data)


class Rollouts(Changing):
    """`rollouts/`"""

    serializer_class = RolloutOutput
    filterset_class = filters(
        records.Rollout,
        "state",
        "environment",
        model="model_version__model__name",
        version="model_version__version",
    )
    ordering_fields = ("begun_at",)

    def rows(self) -> Any:
        return change_requests.rollouts()

    @extend_schema(summary="List rollouts", operation_id="rollouts_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Change what serves in steps, approved once",
        operation_id="rollouts_ask",
        request=RolloutInput,
        responses=ANSWERS,
        examples=[ROLLOUT_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """A worker takes each step once the hold of the one before is over and the gate says PROCEED. It stops by
        itself when a blocking alert opens on the model."""
        return self.change(RolloutInput)


class Rollout(Endpoint):
    """`rollouts/{id}/`"""

    serializer_class = RolloutOutput

    @extend_schema(summary="A rollout", operation_id="rollouts_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(RolloutOutput(change_requests.rollout(pk)).data)


class Resumption(Endpoint):
    """`rollouts/{id}/resume/`"""

    serializer_class = RolloutOutput

    @extend_schema(
        summary="Go on with a rollout that stopped",
        operation_id="rollouts_resume",
        request=WordInput,
        responses=RolloutOutput,
        examples=[WORD_EXAMPLE],
    )
    def post(self, request: Request, pk: int) -> Response:
        """The gate is asked: 409 while it is closed."""
        reason = self.read(WordInput).validated_data["reason"]
        resume_rollout(change_requests.rollout(pk), reason=reason, actor=self.actor)
        return Response(RolloutOutput(change_requests.rollout(pk)).data)


class End(Endpoint):
    """`rollouts/{id}/abort/`"""

    serializer_class = RolloutOutput

    @extend_schema(
        summary="End a rollout where it stands",
        operation_id="rollouts_abort",
        request=WordInput,
        responses=RolloutOutput,
        examples=[WORD_EXAMPLE],
    )
    def post(self, request: Request, pk: int) -> Response:
        """The traffic stays as the last step left it; `deployments/{id}/rollback/` goes back."""
        reason = self.read(WordInput).validated_data["reason"]
        abort_rollout(change_requests.rollout(pk), reason=reason, actor=self.actor)
        return Response(RolloutOutput(change_requests.rollout(pk)).data)


def _told(outcome: Outcome) -> Response:
    if outcome.request is not None:
        return Response(ChangeRequestOutput(change_requests.change_request(outcome.request.pk)).data, status=202)
    made = DeploymentOutput(deployments.deployment(outcome.deployment.pk)).data
    return Response(made, status=201 if outcome.changed else 200)
