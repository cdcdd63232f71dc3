"""Features over the API."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.response import Response

from platform_site.api.filters import TagFilter, filters
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from registry import models as records
from registry.compute.dialects.code import ENGINE
from registry.features.actions.acceptance import accept_difference
from registry.features.actions.current_version import set_current
from registry.features.actions.details import edit_feature
from registry.features.actions.new_definitions import NewDefinition
from registry.features.actions.registration import register_feature, register_features
from registry.features.queries import features, impact
from registry.features.queries.compiled import compiled
from registry.features.serializers import (
    AcceptInput,
    CompiledOutput,
    CurrentInput,
    DefinitionsInput,
    FeatureDetailsInput,
    FeatureInput,
    FeatureOutput,
    FeatureVersionOutput,
    ImpactOutput,
    ProposalInput,
    ProposalOutput,
    RegisteredOutput,
    arguments,
)

DEFINITION = {
    "name": "rolling_7d_avg_orders",
    "description": "Average daily orders of a customer over the last seven days.",
    "owner_team": "data-platform",
    "computation_logic": "AVG(order_count) OVER (PARTITION BY customer_id ORDER BY date "
    "ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
    "null_handling": "forward_fill",
    "data_type": "float32",
    "source_table": "orders_daily",
    "reason": "First definition.",
}
PROPOSAL = {
    "computation_logic": "AVG(COALESCE(order_count, 0)) OVER (PARTITION BY customer_id ORDER BY date "
    "ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
    "null_handling": "zero_fill",
    "data_type": "float32",
    "source_table": "orders_daily",
}
EDITED = {"owner_team": "data-platform", "description": "Average of seven days.", "tags": ["demand", "tier-1"]}
BACK = {"version": "37e8f223574c", "reason": "The latency fix changed the values."}


PARITY_FIRST = {"requires_parity": True}


class Features(ListEndpoint):
    """List features."""

    serializer_class = FeatureOutput
    filterset_class = filters(records.Feature, owner_team="owner_team__slug", tag=TagFilter())
    search_fields = ("name", "description", "tags")
    ordering_fields = ("name", "created_at")

    def rows(self) -> Any:
        return features.features()

    @Verb(
        "register",
        takes=FeatureInput,
        gives=RegisteredOutput,
        status=(201, 200),
        examples={"a seven-day average": DEFINITION},
    )
    def post(self) -> Any:
        """Register a definition.

        201 for a new version, 200 when the same definition is already registered.
        """
        registered = register_feature(**arguments(self.body), actor=self.actor)
        return Response(RegisteredOutput(registered).data, status=201 if registered.created else 200)


class Feature(Read):
    """A feature."""

    serializer_class = FeatureOutput

    def content(self, name: str) -> Any:
        return features.feature(name)

    @Verb("edit", takes=FeatureDetailsInput, examples={"another owner": EDITED, "parity first": PARITY_FIRST})
    def patch(self, name: str) -> Any:
        """Edit owner, description and tags, or switch parity first.

        For contributors of the owning team, and leads. None of them is part of a definition, so no version changes.
        """
        edit_feature(features.feature(name), **self.body, actor=self.actor)
        return features.feature(name)


@extend_schema_view(get=extend_schema(exclude=True), patch=extend_schema(exclude=True))
class Bulk(Feature):
    """A feature whose name is `bulk`: this address is its own too, only POST means all features."""

    pagination_class = None
    filter_backends = ()

    @Verb(
        "register_many",
        takes=DefinitionsInput,
        gives=RegisteredOutput,
        many=True,
        examples={"a definition": {"definitions": [DEFINITION]}},
    )
    def post(self, name: str) -> Any:
        """Register up to 500 definitions together.

        All of them or none. The answers are in the order of the definitions, each as `POST features/` answers it; a fault names
        the index of its definition: `definitions[17].null_handling`. Every changed feature gets its parity run, however
        many wait already.
        """
        definitions = [NewDefinition(**definition) for definition in self.body]
        return register_features(definitions, actor=self.actor)


class Versions(ListEndpoint):
    """The versions of a feature."""

    noun = "feature_versions"
    serializer_class = FeatureVersionOutput

    def rows(self) -> Any:
        return features.versions(features.feature(self.kwargs["name"]))


class Version(Read):
    """One version of a feature."""

    noun = "feature_versions"
    serializer_class = FeatureVersionOutput

    def content(self, name: str, version: str) -> Any:
        return features.version(features.feature(name), version)


class Acceptance(Endpoint):
    """Accept that a version computes other values.

    By an approver or a lead who did not register it: the version waits for its parity check, and is current from then on.
    """

    noun = "feature_acceptance"
    serializer_class = FeatureVersionOutput
    required_scope = "approve"

    @Verb(
        "accept", takes=AcceptInput, examples={"a wanted change": {"reason": "Zero is right for days without orders."}}
    )
    def post(self, name: str, version: str) -> Any:
        feature = features.feature(name)
        waiting = features.version(feature, version)
        return accept_difference(feature, waiting, reason=self.body["reason"], actor=self.actor)


class Current(Endpoint):
    """Make a version current, older or newer."""

    noun = "feature_current"
    serializer_class = FeatureVersionOutput

    @Verb("set", takes=CurrentInput, examples={"back": BACK})
    def post(self, name: str) -> Any:
        fields, feature = self.body, features.feature(name)
        version = features.version(feature, fields["version"])
        return set_current(feature, version, reason=fields["reason"], actor=self.actor)


class Sql(Read):
    """A version as SQL, for training and for serving.

    One SELECT with the null rule, the logic and the cast to the type, for `duckdb`, `postgres` or `spark`, by the rules of
    parity inside that engine. 422 names what the dialect would compute differently.
    """

    noun = "feature_sql"
    serializer_class = CompiledOutput
    parameters = (
        OpenApiParameter("version", str, description="A version's name; the current version when left out."),
        OpenApiParameter("dialect", str, description="duckdb, postgres or spark; duckdb when left out."),
        OpenApiParameter("table", str, description="The table to read; one of the source table's name when left out."),
    )

    def content(self, name: str) -> Any:
        feature, query = features.feature(name), self.request.query_params
        version = features.version(feature, query.get("version") or (feature.current.name if feature.current else ""))
        return compiled(version, dialect=query.get("dialect") or ENGINE, table=query.get("table", ""))


class Impact(Read):
    """Which model versions a feature version affects."""

    noun = "feature_impact"
    serializer_class = ImpactOutput
    parameters = (OpenApiParameter("version", str, description="A version's name; the current version when left out."),)

    def content(self, name: str) -> Any:
        feature = features.feature(name)
        wanted = self.request.query_params.get("version") or (feature.current.name if feature.current else "")
        version = features.version(feature, wanted)
        return {
            "feature": feature.name,
            "version": version.name,
            "trained_on": impact.trained_on(version),
            "would_block": impact.would_block(feature, version.equivalence),
        }

    @Verb("of_a_proposal", takes=ProposalInput, gives=ProposalOutput, examples={"a latency fix": PROPOSAL})
    def post(self, name: str) -> Any:
        """What registering a definition would do.

        Nothing is registered: which model versions the gate would block, and what changes against the current version.
        """
        return impact.of_proposal(name, cast(ProposalInput, self.input).definition(), dialect=self.body["dialect"])
