"""Postmortems: incidents, what would have prevented them, three lessons."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assessments.models import Postmortem, PostmortemLink
from assessments.postmortems.rules import (
    LONGEST_LESSON,
    LONGEST_MECHANISM,
    MOST_LINKS,
    MOST_PREVENTIONS,
    Classification,
    Link,
    LinkKind,
    Moment,
    Prevention,
    people_named,
)  # fmt: skip
from platform_site.api.serializers import StrictSerializer

MOST = 2_147_483_647
MOMENTS = [word.value for word in Moment]
KINDS, CLASSES = [word.value for word in LinkKind], [word.value for word in Classification]


class LinkInput(StrictSerializer):
    """A feature or model by name, of one version or of all; a check or run by its number."""

    kind = serializers.ChoiceField(choices=KINDS)
    name = serializers.CharField(max_length=128)
    version = serializers.CharField(max_length=128, required=False, allow_blank=True, default="")


class PreventionInput(StrictSerializer):
    """A capability that would have prevented it, how, and when it would have been seen."""

    capability = serializers.CharField(max_length=63)
    mechanism = serializers.CharField(max_length=LONGEST_MECHANISM)
    moment = serializers.ChoiceField(choices=MOMENTS)


class PostmortemChange(StrictSerializer):
    """What to change in a draft; `lessons`, `links` and `preventions` replace the existing ones.

    `capability`, `prevention` and `moment` change the first prevention alone.
    """

    title = serializers.CharField(max_length=200, required=False)
    classification = serializers.ChoiceField(choices=CLASSES, required=False)
    what_happened = serializers.CharField(max_length=8_000, required=False)
    capability = serializers.CharField(max_length=63, required=False)
    prevention = serializers.CharField(max_length=LONGEST_MECHANISM, required=False)
    moment = serializers.ChoiceField(choices=MOMENTS, required=False, allow_null=True)
    preventions = PreventionInput(many=True, required=False, max_length=MOST_PREVENTIONS)  # type: ignore[call-arg] # many=True makes a ListSerializer, which takes it
    happened_at = serializers.DateTimeField(required=False)
    would_have_been_seen_at = serializers.DateTimeField(required=False)
    seen_at = serializers.DateTimeField(required=False)
    lessons = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_LESSON), required=False, max_length=3, help_text="Exactly three."
    )
    links = LinkInput(many=True, required=False, max_length=MOST_LINKS)  # type: ignore[call-arg] # many=True makes a ListSerializer, which takes it

    def arguments(self) -> dict[str, Any]:
        """The arguments of the actions."""
        fields = dict(self.validated_data)
        if "links" in fields:
            fields["links"] = [Link(**link) for link in fields["links"]]
        if "preventions" in fields:
            fields["preventions"] = [Prevention(**prevention) for prevention in fields["preventions"]]
        return fields


class PostmortemInput(PostmortemChange):
    """A postmortem to write: with `preventions`, or with one `capability` and its `prevention`."""

    organization = serializers.CharField(max_length=63)
    title = serializers.CharField(max_length=200)
    classification = serializers.ChoiceField(choices=CLASSES)
    what_happened = serializers.CharField(max_length=8_000)
    happened_at = serializers.DateTimeField()
    would_have_been_seen_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField()
    lessons = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_LESSON), max_length=3, help_text="Exactly three."
    )
    corrects = serializers.IntegerField(min_value=1, max_value=MOST, required=False, allow_null=True, default=None)


class PreventionOutput(serializers.Serializer):
    capability = serializers.CharField()
    mechanism = serializers.CharField()
    moment = serializers.CharField(allow_null=True, help_text="Null: nobody said, as in older postmortems.")


class LinkOutput(serializers.ModelSerializer):
    class Meta:
        model = PostmortemLink
        fields = ("kind", "name", "version")
        read_only_fields = fields


class PostmortemOutput(serializers.ModelSerializer):
    """The postmortem of an incident."""

    organization = serializers.CharField(source="organization.slug")
    capability = serializers.CharField(source="capability.name")
    preventions = PreventionOutput(many=True, help_text="The first is `capability` with `prevention`.")
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)
    lessons = serializers.ListField(child=serializers.CharField())
    links = LinkOutput(many=True)
    sentence = serializers.CharField(help_text="How late it was noticed, in words.")
    seconds_too_late = serializers.FloatField(
        help_text="How much sooner it would have been noticed with the capability."
    )

    class Meta:
        model = Postmortem
        fields: tuple[str, ...] = (
            "id", "organization", "title", "classification", "what_happened", "capability", "prevention", "preventions", "happened_at",
            "would_have_been_seen_at", "seen_at", "seconds_too_late", "sentence", "lessons", "links", "state",
            "corrects", "sample", "written_by", "written_at", "published_by", "published_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class WrittenOutput(PostmortemOutput):
    """A postmortem with warnings about its wording."""

    warnings = serializers.SerializerMethodField(help_text="A sentence for each lesson that names a person.")

    class Meta(PostmortemOutput.Meta):
        fields = (*PostmortemOutput.Meta.fields, "warnings")
        read_only_fields = fields

    def get_warnings(self, written: Postmortem) -> list[str]:
        return people_named(written.lessons, self.context["names"])
