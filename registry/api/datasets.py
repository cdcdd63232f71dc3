"""Data sets, snapshots and source tables over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.api.filters import filters
from platform_site.api.views import Endpoint, ListEndpoint
from registry import models as records
from registry.actions.datasets import add_dataset, save_source_table, take_snapshot
from registry.api.serializers.datasets import (
    DatasetInput,
    DatasetOutput,
    DatasetSnapshotOutput,
    SourceTableInput,
    SourceTableOutput,
)
from registry.queries import datasets


class Datasets(ListEndpoint):
    """`datasets/`"""

    serializer_class = DatasetOutput
    filterset_class = filters(records.Dataset, "kind")
    search_fields = ("name",)
    ordering_fields = ("name", "created_at")

    def rows(self) -> Any:
        return datasets.datasets()

    @extend_schema(summary="List data sets", operation_id="datasets_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Add a data set",
        operation_id="datasets_add",
        request=DatasetInput,
        responses={201: DatasetOutput},
        examples=[
            OpenApiExample(
                "a Parquet file",
                request_only=True,
                value={
                    "name": "orders_daily",
                    "kind": "parquet",
                    "location": "orders_daily.parquet",
                    "key": ["order_id"],
                    "event_time": "date",
                },
            ),
            OpenApiExample(
                "a table of a connection",
                request_only=True,
                value={
                    "name": "orders",
                    "kind": "table",
                    "location": "sales.orders",
                    "connection": "warehouse",
                    "key": ["order_id"],
                    "event_time": "placed_at",
                },
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        dataset = add_dataset(**self.read(DatasetInput).validated_data, actor=self.actor)
        return Response(DatasetOutput(dataset).data, status=201)


class Dataset(Endpoint):
    """`datasets/{name}/`"""

    serializer_class = DatasetOutput

    @extend_schema(summary="A data set", operation_id="datasets_read")
    def get(self, request: Request, name: str) -> Response:
        return Response(DatasetOutput(datasets.dataset(name)).data)


class Snapshots(ListEndpoint):
    """`datasets/{name}/snapshots/`"""

    serializer_class = DatasetSnapshotOutput

    def rows(self) -> Any:
        return datasets.dataset(self.kwargs["name"]).snapshots.select_related("dataset")

    @extend_schema(summary="The snapshots of a data set", operation_id="dataset_snapshots_list")
    def get(self, request: Request, name: str) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Take a snapshot: digest, rows, schema",
        operation_id="dataset_snapshots_take",
        request=None,
        responses={201: DatasetSnapshotOutput, 200: DatasetSnapshotOutput},
    )
    def post(self, request: Request, name: str) -> Response:
        """200 when the content is that of a snapshot taken before."""
        snapshot, created = take_snapshot(datasets.dataset(name), actor=self.actor)
        return Response(DatasetSnapshotOutput(snapshot).data, status=201 if created else 200)


class SourceTables(ListEndpoint):
    """`source-tables/`"""

    serializer_class = SourceTableOutput
    search_fields = ("name",)
    ordering_fields = ("name",)

    def rows(self) -> Any:
        return datasets.source_tables()

    @extend_schema(summary="List source tables", operation_id="source_tables_list")
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        summary="Add a source table, or bind and describe one anew",
        operation_id="source_tables_save",
        request=SourceTableInput,
        responses={201: SourceTableOutput},
        examples=[
            OpenApiExample(
                "bound to a data set",
                request_only=True,
                value={
                    "name": "orders_daily",
                    "dataset": "orders_daily",
                    "entity_key": ["customer_id"],
                    "event_time": "date",
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        given = dict(self.read(SourceTableInput).validated_data)
        given["dataset"] = datasets.dataset(given["dataset"]) if given["dataset"] else None
        return Response(SourceTableOutput(save_source_table(**given, actor=self.actor)).data, status=201)
