"""Imports of tickets over the API: send a file, ask how far it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import models as records
from assessments.actions.ticket_imports import confirm_import, offer_import
from assessments.api.serializers.ticket_imports import ImportDetail, ImportInput, ImportOutput
from assessments.domain.ticket_files import LARGEST_BYTES
from assessments.queries import ticket_imports
from platform_site.api.filters import filters
from platform_site.api.parsing import TooLarge
from platform_site.api.views import Endpoint, ListEndpoint
from platform_site.idempotency import HEADER


class Import(Endpoint):
    """`tickets/import/`"""

    serializer_class = ImportInput
    parser_classes = (MultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """A key is kept with its whole body, which is read into memory: too much for a large file."""
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if request.headers.get(HEADER) and length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            raise TooLarge(
                f"With an {HEADER} a body has at most {limit} bytes. Leave it out: a file sent twice doubles nothing."
            )
        super().initial(request, *args, **kwargs)

    @extend_schema(
        summary="Import a file of tickets in the background",
        operation_id="tickets_import",
        request={"multipart/form-data": ImportInput},
        responses={202: ImportDetail},
        examples=[
            OpenApiExample(
                "a CSV file",
                request_only=True,
                media_type="multipart/form-data",
                value={"file": "tickets.csv", "format": "csv", "mapping": '{"title": "Summary"}'},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """202: the same ticket of the same source is changed, never doubled; all or nothing unless told otherwise."""
        given = self.read(ImportInput).validated_data
        file = given["file"]
        if file.size > LARGEST_BYTES:
            raise TooLarge(f"The file is larger than {LARGEST_BYTES} bytes: split it and send the parts.")
        offered = offer_import(
            source=given.get("source") or given["format"],
            file_format=given["format"],
            filename=file.name,
            content=file.read(),
            mapping=given.get("mapping"),
            to_store=True,
            actor=self.actor,
        )
        confirmed = confirm_import(offered, good_rows_only=given["good_rows_only"], actor=self.actor)
        return Response(ImportDetail(confirmed).data, status=202)


class Imports(ListEndpoint):
    """`ticket-imports/`"""

    serializer_class = ImportOutput
    filterset_class = filters(records.TicketImport, "source", "format", "state")
    search_fields = ("filename",)
    ordering_fields = ("created_at",)

    def rows(self) -> Any:
        return ticket_imports.ticket_imports()

    @extend_schema(summary="List imports of tickets", operation_id="ticket_imports_list")
    def get(self, request: Request) -> Response:
        return self.list(request)


class ImportState(Endpoint):
    """`ticket-imports/{id}/`"""

    serializer_class = ImportDetail

    @extend_schema(summary="How far an import is, and its bad rows", operation_id="ticket_imports_read")
    def get(self, request: Request, pk: int) -> Response:
        return Response(ImportDetail(ticket_imports.ticket_import(pk)).data)
