"""The base of every input: an unknown field is a fault, and so is a value of another type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from platform_site.owned import LONGEST_DESCRIPTION
from platform_site.text.tags import MOST_TAGS, SENTENCE

KINDS = (
    (serializers.BooleanField, (bool,), "true or false"),
    (serializers.CharField, (str,), "a text"),
    ((serializers.IntegerField, serializers.FloatField, serializers.DecimalField), (int, float), "a number"),
)


MOST_IN_A_BODY = 1_000  # of a body that is a list


class FewRelated(serializers.ManyRelatedField):
    """Some records by their keys, as many as `max_length` at most."""

    def __init__(self, child_relation: serializers.RelatedField, *, max_length: int, **options: Any) -> None:
        super().__init__(child_relation=child_relation, **options)
        self.max_length = max_length

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and len(data) > self.max_length:
            raise serializers.ValidationError(f"Give at most {self.max_length}, not {len(data):,}.", "max_length")
        return super().to_internal_value(data)


class StrictSerializer(serializers.Serializer):
    """Refuses unknown fields, and values that fit only after a conversion (`"yes"`, `0` and `1` are not booleans), together
    with all other faults. Forms and URLs hold only text: there everything is converted."""

    # Of these fields a request has one: what the schema says; `validate` holds it.
    exactly_one_of: ClassVar[tuple[str, ...]] = ()

    def to_internal_value(self, data: Any) -> Any:
        faults = dict(self._faults(data)) if isinstance(data, dict) else {}
        try:
            known = super().to_internal_value(data)
        except serializers.ValidationError as error:
            detail = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
            raise serializers.ValidationError({**faults, **detail}) from error
        if faults:
            raise serializers.ValidationError(faults)
        return known

    def _faults(self, data: dict[str, Any]) -> Iterator[tuple[str, list[ErrorDetail]]]:
        for name, value in data.items():
            if name not in self.fields:
                yield name, [ErrorDetail(f"{name} is not a field of this request.", "unknown_field")]
            elif self.context.get("as_written") and (expected := expected_instead(self.fields[name], value)):
                yield name, [ErrorDetail(f"{name} must be {expected}.", "kind")]


class DetailsInput(StrictSerializer):
    """What can be edited of something that a team owns; what is left out stays."""

    description = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_DESCRIPTION)
    owner_team = serializers.CharField(required=False, max_length=63, help_text="The slug of the new owner.")
    tags = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        max_length=100,
        help_text=f"At most {MOST_TAGS}, stored in lower case and in order. {SENTENCE}",
    )


def expected_instead(field: serializers.Field, value: Any) -> str:
    """The type that a JSON value should have, such as "a text"; empty when it has it.

    >>> expected_instead(serializers.BooleanField(), 0), expected_instead(serializers.CharField(), "0")
    ('true or false', '')
    """
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        inner = {expected_instead(field.child, item) for item in value} - {""}
        return f"a list of which each is {inner.pop()}" if inner else ""
    if value is None or isinstance(value, dict | list):
        return ""  # the field itself says so
    for kind, fits, expected in KINDS:
        if isinstance(field, kind):
            return "" if isinstance(value, fits) and (bool in fits or not isinstance(value, bool)) else expected
    return ""
