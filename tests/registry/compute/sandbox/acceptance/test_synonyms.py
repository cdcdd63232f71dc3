"""The tables of synonyms agree with each other and with what feature logic may call; test_canonical asks the engine."""

from __future__ import annotations

import pytest

from registry.compute.sandbox.acceptance.grammar import PARTS, TYPE_NAMES
from registry.compute.sandbox.acceptance.synonyms import (
    FUNCTION_SYNONYMS,
    PART_FUNCTIONS,
    PART_SYNONYMS,
    TYPE_SYNONYMS,
    UNITS,
)


@pytest.mark.parametrize("table", [FUNCTION_SYNONYMS, PART_SYNONYMS, TYPE_SYNONYMS])
def test_a_synonym_leads_to_a_name_that_has_none_itself(table):
    assert not set(table) & set(table.values())


def test_every_unit_and_part_is_known_by_one_name():
    assert not set(UNITS) & set(PART_SYNONYMS)
    assert not set(PART_FUNCTIONS.values()) & set(PART_SYNONYMS)
    assert set(PART_SYNONYMS.values()) <= {*PARTS, *UNITS}


def test_the_types_of_feature_logic_have_one_name_each():
    assert {TYPE_SYNONYMS.get(name, name) for name in TYPE_NAMES} >= {"INTEGER", "BIGINT", "DOUBLE", "VARCHAR"}
