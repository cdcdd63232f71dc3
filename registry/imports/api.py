"""Imports from other tools over the API: read the plan, then apply it."""

from __future__ import annotations

from typing import Any

from platform_site.access import Actor
from platform_site.api.filters import filters
from platform_site.api.uploads import UploadEndpoint
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read
from registry import models as records
from registry.imports.actions import apply_import, drop_import, propose_file_import, propose_server_import
from registry.imports.queries import plans as imports
from registry.imports.rules.document import LARGEST_BYTES
from registry.imports.serializers import (
    ApplyInput,
    FileImportInput,
    ImportedRecordOutput,
    ImportPlanOutput,
    OwnedFileImportInput,
    ToolImportOutput,
    TrackingServerInput,
)
from registry.models import Import as Offered


def shown(offered: Offered, actor: Actor) -> Offered:
    """An import with its plan, or with its outcome."""
    steps, counts, digest = imports.shown(offered, actor)
    vars(offered).update(digest=digest, counts=counts, steps=[step._asdict() for step in steps])
    return offered


def offered_or_applied(offered: Offered, apply: bool, actor: Actor) -> Offered:
    """The import with its plan; applied at once, by its present plan, where the caller wants that."""
    if apply:
        offered = apply_import(offered, digest=imports.plan(offered, actor).digest, actor=actor)
    return shown(offered, actor)


class Imports(ListEndpoint):
    """List imports from other tools."""

    serializer_class = ToolImportOutput
    filterset_class = filters(records.Import, "system", "state")
    search_fields = ("origin", "filename")
    ordering_fields = ("requested_at",)

    def rows(self) -> Any:
        return imports.imports()


class TrackingServerImport(Endpoint):
    """Read an MLflow tracking server.

    Answers the plan; nothing is changed without `apply`. Of a version without all six lineage parts each missing part is listed.
    """

    serializer_class = ImportPlanOutput

    @Verb(
        "mlflow",
        takes=TrackingServerInput,
        examples={"a plan": {"url": "https://mlflow.example", "owner_team": "forecasting"}},
    )
    def post(self) -> Any:
        fields = dict(self.body)
        apply = fields.pop("apply")
        return offered_or_applied(propose_server_import(**fields, actor=self.actor), apply, self.actor)


class FileImport(UploadEndpoint):
    """What the imports of files share."""

    serializer_class = ImportPlanOutput
    system = ""

    def offer(self) -> Offered:
        file = self.file(LARGEST_BYTES)
        offered = propose_file_import(
            system=self.system,
            filename=file.name or "",
            content=file.read(),
            owner_team=self.body.get("owner_team", ""),
            actor=self.actor,
        )
        return offered_or_applied(offered, self.body["apply"], self.actor)


class FeastImport(FileImport):
    """Read the JSON of `feast registry-dump`.

    Answers the plan; nothing is changed without `apply`.
    """

    system = records.System.FEAST

    @Verb(
        "feast",
        takes=OwnedFileImportInput,
        examples={"a registry": {"file": "registry.json", "owner_team": "forecasting"}},
    )
    def post(self) -> Any:
        return self.offer()


class DbtImport(FileImport):
    """Read the manifest of a dbt project.

    Answers the plan; nothing is changed without `apply`.
    """

    system = records.System.DBT

    @Verb("dbt", takes=FileImportInput, examples={"a manifest": {"file": "manifest.json", "owner_team": "forecasting"}})
    def post(self) -> Any:
        return self.offer()


class Import(Read):
    """An import: its plan, or its outcome."""

    serializer_class = ImportPlanOutput

    def content(self, pk: int) -> Any:
        return shown(imports.get_import(pk), self.actor)

    @Verb("drop", status=204)
    def delete(self, pk: int) -> None:
        """Delete an import that was not applied."""
        drop_import(imports.get_import(pk), actor=self.actor)


class Application(Endpoint):
    """Apply a plan by its digest.

    409 with the new digest when the registry has changed since the plan was shown.
    """

    serializer_class = ImportPlanOutput

    @Verb("apply", takes=ApplyInput, examples={"by its digest": {"digest": "0123456789abcdef" * 4}})
    def post(self, pk: int) -> Any:
        digest = self.body["digest"]
        return shown(apply_import(imports.get_import(pk), digest=digest, actor=self.actor), self.actor)


class ImportedRecords(ListEndpoint):
    """Where records came from."""

    serializer_class = ImportedRecordOutput
    filterset_class = filters(records.ImportedRecord, "system", "kind", "name", "origin")
    search_fields = ("name", "external_id")
    ordering_fields = ("name", "imported_at")

    def rows(self) -> Any:
        return imports.imported_records()
