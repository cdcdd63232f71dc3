"""Levels over the API."""

from __future__ import annotations

import pytest

from assessments.health.rules.maturity import Level
from assessments.health.rules.rubric import MOST_LEVELS
from assessments.health.serializers.rubrics import RubricInput, levels_of

LEVEL = {"level": "1", "label": "Stored", "requires": ["artifact_store"]}


def test_levels_become_what_the_rules_take():
    body = RubricInput(data={"reason": "Agreed.", "levels": [LEVEL]})
    assert body.is_valid()
    assert levels_of(body) == [Level("1", "Stored", ("artifact_store",))]


@pytest.mark.parametrize(("count", "taken"), [(MOST_LEVELS + 1, True), (MOST_LEVELS + 2, False)])
def test_one_level_too_many_reaches_the_rule_and_more_do_not(count, taken):
    assert RubricInput(data={"reason": "Agreed.", "levels": [LEVEL] * count}).is_valid() is taken
