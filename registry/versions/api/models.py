"""Models, model versions and their gates over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import TagFilter, filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read, ReadAll
from platform_site.audit import queries as audit
from platform_site.errors import Refused, Unknown
from registry import models as records
from registry.models import ApprovalRequest, ModelVersion
from registry.versions.actions.details import edit_model
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.no_features import confirm_no_features
from registry.versions.actions.observed import supply_parts
from registry.versions.actions.pins import pin_features
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import add_evaluations, register_model, register_version
from registry.versions.actions.snapshots import record_snapshot
from registry.versions.queries import approval_requests, gate_reports, model_versions, policies, registration, snapshots
from registry.versions.queries.audit_subjects import subject
from registry.versions.serializers.approval_requests import ApprovalRequestOutput
from registry.versions.serializers.governance import DecideInput
from registry.versions.serializers.models import (
    CompatibilityOutput,
    ConfirmationOutput,
    DecisionOutput,
    EvaluationOutput,
    EvaluationsInput,
    FairnessOutput,
    GateReportOutput,
    LineageCoverageOutput,
    ModelChangeInput,
    ModelInput,
    ModelOutput,
    PartsInput,
    PinsInput,
    PromotionInput,
    ServingFeatureOutput,
    SnapshotInput,
    SnapshotOutput,
    VersionInput,
    VersionOutput,
    VersionRowOutput,
    rendered,
)


def origin_of(request: Request) -> str:
    """The address that the request came to, for links where the settings name none."""
    return request.build_absolute_uri("/").rstrip("/")


ENVIRONMENT = OpenApiParameter(
    "environment", str, description="Where the version serves; its pins there take precedence."
)
OWNER = OpenApiParameter("owner_team", str, description="Only the models of this team.")
PROMOTION_EXAMPLES = {"to production": {"to": "production", "reason": "Retrained on the data of October."}}
PROMOTION_ANSWERS: dict[int | tuple[int, str], OpenApiResponse] = {
    200: OpenApiResponse(DecisionOutput, description="The version is in the stage."),
    202: OpenApiResponse(ApprovalRequestOutput, description="The model is regulated: another person has to approve."),
}
HEX = "0123456789abcdef" * 4
MODEL_EXAMPLE = {"name": "demand_forecast_model", "owner_team": "forecasting", "model_type": "regression"}
EDITED = {
    "another owner": {"owner_team": "forecasting", "description": "Orders of the next day.", "tags": ["tier-1"]},
    "silent after two hours": {"silent_after_hours": 2},
}
VERSION_EXAMPLE = {
    "version": "v2.3.1",
    "artifact": {"uri": "s3://models/demand/v2.3.1", "digest": HEX},
    "lineage": {
        "code_commit": HEX[:40],
        "data_snapshot": HEX,
        "feature_snapshot": {"rolling_7d_avg_orders": "37e8f223574c"},
        "container_digest": f"sha256:{HEX}",
        "hyperparameters": {"max_depth": 8},
        "evaluations": [{"metric": "mape", "value": 0.118}],
    },
}
PARTS_EXAMPLES = {
    "one part": {"lineage": {"container_digest": f"sha256:{HEX}"}},
    "the artifact": {"artifact": {"uri": "s3://models/demand/v2.3.1", "digest": HEX}},
}
EVALUATION_EXAMPLES = {
    "one slice": {"evaluations": [{"metric": "mape", "value": 0.121, "slice": "region=north"}]},
    "the rates of one group": {
        "evaluations": [
            {"metric": "group_rows", "value": 1210, "slice": "age_band=18-25"},
            {"metric": "selection_rate", "value": 0.31, "slice": "age_band=18-25"},
            {"metric": "true_positive_rate", "value": 0.72, "slice": "age_band=18-25"},
        ]
    },
}


class Models(ListEndpoint):
    """List models."""

    serializer_class = ModelOutput
    filterset_class = filters(
        records.RegisteredModel,
        "serving_mode",
        "model_type",
        "regulated",
        owner_team="owner_team__slug",
        tag=TagFilter(),
    )
    search_fields = ("name", "description", "tags")
    ordering_fields = ("name", "created_at")

    def rows(self) -> Any:
        return model_versions.models()

    @Verb("add", takes=ModelInput, status=201, examples={"a forecast": MODEL_EXAMPLE})
    def post(self) -> Any:
        """Add a model."""
        model = register_model(**self.body, actor=self.actor)
        return model_versions.model(model.name)


class Model(Read):
    """A model."""

    serializer_class = ModelOutput

    def content(self, name: str) -> Any:
        return model_versions.model(name)

    @Verb("edit", takes=ModelChangeInput, examples=EDITED)
    def patch(self, name: str) -> Any:
        """Edit owner, description, tags, and after how many hours without a report serving is silent.

        For contributors of the owning team, and leads. Where the model is regulated or a policy binds it because of its
        owner, only a lead of another team changes the owner.
        """
        edit_model(model_versions.model(name), **self.body, actor=self.actor)
        return model_versions.model(name)


class Coverage(Read):
    """Which lineage part is missing in how many observed versions.

    Each part with how to supply it, the line that does, and the first versions without it.
    """

    noun = "model_coverage"
    serializer_class = LineageCoverageOutput
    parameters = (OWNER,)

    def content(self) -> Any:
        return registration.coverage_of(self.request.query_params.get("owner_team", ""))


class Versions(ListEndpoint):
    """The versions of a model."""

    noun = "model_versions"
    serializer_class = VersionRowOutput
    filterset_class = filters(records.ModelVersion, "stage")
    ordering_fields = ("registered_at", "version")

    def rows(self) -> Any:
        return model_versions.versions(model_versions.model(self.kwargs["name"]))

    @Verb(
        "register",
        takes=VersionInput,
        gives=VersionOutput,
        status=201,
        examples={"all six lineage parts": VERSION_EXAMPLE},
    )
    def post(self, name: str) -> Any:
        """Register a model version: the registration gate.

        422 lists every lineage part that is missing or not found, each with how to supply it. Of a version that another
        system knows already, the parts complete what is known.
        """
        fields = self.body
        model = model_versions.model(name)
        if observed := model_versions.observed_version(model, fields["version"]):
            parts = {"artifact": fields["artifact"], "lineage_parts": fields["lineage"]}
            return supply_parts(observed, **parts, whole=True, actor=self.actor)
        return register_version(
            model,
            version=fields["version"],
            artifact=fields["artifact"],
            lineage_parts=fields["lineage"],
            actor=self.actor,
        )


class VersionEndpoint(Endpoint):
    """The base of all endpoints about one model version."""

    noun = "model_versions"

    @property
    def model_version(self) -> ModelVersion:
        return model_versions.version(self.kwargs["name"], self.kwargs["version"])


class Version(VersionEndpoint):
    """A model version.

    Answered from a cache until the audit log has a new event about the version.
    """

    serializer_class = VersionOutput

    def get(self, request: Request, name: str, version: str) -> HttpResponse:
        newest = audit.newest_hash(subject(name, version))
        if newest is None or model_versions.is_observed(name, version):  # what it lacks depends on other records
            return Response(VersionOutput(self.model_version).data)
        return HttpResponse(rendered(name, version, newest), content_type="application/json")


class Parts(VersionEndpoint):
    """Supply parts of an observed version.

    Parts that are left out stay as they are known. Once every part is there, the version is registered. 422 lists what is
    wrong with the parts that were sent.
    """

    noun = "parts"
    serializer_class = VersionOutput

    @Verb("supply", takes=PartsInput, examples=PARTS_EXAMPLES)
    def patch(self, name: str, version: str) -> Any:
        parts = self.body
        return supply_parts(
            self.model_version, artifact=parts["artifact"], lineage_parts=parts["lineage"], actor=self.actor
        )


class Snapshot(VersionEndpoint, Read):
    """The training snapshot."""

    noun = "snapshot"
    serializer_class = SnapshotOutput

    def content(self, name: str, version: str) -> Any:
        recorded = snapshots.recorded_snapshot(self.model_version)
        if recorded is None:
            raise Unknown(f"No training snapshot was recorded for {name} {version}.")
        return {"feature_snapshot": recorded, "created": False}

    @Verb(
        "record",
        takes=SnapshotInput,
        examples={"one feature": {"feature_snapshot": {"rolling_7d_avg_orders": "37e8f223574c"}}},
    )
    def put(self, name: str, version: str) -> Any:
        """Record the training snapshot, once.

        The same content again changes nothing; different content is refused with 409.
        """
        model_version = self.model_version
        created = record_snapshot(model_version, self.body["feature_snapshot"], actor=self.actor)
        return {"feature_snapshot": snapshots.recorded_snapshot(model_version), "created": created}


class Compatibility(VersionEndpoint, Read):
    """Would serving compute what training did?"""

    noun = "compatibility"
    serializer_class = CompatibilityOutput

    def content(self, name: str, version: str) -> Any:
        return gate_reports.compatibility_report(
            self.model_version, requester=self.actor.name, origin=origin_of(self.request)
        )


class DeploymentGate(VersionEndpoint):
    """Evaluate the deployment gate.

    200 PROCEED, or 409 BLOCKED with every conflict and the ways out. The decision is recorded either way. `message` is
    what the page, the commands and webhooks say too.
    """

    noun = "deployment_gate"
    serializer_class = GateReportOutput

    @Verb("ask")
    def post(self, name: str, version: str) -> Any:
        decision = evaluate_deployment_gate(self.model_version, actor=self.actor)
        report = gate_reports.report_of(decision, origin=origin_of(self.request))
        if not decision.proceeds:
            raise Refused("gate_blocked", f"The deployment gate blocks {name} {version}.", detail=report)
        return report


class NoFeatures(VersionEndpoint):
    """Confirm that a version uses no registered features.

    By an approver who did not register it; the deployment gate is closed until then.
    """

    noun = "no_features"
    serializer_class = ConfirmationOutput
    required_scope = "approve"

    @Verb("confirm", takes=DecideInput, examples={"with a reason": {"reason": "It reads raw text alone."}})
    def post(self, name: str, version: str) -> Any:
        return confirm_no_features(self.model_version, reason=self.body["reason"], actor=self.actor)


class Promotion(VersionEndpoint):
    """Promote to a stage.

    A version of a regulated model enters production once another person approved it: 202 with the approval request.
    """

    serializer_class = DecisionOutput

    @Verb("promote", takes=PromotionInput, answers=PROMOTION_ANSWERS, examples=PROMOTION_EXAMPLES)
    def post(self, name: str, version: str) -> Any:
        promoted = promote(self.model_version, **self.body, actor=self.actor)
        if isinstance(promoted, ApprovalRequest):
            waiting = approval_requests.approval_request(promoted.pk)
            return Response(ApprovalRequestOutput(waiting).data, status=202)
        return promoted


class Pins(VersionEndpoint):
    """Pin features to the versions trained on.

    Each feature has a version, or an object with `version` and `reason`. Null removes a pin; a feature that is not
    named stays as it is. The reason is shown wherever the pin is.
    """

    noun = "pins"
    serializer_class = PinsInput

    @Verb(
        "set",
        takes=PinsInput,
        shape=PinsInput.SCHEMA,
        answers={(200, "application/json"): PinsInput.PINS["application/json"]},
        examples={
            "one pin": {"rolling_7d_avg_orders": {"version": "37e8f223574c", "reason": "Until it is retrained."}},
            "without a reason": {"rolling_7d_avg_orders": "37e8f223574c"},
        },
    )
    def put(self, name: str, version: str) -> Any:
        pins = {feature: pin["version"] for feature, pin in self.body.items()}
        reasons = {feature: pin["reason"] for feature, pin in self.body.items()}
        return Response(pin_features(self.model_version, pins, reasons=reasons, actor=self.actor))


class Evaluations(VersionEndpoint):
    """Add evaluation results.

    Results are never edited; policies use the newest of each metric and slice.
    """

    noun = "evaluations"
    serializer_class = EvaluationOutput
    pagination_class = None
    filter_backends = ()

    @Verb("add", takes=EvaluationsInput, many=True, status=201, examples=EVALUATION_EXAMPLES)
    def post(self, name: str, version: str) -> Any:
        results = self.body["evaluations"]
        return add_evaluations(self.model_version, results, actor=self.actor)


class Fairness(VersionEndpoint, ReadAll):
    """Rates by group, and the fairness figures over them.

    Computed from the newest `group_rows`, `selection_rate`, `true_positive_rate` and `false_positive_rate` on slices
    `column=group`.
    """

    noun = "fairness"
    serializer_class = FairnessOutput

    def content(self, name: str, version: str) -> Any:
        return policies.fairness_of(self.model_version)


class ServingFeatures(VersionEndpoint, ReadAll):
    """What serving must compute.

    Each feature at its pin if there is one, else as trained; never at the latest version. In an environment, the pins
    of what serves there take precedence.
    """

    noun = "serving_features"
    serializer_class = ServingFeatureOutput
    parameters = (ENVIRONMENT,)

    def content(self, name: str, version: str) -> Any:
        environment = self.request.query_params.get("environment", "")
        return snapshots.serving_features(self.model_version, environment)
