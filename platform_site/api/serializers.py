"""The base of every input: a field that nobody knows is a fault, not something to drop in silence."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


class StrictSerializer(serializers.Serializer):
    """Refuses unknown fields, beside all other faults."""

    def to_internal_value(self, given: Any) -> Any:
        unknown = [name for name in given if name not in self.fields] if isinstance(given, dict) else []
        faults = {name: [ErrorDetail("There is no such field.", "unknown_field")] for name in unknown}
        try:
            known = super().to_internal_value(given)
        except serializers.ValidationError as error:
            detail = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
            raise serializers.ValidationError({**faults, **detail}) from error
        if faults:
            raise serializers.ValidationError(faults)
        return known
