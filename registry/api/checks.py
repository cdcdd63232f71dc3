"""Checks, runs and alerts over the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.access import Actor
from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint
from registry import models as records
from registry.actions.alerts import acknowledge
from registry.actions.checks import cancel_run, change_check, define_check, define_parity, propose, queue_run
from registry.api.serializers.checks import (
    INPUTS,
    AcknowledgeInput,
    AlertOutput,
    CheckChange,
    CheckOutput,
    ColumnFindingOutput,
    KindInput,
    MarkdownOutput,
    ParityCheckInput,
    ParityInput,
    QueuedOutput,
    RunOutput,
)
from registry.domain.definition import Definition
from registry.queries import checks, features
from registry.queries import model_versions as models
from registry.summaries import markdown

EXAMPLES = [
    OpenApiExample(
        "two versions, row by row",
        request_only=True,
        value={
            "name": "orders-before-and-after",
            "kind": "definition_parity",
            "feature": "rolling_7d_avg_orders",
            "trained": "37e8f223574c",
            "current": "7f687058610f",
        },
    ),
    OpenApiExample(
        "drift, day by day",
        request_only=True,
        value={
            "name": "flights-daily",
            "kind": "drift",
            "reference": "flights",
            "reference_from": "2013-01-01",
            "reference_to": "2013-02-01",
            "current_from": "-7d",
            "window": "day",
            "calibrated": True,
            "schedule": "30 6 * * *",
        },
    ),
    OpenApiExample(
        "what serving logged against what was trained on",
        request_only=True,
        value={
            "name": "delay-forecast-log",
            "kind": "log_parity",
            "training": "training_rows",
            "serving": "serving_log",
            "entity_key": ["tailnum"],
            "tolerance_s": 60,
        },
    ),
    OpenApiExample(
        "a data set before training",
        request_only=True,
        value={
            "name": "orders-before-training",
            "kind": "schema",
            "dataset": "orders_daily",
            "columns": [{"name": "status", "allowed": ["open", "shipped"], "nullable": False}],
        },
    ),
]


class Checks(ListEndpoint):
    """`checks/`"""

    serializer_class = CheckOutput
    filterset_class = filters(records.Check, "kind", feature="feature__name")
    search_fields = ("name",)
    ordering_fields = ("name", "created_at")

    def rows(self) -> Any:
        return checks.checks()

    @extend_schema(summary="List checks", operation_id="checks_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Define a check",
        operation_id="checks_define",
        request=PolymorphicProxySerializer("CheckInput", list(INPUTS.values()), resource_type_field_name=None),
        responses={201: CheckOutput},
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Parameters are those of the kind: see the examples. The same name and content gives the same check."""
        given = self.read(INPUTS.get(request.data.get("kind"), KindInput) if _is_object(request.data) else KindInput)
        check = _defined(given, self.actor)
        return Response(CheckOutput(checks.check(check.pk)).data, status=201)


class Check(Endpoint):
    """`checks/{id}/`"""

    serializer_class = CheckOutput

    @extend_schema(summary="A check", operation_id="checks_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(CheckOutput(checks.check(pk)).data)

    @extend_schema(
        summary="Schedule a check, let it block, or no longer",
        operation_id="checks_change",
        request=CheckChange,
        responses=CheckOutput,
        examples=[OpenApiExample("every morning", request_only=True, value={"schedule": "30 6 * * *"})],
    )
    def patch(self, request: Request, pk: int) -> Response:
        """What a check compares never changes: define another one."""
        check, given = checks.check(pk), self.read(CheckChange).validated_data
        kept = {"schedule": check.schedule, "blocking": check.blocking}
        change_check(check, **{**kept, **given}, actor=self.actor)
        return Response(CheckOutput(checks.check(pk)).data)


def _is_object(given: Any) -> bool:
    return isinstance(given, Mapping) and isinstance(given.get("kind"), str)


def _defined(given: Any, actor: Actor) -> records.Check:
    if not isinstance(given, ParityCheckInput):
        told = given.validated_data
        model = models.model(told["model"]) if told["model"] else None
        chosen = {name: told[name] for name in ("name", "blocking", "schedule")}
        return define_check(told["kind"], **chosen, parameters=given.parameters(), model=model, actor=actor)
    feature = features.feature(given.validated_data["feature"])
    return define_parity(
        features.version(feature, given.validated_data["trained"]),
        features.version(feature, given.validated_data["current"]),
        parameters=given.parameters(),
        name=given.validated_data["name"],
        blocking=given.validated_data["blocking"],
        actor=actor,
    )


class Runs(ListEndpoint):
    """`checks/{id}/runs/`"""

    serializer_class = RunOutput

    def rows(self) -> Any:
        return checks.runs().filter(check_definition=checks.check(self.kwargs["pk"])).select_related("result")

    @extend_schema(summary="The runs of a check", operation_id="check_runs_list")
    def get(self, request: Request, pk: int) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Ask for a run",
        operation_id="check_runs_queue",
        request=None,
        responses={202: QueuedOutput},
    )
    def post(self, request: Request, pk: int) -> Response:
        return Response(QueuedOutput(queue_run(checks.check(pk), actor=self.actor)).data, status=202)


class Run(Endpoint):
    """`check-runs/{id}/`"""

    serializer_class = RunOutput

    @extend_schema(summary="A run: its progress, and what it found", operation_id="check_runs_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(RunOutput(checks.run(pk)).data)


class Summary(Endpoint):
    """`check-runs/{id}/markdown/`"""

    serializer_class = MarkdownOutput

    @extend_schema(summary="A run as Markdown, for a pull request", operation_id="check_runs_markdown")
    def get(self, request: Request, pk: int) -> Response:
        return Response({"markdown": markdown(checks.run(pk))})


class Columns(ListEndpoint):
    """`check-runs/{id}/columns/`"""

    serializer_class = ColumnFindingOutput
    filterset_class = filters(records.ColumnFinding, "outcome", "kind")
    search_fields = ("column",)
    ordering_fields = ("rank", "column", "effect")

    def rows(self) -> Any:
        return checks.run(self.kwargs["pk"]).columns.order_by("rank")

    @extend_schema(summary="What a run found, column by column", operation_id="check_run_columns_list")
    def get(self, request: Request, pk: int) -> Response:
        """Ranked: what drifted first, by the size of the effect and the column's importance."""
        return self.list(request)


class CancelRun(Endpoint):
    """`check-runs/{id}/cancel/`"""

    serializer_class = QueuedOutput

    @extend_schema(
        summary="Cancel a run", operation_id="check_runs_cancel", request=None, responses={202: QueuedOutput}
    )
    def post(self, request: Request, pk: int) -> Response:
        return Response(QueuedOutput(cancel_run(checks.run(pk), actor=self.actor)).data, status=202)


class Parity(Endpoint):
    """`parity/`"""

    serializer_class = QueuedOutput

    @extend_schema(
        summary="Hold a proposed definition against the current one",
        operation_id="parity_ask",
        request=ParityInput,
        responses={202: QueuedOutput},
        examples=[
            OpenApiExample(
                "a latency fix",
                request_only=True,
                value={
                    "feature": "rolling_7d_avg_orders",
                    "proposed": {
                        "computation_logic": "AVG(COALESCE(order_count, 0)) OVER (PARTITION BY customer_id "
                        "ORDER BY date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
                        "null_handling": "zero_fill",
                        "data_type": "float32",
                        "source_table": "orders_daily",
                    },
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """For CI, before a change is merged; nothing is registered. The run tells what differs and what it would block."""
        given = self.read(ParityInput).validated_data
        feature, proposed = features.feature(given["feature"]), Definition(**given["proposed"])
        run = propose(feature, proposed, dataset=given["dataset"], actor=self.actor)
        return Response(QueuedOutput(run).data, status=202)


class Alerts(ListEndpoint):
    """`alerts/`"""

    serializer_class = AlertOutput
    filterset_class = filters(records.Alert, "state", "blocking", model="model__name")
    ordering_fields = ("opened_at",)

    def rows(self) -> Any:
        return checks.alerts()

    @extend_schema(summary="List alerts", operation_id="alerts_list")
    def get(self, request: Request) -> Response:
        return self.list(request)


class Alert(Endpoint):
    """`alerts/{id}/`"""

    serializer_class = AlertOutput

    @extend_schema(summary="An alert", operation_id="alerts_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(AlertOutput(checks.alert(pk)).data)

    @extend_schema(
        summary="Acknowledge an alert until a moment",
        operation_id="alerts_acknowledge",
        request=AcknowledgeInput,
        responses=AlertOutput,
        examples=[OpenApiExample("a day", request_only=True, value={"acknowledged_until": "2030-01-01T08:00:00Z"})],
    )
    def patch(self, request: Request, pk: int) -> Response:
        until = self.read(AcknowledgeInput).validated_data["acknowledged_until"]
        return Response(AlertOutput(acknowledge(checks.alert(pk), until=until, actor=self.actor)).data)
