"""Initiatives and their comments."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.initiatives.rules import Origin, State
from assessments.models import Initiative, InitiativeComment
from platform_site.api.serializers import StrictSerializer

MOST_DAYS = 10_000
STATES = [word.value for word in State]
KINDS = [word.value for word in Origin if word]
OWNER = "team:SLUG of a team of the organization, person:USERNAME, or empty."
TARGET = "implemented, partial, or the short name of a level."


class OriginInput(StrictSerializer):
    """What it was proposed from: the number or the name of it there."""

    kind = serializers.ChoiceField(choices=KINDS)
    id = serializers.CharField(max_length=128, required=False, allow_blank=True, default="")


class OriginOutput(serializers.Serializer):
    """What it was proposed from; null where nothing was named."""

    kind = serializers.ChoiceField(choices=KINDS)
    id = serializers.CharField()


class InitiativeChange(StrictSerializer):
    """What to change of an initiative; what is left out stays. `capabilities` replace the existing ones."""

    title = serializers.CharField(max_length=200, required=False)
    capabilities = serializers.ListField(child=serializers.CharField(max_length=63), required=False, max_length=100)
    owner = serializers.CharField(max_length=160, required=False, allow_blank=True, help_text=OWNER)
    target = serializers.CharField(max_length=40, required=False, help_text=TARGET)
    due_on = serializers.DateField(required=False, allow_null=True)
    effort_days = serializers.IntegerField(
        min_value=0, max_value=MOST_DAYS, required=False, allow_null=True, help_text="Estimated working days."
    )
    link = serializers.URLField(max_length=500, required=False, allow_blank=True)
    notes = serializers.CharField(max_length=8_000, required=False, allow_blank=True)
    state = serializers.ChoiceField(choices=STATES, required=False)
    reason = serializers.CharField(
        max_length=1_000, required=False, allow_blank=True, help_text="Why it is dropped, only with that state."
    )


class InitiativeInput(InitiativeChange):
    """An initiative to propose."""

    title = serializers.CharField(max_length=200)
    capabilities = serializers.ListField(child=serializers.CharField(max_length=63), max_length=100)
    target = serializers.CharField(max_length=40, required=False, default="implemented", help_text=TARGET)
    organization = serializers.CharField(max_length=63)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": OriginInput(required=False)}

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action, and the organization's slug."""
        fields = dict(self.validated_data)
        origin = fields.pop("from", {"kind": "", "id": ""})
        return fields | {"origin": (origin["kind"], origin["id"])}


class CommentInput(StrictSerializer):
    """A comment to write."""

    text = serializers.CharField(max_length=4_000)


class CommentOutput(serializers.ModelSerializer):
    """A comment below an initiative."""

    class Meta:
        model = InitiativeComment
        fields = ("id", "text", "written_by", "written_at")
        read_only_fields = fields


class InitiativeOutput(serializers.ModelSerializer):
    """Work on capabilities of an organization."""

    organization = serializers.CharField(source="organization.slug")
    capabilities: Any = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)
    owner = serializers.CharField(help_text=OWNER)
    owner_name = serializers.CharField(help_text="The owner as people read it.")
    link = serializers.CharField(help_text="The issue or epic in your tracker; empty where there is none.")
    overdue = serializers.BooleanField(help_text="It is open and past its due date.")
    reached_in = serializers.IntegerField(
        source="reached_in_id", allow_null=True, help_text="The published assessment that reached the target."
    )

    class Meta:
        model = Initiative
        fields: tuple[str, ...] = (
            "id", "organization", "title", "capabilities", "owner", "owner_name", "target", "due_on", "overdue",
            "effort_days", "link", "notes", "state", "reason", "reached_in", "done_at", "created_by",
            "created_at", "changed_by", "changed_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": OriginOutput(source="origin", allow_null=True, read_only=True)}
