"""Imports from other tools, their plans, and where records came from."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.imports.rules.document import LARGEST_BYTES
from registry.models import Import, ImportedRecord

EFFECTS = [
    "create", "observe", "change", "keep_origin", "created", "observed", "changed", "origin_kept", "already_there", "cannot",
    "gone",
]  # fmt: skip


class FileImportInput(StrictSerializer):
    """A file of a tool that describes only data."""

    file = serializers.FileField(max_length=255, help_text=f"At most {LARGEST_BYTES // 2**20} MiB of JSON.")
    apply = serializers.BooleanField(required=False, default=False, help_text="Apply the plan at once.")
    owner_team = serializers.CharField(
        max_length=63,
        required=False,
        allow_blank=True,
        help_text="Will own the source tables that are new. Needed where you are in several teams.",
    )


class OwnedFileImportInput(FileImportInput):
    """A file of a tool whose records get an owner team."""

    owner_team = serializers.CharField(max_length=63)


class TrackingServerInput(StrictSerializer):
    """An MLflow tracking server to read."""

    url = serializers.CharField(max_length=500, help_text="Its address, or the name that an administrator gave it.")
    owner_team = serializers.CharField(max_length=63)
    name = serializers.CharField(
        max_length=120, required=False, allow_blank=True, default="", help_text="Only models with this in their name."
    )
    cursor = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default="", help_text="`next_cursor` of the import before."
    )
    names = serializers.DictField(
        child=serializers.CharField(max_length=128),
        required=False,
        default=dict,
        help_text="Names here for models, by MLflow's names: for those whose own name gives none.",
    )
    apply = serializers.BooleanField(required=False, default=False, help_text="Apply the plan at once.")


class ApplyInput(StrictSerializer):
    """The digest of the plan to apply."""

    digest = serializers.CharField(max_length=64)


class MissingPart(serializers.Serializer):
    field = serializers.CharField()
    message = serializers.CharField()


class CodeDiff(serializers.Serializer):
    """The code of a file that changed upstream: what changed, as a guess, and the difference as a unified diff."""

    name = serializers.CharField()
    what = serializers.CharField()
    diff = serializers.CharField(allow_blank=True)


class ImportStepOutput(serializers.Serializer):
    """One record: what would be done, or what was done."""

    kind = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    external_id = serializers.CharField(allow_blank=True)
    effect = serializers.ChoiceField(choices=EFFECTS)
    sentence = serializers.CharField(allow_blank=True)
    missing = MissingPart(many=True)
    diffs = CodeDiff(many=True)
    would_block = serializers.ListField(
        child=serializers.CharField(), help_text="Model versions whose gates would close."
    )


class ToolImportOutput(serializers.ModelSerializer):
    """An import."""

    owner_team = serializers.CharField(source="owner_team.slug", allow_null=True, default=None)

    class Meta:
        model = Import
        fields = (
            "id", "system", "origin", "filename", "owner_team", "state", "next_cursor", "requested_by", "requested_at",
            "applied_by", "applied_at",
        )  # fmt: skip
        read_only_fields = fields


class ImportPlanOutput(ToolImportOutput):
    """An import with its steps: what they would do, with the digest to apply them; or their outcome, without a digest."""

    digest = serializers.CharField(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField())
    steps = ImportStepOutput(many=True)

    class Meta:
        model = Import
        fields = (*ToolImportOutput.Meta.fields, "digest", "counts", "steps")
        read_only_fields = fields


class ImportedRecordOutput(serializers.ModelSerializer):
    """Where a record was imported from, and the other tool's description of it."""

    about = serializers.SerializerMethodField()
    imported_in = serializers.IntegerField(source="imported_in_id")

    class Meta:
        model = ImportedRecord
        fields = (
            "system",
            "origin",
            "kind",
            "external_id",
            "name",
            "about",
            "imported_in",
            "imported_by",
            "imported_at",
        )
        read_only_fields = fields

    def get_about(self, record: ImportedRecord) -> dict[str, Any]:
        return record.about
