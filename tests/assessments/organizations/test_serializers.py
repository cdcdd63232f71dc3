"""What the API takes of an organization."""

from __future__ import annotations

import pytest

from assessments.organizations.rules.facts import Facts
from assessments.organizations.serializers import FactsInput, OrganizationChange, OrganizationInput


def test_facts_that_are_left_out_are_unknown():
    body = FactsInput(data={"production_models": 4})
    assert body.is_valid()
    assert body.facts() == Facts(production_models=4)


@pytest.mark.parametrize("value", [0, 2_147_483_647])
def test_a_count_is_taken_up_to_what_the_database_stores(value):
    assert FactsInput(data={"shipping_teams": value}).is_valid()


@pytest.mark.parametrize("value", [-1, 2_147_483_648, "many"])
def test_a_count_beyond_that_is_not(value):
    assert not FactsInput(data={"shipping_teams": value}).is_valid()


def test_a_new_one_needs_slug_and_name_and_a_change_takes_no_slug():
    assert set(OrganizationInput(data={}).fields) - set(OrganizationChange(data={}).fields) == {"slug"}
    body = OrganizationInput(data={})
    assert not body.is_valid()
    assert set(body.errors) == {"slug", "name"}


def test_a_change_holds_only_what_was_sent():
    body = OrganizationChange(data={"compliance": None})
    assert body.is_valid()
    assert body.changed() == {"compliance": None}
