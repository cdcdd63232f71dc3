"""Field shapes that several records share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.validators import RegexValidator
from django.db import models

NAME_SENTENCE = "Write a lower-case letter, then lower-case letters, digits and _, at most 128 in all."
NAME = RegexValidator(r"^[a-z][a-z0-9_]{0,127}\Z", NAME_SENTENCE)
HEX_64 = RegexValidator(r"^[0-9a-f]{64}\Z", "Give a SHA-256: 64 lower-case hex digits.")


class CompactEncoder(json.JSONEncoder):
    """JSON without spaces between its parts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"separators": (",", ":")})


class CompactJSONField(models.JSONField):
    """JSON that a text column stores without spaces; PostgreSQL's own type never has any.

    Migrations see a JSONField: the column is the same, and rows from before stay as they were written.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options | {"encoder": CompactEncoder})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As that of the field that it is to the database."""
        name, _, arguments, options = super().deconstruct()
        del options["encoder"]
        return name, "django.db.models.JSONField", arguments, options


def name_field(*, unique: bool = True, **options: Any) -> models.CharField:
    """A name as programs write it."""
    return models.CharField(max_length=128, unique=unique, validators=[NAME], help_text=NAME_SENTENCE, **options)


def digest_field(**options: Any) -> models.CharField:
    """A SHA-256 in hex."""
    return models.CharField(max_length=64, validators=[HEX_64], **options)


def tags_field() -> models.JSONField:
    """A list of tags as `platform_site.text.tags` normalises them."""
    return models.JSONField(default=list, blank=True)


def recorded_by_field() -> models.CharField:
    """The name of whoever did it, as the audit log has it; the account may be gone one day."""
    return models.CharField(max_length=150)
