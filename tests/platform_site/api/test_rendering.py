"""Answers are JSON that every program can read."""

from __future__ import annotations

import json

import pytest

from platform_site.api.rendering import Json


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_does_not_have_is_an_error(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        Json().render({"share": [value]})


def test_text_of_every_language_stays_as_it_is():
    body = Json().render({"name": "Größe \u2028"})

    assert "Größe".encode() in body
    assert json.loads(body) == {"name": "Größe \u2028"}


def test_no_body_stays_no_body():
    assert Json().render(None) == b""
