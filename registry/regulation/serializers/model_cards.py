"""Model cards and the texts that people write for them."""

from __future__ import annotations

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.models import ModelCardText
from registry.regulation.rules.model_card import LONGEST, TEXTS


class CardHeading(serializers.Serializer):
    """A heading of Annex IV: what is on record under it, and what people wrote."""

    number = serializers.CharField()
    title = serializers.CharField()
    on_record = serializers.ListField(child=serializers.CharField())
    written = serializers.CharField(allow_blank=True)
    empty = serializers.BooleanField()


class ModelCardOutput(serializers.Serializer):
    """The model card of a version; `empty` lists the headings under which nothing stands."""

    model = serializers.CharField()
    version = serializers.CharField()
    law = serializers.CharField()
    about = serializers.CharField()
    texts_number = serializers.IntegerField(allow_null=True)
    headings = CardHeading(many=True)
    empty = serializers.ListField(child=serializers.CharField())


class CardTextsInput(StrictSerializer):
    """Texts by their names, and why; what is left out stays, an empty text takes it away."""

    texts = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONGEST, trim_whitespace=False),
        help_text=f"Names: {', '.join(TEXTS)}.",
    )
    reason = serializers.CharField(max_length=4_000)


class CardReviewInput(StrictSerializer):
    """The number of the texts that were read."""

    number = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class CardTextsOutput(serializers.ModelSerializer):
    """One version of the texts of a model's card."""

    model = serializers.CharField(source="model.name")
    texts = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = ModelCardText
        fields = ("model", "number", "texts", "reason", "saved_by", "saved_at", "reviewed_by", "reviewed_at")
        read_only_fields = fields
