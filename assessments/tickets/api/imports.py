"""Import tickets over the API: send a file, then read its progress."""

from __future__ import annotations

from typing import Any

from assessments import models as records
from assessments.organizations.api import OfOneOrganization
from assessments.tickets.actions.imports import confirm_import, offer_import
from assessments.tickets.queries import imports as ticket_imports
from assessments.tickets.rules.rows import Reading
from assessments.tickets.serializers.imports import ImportDetail, ImportInput, ImportOutput
from platform_site.api.filters import filters
from platform_site.api.uploads import UploadEndpoint
from platform_site.api.verbs import Verb
from platform_site.api.views import ListEndpoint, Read
from platform_site.text.csv_files import LARGEST_BYTES

EXAMPLE = {"file": "tickets.csv", "format": "csv", "mapping": '{"title": "Summary"}'}


class Import(OfOneOrganization, UploadEndpoint):
    """Import a file of tickets in the background.

    202: the same ticket of the same source is changed, never doubled; all rows or none, unless `good_rows_only` is true.
    422 names what has to be said first: a column, the order of day and month, the unit of the effort, a repository.
    """

    serializer_class = ImportInput

    @Verb("import", takes=ImportInput, gives=ImportDetail, status=202, examples={"a CSV file": EXAMPLE})
    def post(self) -> Any:
        fields, file = self.body, self.file(LARGEST_BYTES, ": split it and send the parts")
        offered = offer_import(
            source=fields.get("source") or fields["format"],
            file_format=fields["format"],
            filename=file.name or "",
            content=file.read(),
            mapping=fields.get("mapping"),
            reading=Reading(**{name: fields[name] for name in Reading._fields if name in fields}),
            to_store=True,
            organization=self.named_organization,
            actor=self.actor,
        )
        return confirm_import(offered, good_rows_only=fields["good_rows_only"], actor=self.actor)


class Imports(OfOneOrganization, ListEndpoint):
    """List imports of tickets."""

    serializer_class = ImportOutput
    filterset_class = filters(records.TicketImport, "source", "format", "state")
    search_fields = ("filename",)
    ordering_fields = ("created_at",)

    def rows(self) -> Any:
        return ticket_imports.ticket_imports(self.organization)


class ImportState(Read):
    """The progress of an import, and its bad rows."""

    serializer_class = ImportDetail

    def content(self, pk: int) -> Any:
        return ticket_imports.ticket_import(pk)
