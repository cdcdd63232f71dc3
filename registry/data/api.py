"""Data sets, snapshots and source tables over the API."""

from __future__ import annotations

from typing import Any, cast

from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint, Read
from registry import models as records
from registry.data.actions.datasets import add_dataset, take_snapshot
from registry.data.actions.source_tables import register_source_table
from registry.data.queries import datasets
from registry.data.serializers import (
    DatasetInput,
    DatasetOutput,
    DatasetSnapshotOutput,
    SourceTableInput,
    SourceTableOutput,
)

DATASET_EXAMPLES = {
    "a Parquet file": {
        "name": "orders_daily",
        "kind": "parquet",
        "location": "orders_daily.parquet",
        "key": ["order_id"],
        "event_time": "date",
    },
    "a table of a connection": {
        "name": "orders",
        "kind": "table",
        "location": "sales.orders",
        "connection": "warehouse",
        "key": ["order_id"],
        "event_time": "placed_at",
    },
}
SOURCE_TABLE_EXAMPLE = {
    "name": "orders_daily",
    "dataset": "orders_daily",
    "entity_key": ["customer_id"],
    "event_time": "date",
    "owner_team": "forecasting",
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
    search_fields = ("name",)
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
