"""Models, model versions and their gates over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint
from platform_site.audit import queries as audit
from platform_site.errors import Refused, Unknown
from registry import models as records
from registry.actions.gates import ask_deployment_gate
from registry.actions.pins import pin_features
from registry.actions.promotion import promote
from registry.actions.registration import add_evaluations, register_model, register_version
from registry.actions.regulation import mark_regulated
from registry.actions.serving import set_silence_limit
from registry.actions.snapshots import record_snapshot
from registry.api.serializers.features import FeatureVersionOutput
from registry.api.serializers.models import (
    CompatibilityOutput,
    DecisionOutput,
    EvaluationOutput,
    EvaluationsInput,
    FairnessOutput,
    ModelInput,
    ModelOutput,
    PinsInput,
    PromotionInput,
    RegulatedInput,
    SilenceInput,
    SnapshotInput,
    SnapshotOutput,
    VersionInput,
    VersionOutput,
    VersionRowOutput,
    rendered,
)
from registry.models import ModelVersion
from registry.queries import gates, model_versions, policies, snapshots
from registry.queries.subjects import subject

ENVIRONMENT = OpenApiParameter("environment", str, description="Where the version serves; its pins there go first.")
HEX = "0123456789abcdef" * 4
MODEL_EXAMPLE = OpenApiExample(
    "a forecast",
    request_only=True,
    value={"name": "demand_forecast_model", "owner_team": "forecasting", "model_type": "regression"},
)
VERSION_EXAMPLE = OpenApiExample(
    "all six lineage parts",
    request_only=True,
    value={
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
    },
)


class Models(ListEndpoint):
    """`models/`"""

    serializer_class = ModelOutput
    filterset_class = filters(
        records.RegisteredModel, "serving_mode", "model_type", "regulated", owner_team="owner_team__slug"
    )
    search_fields = ("name", "description")
    ordering_fields = ("name", "created_at")

    def rows(self) -> Any:
        return model_versions.models()

    @extend_schema(summary="List models", operation_id="models_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Add a model",
        operation_id="models_add",
        request=ModelInput,
        responses={201: ModelOutput},
        examples=[MODEL_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        model = register_model(**self.read(ModelInput).validated_data, actor=self.actor)
        return Response(ModelOutput(model_versions.model(model.name)).data, status=201)


class Model(Endpoint):
    """`models/{name}/`"""

    serializer_class = ModelOutput

    @extend_schema(summary="A model", operation_id="models_read")
    def get(self, request: Request, name: str) -> Response:
        return Response(ModelOutput(model_versions.model(name)).data)

    @extend_schema(
        summary="Say after how many hours without a report serving is silent",
        operation_id="models_silence",
        request=SilenceInput,
        responses=ModelOutput,
        examples=[OpenApiExample("two hours", request_only=True, value={"silent_after_hours": 2})],
    )
    def patch(self, request: Request, name: str) -> Response:
        """Whoever contributes to the model's team. Silence opens an alert that informs."""
        hours = self.read(SilenceInput).validated_data["silent_after_hours"]
        set_silence_limit(model_versions.model(name), hours, actor=self.actor)
        return Response(ModelOutput(model_versions.model(name)).data)


class Regulated(Endpoint):
    """`models/{name}/regulated/`"""

    serializer_class = ModelOutput

    @extend_schema(
        summary="Mark a model as regulated, or take the mark away",
        operation_id="models_regulated",
        request=RegulatedInput,
        responses=ModelOutput,
        examples=[
            OpenApiExample(
                "credit", request_only=True, value={"regulated": True, "reason": "It decides on consumer credit."}
            )
        ],
    )
    def put(self, request: Request, name: str) -> Response:
        """Leads and approvers; taking the mark away is not for members of the model's own team.

        Policies for regulated models are put to its versions at once.
        """
        given = self.read(RegulatedInput).validated_data
        mark_regulated(model_versions.model(name), given["regulated"], reason=given["reason"], actor=self.actor)
        return Response(ModelOutput(model_versions.model(name)).data)


class Versions(ListEndpoint):
    """`models/{name}/versions/`"""

    serializer_class = VersionRowOutput
    filterset_class = filters(records.ModelVersion, "stage")
    ordering_fields = ("registered_at", "version")

    def rows(self) -> Any:
        return model_versions.versions(model_versions.model(self.kwargs["name"]))

    @extend_schema(summary="The versions of a model", operation_id="model_versions_list")
    def get(self, request: Request, name: str) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Register a model version: the registration gate",
        operation_id="model_versions_register",
        request=VersionInput,
        responses={201: VersionOutput},
        examples=[VERSION_EXAMPLE],
    )
    def post(self, request: Request, name: str) -> Response:
        """422 lists every lineage part that is missing or names nothing, each with how to supply it."""
        given = self.read(VersionInput).validated_data
        version = register_version(
            model_versions.model(name),
            version=given["version"],
            artifact=given["artifact"],
            lineage_parts=given["lineage"],
            actor=self.actor,
        )
        return Response(VersionOutput(version).data, status=201)


class VersionEndpoint(Endpoint):
    """What all calls about one model version share."""

    @property
    def model_version(self) -> ModelVersion:
        return model_versions.version(self.kwargs["name"], self.kwargs["version"])


class Version(VersionEndpoint):
    """`models/{name}/versions/{version}/`"""

    serializer_class = VersionOutput

    @extend_schema(summary="A model version", operation_id="model_versions_read")
    def get(self, request: Request, name: str, version: str) -> HttpResponse:
        """Asked for at every deploy: told from memory while no event of the log speaks of the version."""
        newest = audit.newest_hash(subject(name, version))
        if newest is None:
            return Response(VersionOutput(self.model_version).data)
        return HttpResponse(rendered(name, version, newest), content_type="application/json")


class Snapshot(VersionEndpoint):
    """`models/{name}/versions/{version}/snapshot/`"""

    serializer_class = SnapshotOutput

    @extend_schema(summary="The training snapshot", operation_id="snapshot_read")
    def get(self, request: Request, name: str, version: str) -> Response:
        recorded = snapshots.recorded_snapshot(self.model_version)
        if recorded is None:
            raise Unknown(f"No training snapshot was recorded for {name} {version}.")
        return Response({"feature_snapshot": recorded, "created": False})

    @extend_schema(
        summary="Record the training snapshot, once",
        operation_id="snapshot_record",
        request=SnapshotInput,
        responses=SnapshotOutput,
        examples=[
            OpenApiExample(
                "one feature",
                request_only=True,
                value={"feature_snapshot": {"rolling_7d_avg_orders": "37e8f223574c"}},
            )
        ],
    )
    def put(self, request: Request, name: str, version: str) -> Response:
        """The same content again changes nothing; other content is refused with 409."""
        version_found = self.model_version
        wanted = self.read(SnapshotInput).validated_data["feature_snapshot"]
        created = record_snapshot(version_found, wanted, actor=self.actor)
        return Response({"feature_snapshot": snapshots.recorded_snapshot(version_found), "created": created})


class Compatibility(VersionEndpoint):
    """`models/{name}/versions/{version}/compatibility/`"""

    serializer_class = CompatibilityOutput

    @extend_schema(summary="Would serving compute what training did?", operation_id="compatibility_read")
    def get(self, request: Request, name: str, version: str) -> Response:
        found = gates.conflicts_of(self.model_version)
        compatible = not any(conflict.blocks for conflict in found)
        return Response({"compatible": compatible, "conflicts": [conflict.as_dict() for conflict in found]})


class DeploymentGate(VersionEndpoint):
    """`models/{name}/versions/{version}/deployment-gate/`"""

    serializer_class = DecisionOutput

    @extend_schema(
        summary="Ask the deployment gate",
        operation_id="deployment_gate_ask",
        request=None,
        responses={200: DecisionOutput},
    )
    def post(self, request: Request, name: str, version: str) -> Response:
        """200 PROCEED, or 409 BLOCKED with every conflict and the ways out. The decision is kept either way."""
        decision = ask_deployment_gate(self.model_version, actor=self.actor)
        if not decision.proceeds:
            raise Refused("gate_blocked", f"{name} {version} is blocked.", detail=decision.as_dict())
        return Response(DecisionOutput(decision).data)


class Promotion(VersionEndpoint):
    """`models/{name}/versions/{version}/promote/`"""

    serializer_class = DecisionOutput

    @extend_schema(
        summary="Promote to a stage",
        operation_id="model_versions_promote",
        request=PromotionInput,
        responses=DecisionOutput,
        examples=[OpenApiExample("to production", request_only=True, value={"to": "production"})],
    )
    def post(self, request: Request, name: str, version: str) -> Response:
        to = self.read(PromotionInput).validated_data["to"]
        return Response(DecisionOutput(promote(self.model_version, to, actor=self.actor)).data)


class Pins(VersionEndpoint):
    """`models/{name}/versions/{version}/pins/`"""

    serializer_class = PinsInput

    @extend_schema(
        summary="Pin features to the versions trained on",
        operation_id="pins_set",
        request=PinsInput.SCHEMA,
        responses={(200, "application/json"): PinsInput.SCHEMA["application/json"]},
        examples=[OpenApiExample("one pin", request_only=True, value={"rolling_7d_avg_orders": "37e8f223574c"})],
    )
    def put(self, request: Request, name: str, version: str) -> Response:
        """Null lifts a pin; a feature that is not named keeps what it has."""
        return Response(pin_features(self.model_version, self.read(PinsInput).validated_data, actor=self.actor))


class Evaluations(VersionEndpoint):
    """`models/{name}/versions/{version}/evaluations/`"""

    serializer_class = EvaluationOutput
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        summary="Add evaluation results",
        operation_id="evaluations_add",
        request=EvaluationsInput,
        responses={201: EvaluationOutput(many=True)},
        examples=[
            OpenApiExample(
                "one slice",
                request_only=True,
                value={"evaluations": [{"metric": "mape", "value": 0.121, "slice": "region=north"}]},
            ),
            OpenApiExample(
                "the rates of one group",
                request_only=True,
                value={
                    "evaluations": [
                        {"metric": "group_rows", "value": 1210, "slice": "age_band=18-25"},
                        {"metric": "selection_rate", "value": 0.31, "slice": "age_band=18-25"},
                        {"metric": "true_positive_rate", "value": 0.72, "slice": "age_band=18-25"},
                    ]
                },
            ),
        ],
    )
    def post(self, request: Request, name: str, version: str) -> Response:
        """Results are never edited; policies see the newest of each metric and slice."""
        results = self.read(EvaluationsInput).validated_data["evaluations"]
        added = add_evaluations(self.model_version, results, actor=self.actor)
        return Response(EvaluationOutput(added, many=True).data, status=201)


class Fairness(VersionEndpoint):
    """`models/{name}/versions/{version}/fairness/`"""

    serializer_class = FairnessOutput
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        summary="Rates by group, and the figures of fairness over them",
        operation_id="fairness_list",
        responses=FairnessOutput(many=True),
    )
    def get(self, request: Request, name: str, version: str) -> Response:
        """Computed from the newest `group_rows`, `selection_rate` and `true_positive_rate` on slices `column=group`."""
        return Response(FairnessOutput(policies.fairness_of(self.model_version), many=True).data)


class ServingFeatures(VersionEndpoint):
    """`models/{name}/versions/{version}/serving-features/`"""

    serializer_class = FeatureVersionOutput
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        summary="What serving must compute",
        operation_id="serving_features_list",
        parameters=[ENVIRONMENT],
        responses=FeatureVersionOutput(many=True),
    )
    def get(self, request: Request, name: str, version: str) -> Response:
        """Each feature at its pin if there is one, else as trained. Never at latest. In an environment the pins of
        what serves there go first."""
        where = request.query_params.get("environment", "")
        return Response(FeatureVersionOutput(snapshots.serving_features(self.model_version, where), many=True).data)
