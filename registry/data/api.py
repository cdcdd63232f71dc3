"""Data sets, snapshots and source tables over the API."""

from __future__ import annotations

from typing import Any, cast

from rest_framework.response import Response

from platform_site.api.filters import TagFilter, filters
from platform_site.api.serializers import DetailsInput
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from registry import models as records
from registry.data.actions.datasets import add_dataset, change_reading, take_snapshot
from registry.data.actions.source_tables import (
    add_source_version,
    edit_source_table,
    register_source_table,
    set_current_source,
)
from registry.data.queries import datasets, source_tables
from registry.data.serializers import (
    AddedSourceOutput,
    CurrentSourceInput,
    DatasetInput,
    DatasetOutput,
    DatasetSnapshotOutput,
    ReadChangeInput,
    SourceTableInput,
    SourceTableOutput,
    SourceVersionInput,
    SourceVersionOutput,
)

DATASET_EXAMPLES = {
    "a Parquet file": {
        "name": "orders_daily",
        "kind": "parquet",
        "location": "orders_daily.parquet",
        "key": ["order_id"],
        "event_time": "date",
    },
    "a CSV file with a decimal comma": {
        "name": "invoices",
        "kind": "csv",
        "location": "invoices.csv",
        "event_time": "issued",
        "read": {"delimiter": ";", "encoding": "windows-1252", "decimal": ",", "date_formats": ["%d.%m.%Y"]},
    },
    "a table of a connection": {
        "name": "orders",
        "kind": "table",
        "location": "sales.orders",
        "connection": "warehouse",
        "key": ["order_id"],
        "event_time": "placed_at",
    },
    "a version of a Delta table": {
        "name": "orders_v12",
        "kind": "delta",
        "location": "sales/orders@12",
        "key": ["order_id"],
        "event_time": "placed_at",
    },
    "Parquet files in an object store": {
        "name": "orders_silver",
        "kind": "parquet",
        "location": "orders/month=*/*.parquet",
        "connection": "silver",
        "key": ["order_id"],
        "event_time": "placed_at",
    },
}
READ_EXAMPLES = {
    "NA is a country, and zip codes are text": {
        "read": {"null_words_by_column": {"country": [""]}, "kinds": {"zip": "text"}}
    },
    "look at the files again": {"read": {}},
}
SOURCE_TABLE_EXAMPLE = {
    "name": "orders_daily",
    "dataset": "orders_daily",
    "entity_key": ["customer_id"],
    "event_time": "date",
    "owner_team": "forecasting",
}

SOURCE_VERSION_EXAMPLES = {
    "another data set": {
        "dataset": "orders_2026",
        "entity_key": ["customer_id"],
        "event_time": "date",
        "row_key": ["order_id"],
        "reason": "The warehouse moved.",
    },
    "a dbt model as upstream": {
        "dataset": "orders_daily",
        "entity_key": ["customer_id"],
        "event_time": "date",
        "row_key": ["order_id"],
        "upstream": {
            "kind": "dbt",
            "name": "models/orders_daily.sql",
            "text": "select * from raw.orders",
            "dialect": "postgres",
            "ancestors": [
                {"name": "models/raw_orders.sql", "text": "select * from landing.orders"},
                {"name": "seeds/countries.csv", "digest": "1f0284c85559a0364b9e99bb480dd25e"},
            ],
        },
        "reason": "Deployed by the pipeline.",
    },
}


class Datasets(ListEndpoint):
    """List data sets."""

    serializer_class = DatasetOutput
    filterset_class = filters(records.Dataset, "kind")
    search_fields = ("name",)
    ordering_fields = ("name", "created_at")

    def rows(self) -> Any:
        return datasets.datasets()

    @Verb("add", takes=DatasetInput, status=201, examples=DATASET_EXAMPLES)
    def post(self) -> Any:
        """Add a data set."""
        return add_dataset(**self.body, actor=self.actor)


class Dataset(Read):
    """A data set."""

    serializer_class = DatasetOutput

    def content(self, name: str) -> Any:
        return datasets.dataset(name)

    @Verb("change", takes=ReadChangeInput, examples=READ_EXAMPLES)
    def patch(self, name: str) -> Any:
        """Change how the files of a data set are read.

        Parts that are left out stay as they were stated; parts that are null are found anew in the files.
        """
        return change_reading(datasets.dataset(name), self.body["read"], actor=self.actor)


class Snapshots(ListEndpoint):
    """The snapshots of a data set."""

    noun = "dataset_snapshots"
    serializer_class = DatasetSnapshotOutput

    def rows(self) -> Any:
        return datasets.dataset(self.kwargs["name"]).snapshots.select_related("dataset")

    @Verb("take", status=(201, 200))
    def post(self, name: str) -> Any:
        """Take a snapshot: digest, rows, schema.

        200 when the content is that of a snapshot taken before.
        """
        snapshot, created = take_snapshot(datasets.dataset(name), actor=self.actor)
        return Response(DatasetSnapshotOutput(snapshot).data, status=201 if created else 200)


class SourceTables(ListEndpoint):
    """List source tables."""

    serializer_class = SourceTableOutput
    filterset_class = filters(records.SourceTable, owner_team="owner_team__slug", tag=TagFilter())
    search_fields = ("name", "description", "tags")
    ordering_fields = ("name",)

    def rows(self) -> Any:
        return datasets.source_tables()

    @Verb("save", takes=SourceTableInput, status=(201, 200), examples={"bound to a data set": SOURCE_TABLE_EXAMPLE})
    def post(self) -> Any:
        """Add a source table with its first version.

        200 when a table of that name has this content already; 409 (`exists`) when it has other content: add a version
        to it at `source-tables/{name}/versions/`. Without `owner_team` it belongs to the one team that you contribute
        to, or to none until a lead sets it.
        """
        body = cast(SourceTableInput, self.input)
        table, created = register_source_table(
            body.validated_data["name"], body.content(), **body.about(), actor=self.actor
        )
        return Response(SourceTableOutput(datasets.source_table(table.name)).data, status=201 if created else 200)


class SourceTable(Read):
    """A source table with the version in force."""

    serializer_class = SourceTableOutput

    def content(self, name: str) -> Any:
        return datasets.source_table(name)

    @Verb("edit", takes=DetailsInput, examples={"an owner": {"owner_team": "forecasting", "tags": ["daily"]}})
    def patch(self, name: str) -> Any:
        """Edit owner, description and tags of a source table.

        None of them is content: no version is added. A lead sets the owner of a table that has none.
        """
        return edit_source_table(datasets.source_table(name), **self.body, actor=self.actor)


class SourceVersions(ListEndpoint):
    """The versions of a source table, the newest first."""

    noun = "source_table_versions"
    serializer_class = SourceVersionOutput

    def rows(self) -> Any:
        return source_tables.versions(datasets.source_table(self.kwargs["name"]))

    @Verb("add", takes=SourceVersionInput, gives=AddedSourceOutput, status=(201, 200), examples=SOURCE_VERSION_EXAMPLES)
    def post(self, name: str) -> Any:
        """Describe a source table anew and put that in force.

        The body is the whole content, not the change, but for `upstream`: what dbt, Feast or a pipeline reported stays unless the
        body names another one, or null. 200 when a version has this content already: that one is in force
        then. `would_block` are the model versions in production or staging that the deployment gate blocks from now on.
        """
        body = cast(SourceVersionInput, self.input)
        table = datasets.source_table(name)
        upstream = table.current.upstream if table.current else None
        added = add_source_version(
            table, body.content(upstream=upstream), reason=body.validated_data["reason"], actor=self.actor
        )
        return Response(AddedSourceOutput(added).data, status=201 if added.created else 200)


class SourceVersion(Read):
    """One version of a source table, by its name or number."""

    noun = "source_table_versions"
    serializer_class = SourceVersionOutput

    def content(self, name: str, version: str) -> Any:
        return source_tables.version(datasets.source_table(name), version)


class CurrentSource(Endpoint):
    """Put a version of a source table in force, older or newer."""

    noun = "source_table_current"
    serializer_class = AddedSourceOutput

    @Verb("set", takes=CurrentSourceInput, examples={"back": {"version": "1", "reason": "The new key was wrong."}})
    def post(self, name: str) -> Any:
        table = datasets.source_table(name)
        version = source_tables.version(table, self.body["version"])
        return set_current_source(table, version, reason=self.body["reason"], actor=self.actor)
