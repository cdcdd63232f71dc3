"""The base of every input: a field that nobody knows is a fault, and so is a value of another kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

KINDS = (
    (serializers.BooleanField, (bool,), "true or false"),
    (serializers.CharField, (str,), "a text"),
    ((serializers.IntegerField, serializers.FloatField, serializers.DecimalField), (int, float), "a number"),
)


class StrictSerializer(serializers.Serializer):
    """Refuses unknown fields, and values that only a conversion would make fit (`"yes"`, `0` and `1` are no booleans),
    beside all other faults. Forms and addresses have texts alone: there everything is converted."""

    def to_internal_value(self, given: Any) -> Any:
        faults = dict(self._faults(given)) if isinstance(given, dict) else {}
        try:
            known = super().to_internal_value(given)
        except serializers.ValidationError as error:
            detail = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
            raise serializers.ValidationError({**faults, **detail}) from error
        if faults:
            raise serializers.ValidationError(faults)
        return known

    def _faults(self, given: dict[str, Any]) -> Iterator[tuple[str, list[ErrorDetail]]]:
        for name, value in given.items():
            if name not in self.fields:
                yield name, [ErrorDetail("There is no such field.", "unknown_field")]
            elif self.context.get("as_written") and (told := needed_instead(self.fields[name], value)):
                yield name, [ErrorDetail(f"Give {told}.", "kind")]


def needed_instead(field: serializers.Field, value: Any) -> str:
    """What a JSON value should be where it is of another kind, such as "a text"; empty when it fits.

    >>> needed_instead(serializers.BooleanField(), 0), needed_instead(serializers.CharField(), "0")
    ('true or false', '')
    """
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        inner = {needed_instead(field.child, one) for one in value} - {""}
        return f"a list of which each is {inner.pop()}" if inner else ""
    if value is None or isinstance(value, dict | list):
        return ""  # the field itself says so
    for kind, fits, told in KINDS:
        if isinstance(field, kind):
            return "" if isinstance(value, fits) and (bool in fits or not isinstance(value, bool)) else told
    return ""
