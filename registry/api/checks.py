"""Checks, runs and alerts over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint
from registry import models as records
from registry.actions.alerts import acknowledge
from registry.actions.checks import cancel_run, define_parity, propose, queue_run
from registry.api.serializers.checks import (
    AcknowledgeInput,
    AlertOutput,
    CheckInput,
    CheckOutput,
    ParityInput,
    QueuedOutput,
    RunOutput,
)
from registry.domain.definition import Definition
from registry.queries import checks, features


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
        request=CheckInput,
        responses={201: CheckOutput},
        examples=[
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
            )
        ],
    )
    def post(self, request: Request) -> Response:
        given = self.read(CheckInput)
        feature = features.feature(given.validated_data["feature"])
        check = define_parity(
            features.version(feature, given.validated_data["trained"]),
            features.version(feature, given.validated_data["current"]),
            parameters=given.parameters(),
            name=given.validated_data["name"],
            blocking=given.validated_data["blocking"],
            actor=self.actor,
        )
        return Response(CheckOutput(checks.check(check.pk)).data, status=201)


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
        run = propose(features.feature(given["feature"]), Definition(**given["proposed"]), actor=self.actor)
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
