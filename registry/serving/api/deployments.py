"""What serves where: deployments, rollback, changes that wait, rollouts."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import OpenApiResponse
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from registry import models as records
from registry.serving.actions.approval_links import make_links
from registry.serving.actions.change_requests import approve_change, reject_change, withdraw_change
from registry.serving.actions.deployments import Outcome, deploy, rollback
from registry.serving.actions.rollouts import abort_rollout, resume_rollout
from registry.serving.queries import change_requests, deployments
from registry.serving.queries.approval_links import url_of
from registry.serving.serializers.deployments import (
    ApprovalLinkOutput,
    ChangeDecisionInput,
    ChangeInput,
    ChangeRequestOutput,
    DeploymentInput,
    DeploymentOutput,
    RollbackInput,
    RolloutInput,
    RolloutOutput,
    WordInput,
)
from registry.versions.queries import model_versions

TARGET = {"model": "demand_forecast_model", "version": "v2.3.1", "environment": "production"}
QUARTER = TARGET | {"traffic_percent": 25, "thresholds": {"alarm_above": 0.8}, "feature_pins": {}}
STEPS = TARGET | {"steps": [{"percent": 5, "hold_minutes": 60}, {"percent": 100, "hold_minutes": 0}]}
REHEARSAL = {"to_revision": 1, "rehearsal": True, "reason": "Quarterly drill."}
WITH_A_DIGEST = {"what was seen": {"reason": "Looked at the parity run.", "diff_digest": "0123456789abcdef" * 4}}
WITH_A_REASON = {"with a reason": {"reason": "Looked at the parity run."}}
ANSWERS: dict[int | tuple[int, str], OpenApiResponse] = {
    200: OpenApiResponse(DeploymentOutput, description="This already serves: nothing was written."),
    201: OpenApiResponse(DeploymentOutput, description="The change serves now."),
    202: OpenApiResponse(ChangeRequestOutput, description="The change waits for another person's approval."),
}


class ChangeEndpoint(ListEndpoint):
    """What deployments and rollouts share: a requested change serves, waits, or already served."""

    def change(self) -> Response:
        """Request the change in the body, and answer with the result."""
        fields = self.body
        outcome = deploy(
            model_versions.version(fields["model"], fields["version"]),
            environment=fields["environment"],
            proposal=cast(ChangeInput, self.input).proposal(),
            reason=fields["reason"],
            actor=self.actor,
        )
        return _response(outcome)


class Deployments(ChangeEndpoint):
    """List deployments."""

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

    @Verb("ask", takes=DeploymentInput, answers=ANSWERS, examples={"a quarter of the traffic": QUARTER})
    def post(self) -> Any:
        """Change what serves in an environment.

        The deployment gate decides first: 409 with its conflicts and ways out if it blocks. A change with an impact of
        100 or more waits for another person: 25 points more traffic, a threshold moved by 10% or more, or another
        model version or feature version.
        """
        return self.change()


class Deployment(Read):
    """A deployment."""

    serializer_class = DeploymentOutput

    def content(self, pk: int) -> Any:
        return deployments.deployment(pk)


class Rollback(Endpoint):
    """Go back to an earlier revision at once, or rehearse it.

    It needs no approval: the restored revision keeps the approval that it had before. The gate's decision is
    recorded but blocks nothing. 409 (`rolled_away`) for what an earlier rollback went back past: request that as a change.
    """

    serializer_class = DeploymentOutput

    @Verb("roll_back", takes=RollbackInput, status=201, examples={"a rehearsal": REHEARSAL})
    def post(self, pk: int) -> Any:
        fields = self.body
        made = rollback(deployments.deployment(pk), **fields, actor=self.actor)
        return deployments.deployment(made.pk)


class ChangeRequests(ListEndpoint):
    """List change requests."""

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


class ChangeRequest(Read):
    """A change request."""

    serializer_class = ChangeRequestOutput

    def content(self, pk: int) -> Any:
        return change_requests.change_request(pk)


class Approval(Endpoint):
    """Approve a change that somebody else requested.

    It serves from now on. 403 for the person who requested it; 409 if it is decided, stale or expired, if
    `diff_digest` is not that of this change, or if the gate, which decides again, blocks it.
    """

    serializer_class = DeploymentOutput
    required_scope = "approve"

    @Verb("approve", takes=ChangeDecisionInput, examples=WITH_A_DIGEST)
    def post(self, pk: int) -> Any:
        seen = {"reason": self.body["reason"], "digest": self.body.get("diff_digest")}
        made = approve_change(change_requests.change_request(pk), **seen, actor=self.actor)
        return deployments.deployment(made.pk)


class Rejection(Endpoint):
    """Reject a change that somebody else requested."""

    serializer_class = ChangeRequestOutput
    required_scope = "approve"

    @Verb("reject", takes=ChangeDecisionInput, examples=WITH_A_DIGEST)
    def post(self, pk: int) -> Any:
        seen = {"reason": self.body["reason"], "digest": self.body.get("diff_digest")}
        reject_change(change_requests.change_request(pk), **seen, actor=self.actor)
        return change_requests.change_request(pk)


class ApprovalLinks(Endpoint):
    """Make one-time links for those who may decide a change, for a chat bot or a pull request to carry.

    Each is for one person and this diff, for 24 hours. Opening it shows the change to that person once they sign in;
    only what they then send decides. People with an address get theirs by mail too.
    """

    noun = "approval_links"
    serializer_class = ApprovalLinkOutput
    pagination_class = None
    filter_backends = ()

    @Verb("make", many=True, status=201)
    def post(self, pk: int) -> Any:
        origin = self.request.build_absolute_uri("/").rstrip("/")
        links = make_links(change_requests.change_request(pk), actor=self.actor)
        return [{"link": link, "url": url_of(link, origin)} for link in links]


class Withdrawal(Endpoint):
    """Withdraw your own change request."""

    serializer_class = ChangeRequestOutput

    @Verb("withdraw", takes=WordInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        reason = self.body["reason"]
        withdraw_change(change_requests.change_request(pk), reason=reason, actor=self.actor)
        return change_requests.change_request(pk)


class Rollouts(ChangeEndpoint):
    """List rollouts."""

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

    @Verb("ask", takes=RolloutInput, answers=ANSWERS, examples={"in four steps": STEPS})
    def post(self) -> Any:
        """Change what serves in steps, approved once.

        A worker takes each step after the hold of the step before, if the gate says PROCEED. The rollout stops
        automatically when a blocking alert opens on the model.
        """
        return self.change()


class Rollout(Read):
    """A rollout."""

    serializer_class = RolloutOutput

    def content(self, pk: int) -> Any:
        return change_requests.rollout(pk)


class Resumption(Endpoint):
    """Resume a stopped rollout.

    The gate decides first: 409 if it blocks.
    """

    serializer_class = RolloutOutput

    @Verb("resume", takes=WordInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        reason = self.body["reason"]
        resume_rollout(change_requests.rollout(pk), reason=reason, actor=self.actor)
        return change_requests.rollout(pk)


class End(Endpoint):
    """Abort a rollout.

    The traffic stays as the last step left it; `deployments/{id}/rollback/` goes back.
    """

    serializer_class = RolloutOutput

    @Verb("abort", takes=WordInput, examples=WITH_A_REASON)
    def post(self, pk: int) -> Any:
        reason = self.body["reason"]
        abort_rollout(change_requests.rollout(pk), reason=reason, actor=self.actor)
        return change_requests.rollout(pk)


def _response(outcome: Outcome) -> Response:
    pk = outcome.result.pk
    if outcome.request is not None:
        return Response(ChangeRequestOutput(change_requests.change_request(pk)).data, status=202)
    made = DeploymentOutput(deployments.deployment(pk)).data
    return Response(made, status=201 if outcome.changed else 200)
