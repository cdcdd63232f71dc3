"""Imports from other tools over the API: look, then apply what was looked at."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from platform_site.access import Actor
from platform_site.api.filters import filters
from platform_site.api.parsing import TooLarge
from platform_site.api.views import Endpoint, ListEndpoint
from platform_site.idempotency import HEADER
from registry import models as records
from registry.actions.imports import apply_import, drop_import, offer_file, offer_tracking_server
from registry.api.serializers.imports import (
    ApplyInput,
    FileImportInput,
    ImportedRecordOutput,
    ImportPlanOutput,
    OwnedFileImportInput,
    ToolImportOutput,
    TrackingServerInput,
)
from registry.domain.importing.reading import LARGEST_BYTES
from registry.models import Import as Offered
from registry.queries import imports


def answer(offered: Offered, actor: Actor) -> Response:
    """An import with its plan, or with what came of it."""
    steps, counts, digest = imports.shown(offered, actor)
    offered.digest, offered.counts, offered.steps = digest, counts, [step._asdict() for step in steps]
    return Response(ImportPlanOutput(offered).data)


def applied(offered: Offered, actor: Actor) -> Offered:
    """The import, applied by the plan that stands now."""
    return apply_import(offered, digest=imports.plan(offered, actor).digest, actor=actor)


class Imports(ListEndpoint):
    """`imports/`"""

    serializer_class = ToolImportOutput
    filterset_class = filters(records.Import, "system", "state")
    search_fields = ("origin", "filename")
    ordering_fields = ("requested_at",)

    def rows(self) -> Any:
        return imports.imports()

    @extend_schema(summary="List imports from other tools", operation_id="imports_list")
    def get(self, request: Request) -> Response:
        return self.list(request)


class TrackingServerImport(Endpoint):
    """`imports/mlflow/`"""

    serializer_class = ImportPlanOutput

    @extend_schema(
        summary="Read an MLflow tracking server",
        operation_id="imports_mlflow",
        request=TrackingServerInput,
        responses={200: ImportPlanOutput},
        examples=[
            OpenApiExample(
                "a plan", request_only=True, value={"url": "https://mlflow.example", "owner_team": "forecasting"}
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """The plan; nothing is done without `apply`. A version without six lineage parts is listed, part by part."""
        given = dict(self.read(TrackingServerInput).validated_data)
        wanted = given.pop("apply")
        offered = offer_tracking_server(**given, actor=self.actor)
        return answer(applied(offered, self.actor) if wanted else offered, self.actor)


class FileImport(Endpoint):
    """What the imports of files share."""

    serializer_class = ImportPlanOutput
    parser_classes = (MultiPartParser,)
    system = ""
    wanted = FileImportInput

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """A key is kept with its whole body, which is read into memory: too much for a large file."""
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if request.headers.get(HEADER) and length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            raise TooLarge(f"With an {HEADER} a body has at most {limit} bytes. Leave it out: nothing is made twice.")
        super().initial(request, *args, **kwargs)

    def offer(self) -> Response:
        given = self.read(self.wanted).validated_data
        if given["file"].size > LARGEST_BYTES:
            raise TooLarge(f"The file is larger than {LARGEST_BYTES} bytes.")
        offered = offer_file(
            system=self.system,
            filename=given["file"].name,
            content=given["file"].read(),
            owner_team=given.get("owner_team", ""),
            actor=self.actor,
        )
        return answer(applied(offered, self.actor) if given["apply"] else offered, self.actor)


class FeastImport(FileImport):
    """`imports/feast/`"""

    system = records.System.FEAST
    wanted = OwnedFileImportInput

    @extend_schema(
        summary="Read the JSON of `feast registry-dump`",
        operation_id="imports_feast",
        request={"multipart/form-data": OwnedFileImportInput},
        responses={200: ImportPlanOutput},
        examples=[
            OpenApiExample(
                "a registry",
                request_only=True,
                media_type="multipart/form-data",
                value={"file": "registry.json", "owner_team": "forecasting"},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """The plan; nothing is done without `apply`."""
        return self.offer()


class DbtImport(FileImport):
    """`imports/dbt/`"""

    system = records.System.DBT

    @extend_schema(
        summary="Read the manifest of a dbt project",
        operation_id="imports_dbt",
        request={"multipart/form-data": FileImportInput},
        responses={200: ImportPlanOutput},
        examples=[
            OpenApiExample(
                "a manifest", request_only=True, media_type="multipart/form-data", value={"file": "manifest.json"}
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """The plan; nothing is done without `apply`."""
        return self.offer()


class Import(Endpoint):
    """`imports/{id}/`"""

    serializer_class = ImportPlanOutput

    @extend_schema(summary="An import: its plan, or what came of it", operation_id="imports_read")
    def get(self, request: Request, pk: int) -> Response:
        return answer(imports.one_import(pk), self.actor)

    @extend_schema(
        summary="Forget an import that was only looked at", operation_id="imports_drop", responses={204: None}
    )
    def delete(self, request: Request, pk: int) -> Response:
        drop_import(imports.one_import(pk), actor=self.actor)
        return Response(status=204)


class Application(Endpoint):
    """`imports/{id}/apply/`"""

    serializer_class = ImportPlanOutput

    @extend_schema(
        summary="Apply the plan that was looked at",
        operation_id="imports_apply",
        request=ApplyInput,
        responses={200: ImportPlanOutput},
        examples=[OpenApiExample("by its digest", request_only=True, value={"digest": "0123456789abcdef" * 4})],
    )
    def post(self, request: Request, pk: int) -> Response:
        """409 with the new digest when the registry has moved since the plan was shown."""
        digest = self.read(ApplyInput).validated_data["digest"]
        return answer(apply_import(imports.one_import(pk), digest=digest, actor=self.actor), self.actor)


class ImportedRecords(ListEndpoint):
    """`imported-records/`"""

    serializer_class = ImportedRecordOutput
    filterset_class = filters(records.ImportedRecord, "system", "kind", "name", "origin")
    search_fields = ("name", "external_id")
    ordering_fields = ("name", "imported_at")

    def rows(self) -> Any:
        return imports.imported_records()

    @extend_schema(summary="Where records came from", operation_id="imported_records_list")
    def get(self, request: Request) -> Response:
        return self.list(request)
