"""The shapes of names and digests."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from registry.models.fields import CompactJSONField, digest_field, name_field, recorded_by_field


def accepts(field, value):
    try:
        field.clean(value, None)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("a", True),
        ("orders_3d", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("", False),
        ("3d", False),
        ("_a", False),
        ("Orders", False),
        ("a-b", False),
        ("a\n", False),
        ("größe", False),
    ],
)
def test_a_name_begins_with_a_letter_and_has_at_most_128_characters(name, accepted):
    assert accepts(name_field(unique=False), name) == accepted


@pytest.mark.parametrize(
    ("digest", "accepted"),
    [("0f" * 32, True), ("0f" * 31 + "0", False), ("0f" * 32 + "0", False), ("0F" * 32, False), ("0g" * 32, False),
     ("0f" * 32 + "\n", False)],
)  # fmt: skip
def test_a_digest_is_64_lower_case_hex_digits(digest, accepted):
    assert accepts(digest_field(), digest) == accepted


def test_an_account_name_has_at_most_150_characters_and_is_not_empty():
    assert [accepts(recorded_by_field(), "x" * length) for length in (0, 1, 150, 151)] == [False, True, True, False]


def test_a_name_is_unique_unless_it_is_part_of_another_key():
    assert (name_field().unique, name_field(unique=False).unique) == (True, False)


def test_compact_json_has_no_spaces_and_is_a_json_field_to_migrations():
    field = CompactJSONField(default=dict)
    assert json.dumps({"a": [1, None], "b": "x, y"}, cls=field.encoder) == '{"a":[1,null],"b":"x, y"}'
    assert field.deconstruct()[1:] == models.JSONField(default=dict).deconstruct()[1:]
    assert field.clone().encoder is field.encoder
