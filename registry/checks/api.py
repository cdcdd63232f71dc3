"""Checks, runs and alerts over the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer

from platform_site.access import Actor
from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from registry import models as records
from registry.checks.actions.alerts import acknowledge
from registry.checks.actions.checks import cancel_run, change_check, define_check, define_parity, propose, request_run
from registry.checks.markdown import markdown
from registry.checks.queries import checks
from registry.checks.rules.acknowledgements import Period, ends
from registry.checks.serializers.alerts import AcknowledgeInput, AlertDetailOutput, AlertOutput
from registry.checks.serializers.checks import (
    INPUTS,
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
from registry.compute.definition import Definition
from registry.features.queries import features
from registry.versions.queries import model_versions as models

EXAMPLES = {
    "two versions, row by row": {
        "name": "orders-before-and-after",
        "kind": "definition_parity",
        "feature": "rolling_7d_avg_orders",
        "trained": "37e8f223574c",
        "current": "7f687058610f",
    },
    "two versions in Python, as two data sets hold their values": {
        "name": "basket-score-before-and-after",
        "kind": "definition_parity",
        "feature": "basket_score",
        "trained": "37e8f223574c",
        "current": "7f687058610f",
        "trained_dataset": "features_march",
        "trained_column": "basket_score",
        "current_dataset": "features_april",
        "current_column": "basket_score",
        "key": ["order_id"],
    },
    "two materializations of one table": {
        "name": "orders-dev-against-prod",
        "kind": "log_parity",
        "training": "orders_prod",
        "serving": "orders_dev",
        "entity_key": ["order_id"],
        "match_by": "key",
    },
    "drift, day by day": {
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
    "what serving logged against what was trained on": {
        "name": "delay-forecast-log",
        "kind": "log_parity",
        "training": "training_rows",
        "serving": "serving_log",
        "entity_key": ["tailnum"],
        "tolerance_s": 60,
    },
    "a data set before training": {
        "name": "orders-before-training",
        "kind": "schema",
        "dataset": "orders_daily",
        "columns": [{"name": "status", "allowed": ["open", "shipped"], "nullable": False}],
    },
}
PARITY_EXAMPLE = {
    "feature": "rolling_7d_avg_orders",
    "proposed": {
        "computation_logic": "AVG(COALESCE(order_count, 0)) OVER (PARTITION BY customer_id "
        "ORDER BY date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
        "null_handling": "zero_fill",
        "data_type": "float32",
        "source_table": "orders_daily",
    },
}
ANY_KIND = PolymorphicProxySerializer("CheckInput", list(INPUTS.values()), resource_type_field_name=None)


class Checks(ListEndpoint):
    """List checks."""

    serializer_class = CheckOutput
    filterset_class = filters(records.Check, "kind", feature="feature__name")
    search_fields = ("name",)
    ordering_fields = ("name", "created_at")

    def rows(self) -> Any:
        return checks.checks()

    @Verb("define", shape=ANY_KIND, status=201, examples=EXAMPLES)
    def post(self) -> Any:
        """Define a check.

        Parameters are those of the kind: see the examples. The same name and content gives the same check.
        """
        data = self.request.data
        kind = data.get("kind") if isinstance(data, Mapping) else None
        shape = INPUTS.get(kind, KindInput) if isinstance(kind, str) else KindInput
        check = _defined(self.read(shape), self.actor)
        return checks.get_check(check.pk)


class Check(Read):
    """A check."""

    serializer_class = CheckOutput

    def content(self, pk: int) -> Any:
        return checks.get_check(pk)

    @Verb("change", takes=CheckChange, examples={"every morning": {"schedule": "30 6 * * *"}})
    def patch(self, pk: int) -> Any:
        """Change the schedule of a check, and whether it blocks.

        What a check compares never changes: define another one instead. One that closes gates is made informational, or
        runs less often, only by an approver or a lead who did not define it and is in none of the teams that it is about.
        """
        check = checks.get_check(pk)
        before = {"schedule": check.schedule, "blocking": check.blocking}
        change_check(check, **{**before, **self.body}, actor=self.actor)
        return checks.get_check(pk)


def _defined(body: Any, actor: Actor) -> records.Check:
    fields = body.validated_data
    if not isinstance(body, ParityCheckInput):
        model = models.model(fields["model"]) if fields["model"] else None
        chosen = {name: fields[name] for name in ("name", "blocking", "schedule")}
        return define_check(fields["kind"], **chosen, parameters=body.parameters(), model=model, actor=actor)
    feature = features.feature(fields["feature"])
    return define_parity(
        features.version(feature, fields["trained"]),
        features.version(feature, fields["current"]),
        parameters=body.parameters(),
        name=fields["name"],
        blocking=fields["blocking"],
        actor=actor,
    )


class Runs(ListEndpoint):
    """The runs of a check."""

    noun = "check_runs"
    serializer_class = RunOutput

    def rows(self) -> Any:
        return checks.runs().filter(check_definition=checks.get_check(self.kwargs["pk"])).select_related("result")

    @Verb("queue", gives=QueuedOutput, status=202)
    def post(self, pk: int) -> Any:
        """Queue a run."""
        return request_run(checks.get_check(pk), actor=self.actor)


class Run(Read):
    """A run: its progress and its findings."""

    serializer_class = RunOutput

    def content(self, pk: int) -> Any:
        return checks.get_run(pk)


class Summary(Read):
    """A run as Markdown, for a pull request."""

    get_verb = "markdown"
    serializer_class = MarkdownOutput

    def content(self, pk: int) -> Any:
        return {"markdown": markdown(checks.get_run(pk))}


class Columns(ListEndpoint):
    """The findings of a run, column by column.

    Ranked: drifted columns first, by the size of the effect times the importance of the column.
    """

    noun = "check_run_columns"
    serializer_class = ColumnFindingOutput
    filterset_class = filters(records.ColumnFinding, "outcome", "kind")
    search_fields = ("column",)
    ordering_fields = ("rank", "column", "effect")

    def rows(self) -> Any:
        return checks.get_run(self.kwargs["pk"]).columns.order_by("rank")


class CancelRun(Endpoint):
    """Cancel a run."""

    serializer_class = QueuedOutput

    @Verb("cancel", status=202)
    def post(self, pk: int) -> Any:
        return cancel_run(checks.get_run(pk), actor=self.actor)


class Parity(Endpoint):
    """Compare a proposed definition with the current one.

    For CI, before a change is merged; nothing is registered. The run shows what differs and which models it would block.
    """

    serializer_class = QueuedOutput

    @Verb("ask", takes=ParityInput, status=202, examples={"a latency fix": PARITY_EXAMPLE})
    def post(self) -> Any:
        feature, proposed = features.feature(self.body["feature"]), Definition(**self.body["proposed"])
        return propose(feature, proposed, dataset=self.body["dataset"], actor=self.actor)


class Alerts(ListEndpoint):
    """List alerts."""

    serializer_class = AlertOutput
    filterset_class = filters(
        records.Alert,
        "state", "blocking", "finding", "environment", "feature",
        model="model__name", version="model_version__version",
    )  # fmt: skip
    ordering_fields = ("opened_at", "observed_at")

    def rows(self) -> Any:
        return checks.alerts()


class Alert(Read):
    """An alert."""

    serializer_class = AlertDetailOutput

    def content(self, pk: int) -> Any:
        return checks.get_alert(pk)

    @Verb(
        "acknowledge",
        takes=AcknowledgeInput,
        examples={
            "a day": {"acknowledge_for": "1_day"},
            "until fixed, as it was seen": {"acknowledge_for": "until_fixed", "seen": 7},
            "until a moment": {"acknowledged_until": "2030-01-01T08:00:00Z"},
        },
    )
    def patch(self, pk: int) -> Any:
        """Acknowledge what an alert reports, for a period or until a moment.

        Another or worse finding opens it again earlier, whatever was chosen; `returns` says when it does.
        """
        until = self.body.get("acknowledged_until")
        if period := self.body.get("acknowledge_for"):
            until = ends(Period(period), timezone.now())
        acknowledge(checks.get_alert(pk), until=until, actor=self.actor, seen=self.body.get("seen"))
        return checks.get_alert(pk)
