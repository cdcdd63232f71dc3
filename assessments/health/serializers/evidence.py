"""The entered status of a capability beside the measured one."""

from __future__ import annotations

from rest_framework import serializers

from assessments.organizations.rules.catalogue import Status

STATUSES = [status.value for status in Status]


class EvidenceOutput(serializers.Serializer):
    """`claimed` is the entered status. `measured` and `agrees` are null where nothing can be measured."""

    capability = serializers.CharField()
    claimed = serializers.ChoiceField(choices=STATUSES)
    measured = serializers.ChoiceField(choices=STATUSES, allow_null=True)
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    agrees = serializers.BooleanField(allow_null=True)
    sentence = serializers.CharField()
