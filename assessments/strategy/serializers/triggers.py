"""The conditions that call for a platform."""

from __future__ import annotations

from rest_framework import serializers

from assessments.strategy.rules.triggers import State


class ConditionOutput(serializers.Serializer):
    id = serializers.CharField()
    state = serializers.ChoiceField(choices=[word.value for word in State])
    because = serializers.CharField()
    ask = serializers.CharField(allow_null=True)


class TriggersOutput(serializers.Serializer):
    """The five conditions and what they add up to."""

    conditions = ConditionOutput(many=True)
    verdict = serializers.ChoiceField(choices=["not_yet", "phase_1", "urgent"])
    most_urgent = serializers.ListField(child=serializers.CharField())
    phase_1 = serializers.ChoiceField(choices=["standard", "regulated"])


class ConditionMovedOutput(serializers.Serializer):
    id = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    because = serializers.CharField()


class TriggerStandingOutput(TriggersOutput):
    """An organization's conditions now, the facts behind them, and what changed since the last recorded evaluation."""

    facts = serializers.DictField(help_text="What is known; null where it is unknown.")
    measured = serializers.ListField(
        child=serializers.CharField(), help_text="The facts that were measured rather than entered."
    )
    contradicted = serializers.DictField(
        help_text="For each fact whose entered and measured values differ, the one that is not used: measured, unless `measured` "
        "names the fact; then it is the entered one."
    )
    moved = ConditionMovedOutput(many=True)
    kept_at = serializers.DateTimeField(allow_null=True, help_text="Null: no evaluation was recorded yet.")
