"""What the API takes of features."""

from __future__ import annotations

import pytest

from registry.features.serializers import DefinitionInput, FeatureInput, arguments
from tests.registry.conftest import TRAINED

FEATURE = {"name": "orders_3d", "owner_team": "data-platform", **TRAINED.as_dict()}


def test_the_arguments_of_a_registration_hold_one_definition():
    body = FeatureInput(data=FEATURE | {"reason": "first"})
    assert body.is_valid()
    values = arguments(body.validated_data)
    assert (values["definition"], values["reason"], values["dialect"]) == (TRAINED, "first", "duckdb")
    assert "computation_logic" not in values


def test_logic_keeps_its_white_space():
    body = DefinitionInput(data=TRAINED.as_dict() | {"computation_logic": " a + 1\n"})
    assert body.is_valid()
    assert body.definition().computation_logic == " a + 1\n"


@pytest.mark.parametrize(("length", "valid"), [(50_000, True), (50_001, False)])
def test_logic_has_a_limit(length, valid):
    assert DefinitionInput(data=TRAINED.as_dict() | {"computation_logic": "a" * length}).is_valid() == valid


def test_an_unknown_null_rule_is_refused():
    body = DefinitionInput(data=TRAINED.as_dict() | {"null_handling": "guess"})
    assert not body.is_valid()
    assert set(body.errors) == {"null_handling"}
