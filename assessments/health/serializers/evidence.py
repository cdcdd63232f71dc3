"""The entered status of a capability beside the measured one."""

from __future__ import annotations

from rest_framework import serializers

from assessments.organizations.rules.catalogue import Status

STATUSES = [status.value for status in Status]


class EvidenceCoverageOutput(serializers.Serializer):
    """How many production models the figures see, and how many are stated; a status is suggested from 80% on."""

    seen = serializers.IntegerField()
    stated = serializers.IntegerField(allow_null=True, help_text="Null: nobody entered how many there are.")


class EvidenceOutput(serializers.Serializer):
    """`claimed` is the entered status, `measured` the one that the figures suggest.

    `measured` is null where nothing is counted or too little is seen. `agrees` is false where the claim is higher than
    what was counted, however little is seen. A published assessment has what was stored when it was published.
    """

    capability = serializers.CharField()
    claimed = serializers.ChoiceField(choices=STATUSES)
    measured = serializers.ChoiceField(choices=STATUSES, allow_null=True)
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    agrees = serializers.BooleanField(allow_null=True)
    sentence = serializers.CharField()
    coverage = EvidenceCoverageOutput(allow_null=True)
    counter_examples = serializers.ListField(
        child=serializers.CharField(), help_text="The first records without it, by name."
    )
    stored_at = serializers.DateTimeField(allow_null=True, help_text="Null: measured now, or never stored.")
