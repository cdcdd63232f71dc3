"""The review of an organization."""

from __future__ import annotations

from rest_framework import serializers

from assessments.review.rules.digest import Every


class AssessedOutput(serializers.Serializer):
    """An assessment at one end of the period."""

    assessment = serializers.IntegerField()
    assessed_on = serializers.DateField()
    health_score = serializers.FloatField(allow_null=True)
    confirmed = serializers.CharField(help_text="The label of the confirmed level.")


class SectionOutput(serializers.Serializer):
    """A section: its sentence, and the rows behind it, which have other fields in each section."""

    name = serializers.CharField(
        help_text="`score`, `target`, `evidence`, `initiatives`, `exemptions`, `incidents`, `tickets`, `teams`, `releases`, `blocked` or `overrides`."
    )
    title = serializers.CharField()
    sentence = serializers.CharField(help_text="What happened; in an empty section, what is not there.")
    rows = serializers.ListField(child=serializers.DictField())


class ReviewOutput(serializers.Serializer):
    """What happened since a day."""

    organization = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()
    before = AssessedOutput(allow_null=True, help_text="What counted on the first day.")
    after = AssessedOutput(allow_null=True, help_text="What counts now.")
    sections = SectionOutput(many=True)


class SubscriptionInput(serializers.Serializer):
    """How often the review comes by mail."""

    every = serializers.ChoiceField(choices=list(Every))


class SubscriptionOutput(serializers.Serializer):
    """A person's subscription to the review of an organization."""

    organization = serializers.CharField()
    every = serializers.ChoiceField(choices=list(Every), allow_null=True, help_text="null: not subscribed.")
    subscribed_at = serializers.DateTimeField(allow_null=True)
    next_mail_on = serializers.DateField(allow_null=True)
    why_nothing_is_sent = serializers.CharField(help_text="What keeps every digest back; empty when nothing does.")
