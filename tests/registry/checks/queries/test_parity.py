"""A parity check counts while serving computes the definition it compares, or while that definition waits for it."""

from __future__ import annotations

import pytest

from registry.checks.actions.checks import define_check, propose
from registry.checks.queries.parity import compares_unserved_definition
from registry.features.actions.current_version import set_current
from registry.models import Check
from tests.registry.conftest import FIXED, REWRITTEN, register

pytestmark = pytest.mark.django_db


def is_unserved(check: Check) -> bool:
    return compares_unserved_definition(Check.objects.get(pk=check.pk))


def test_a_definition_that_was_current_and_no_longer_is_is_not_served(feature, cora):
    first, check = feature.current, register(FIXED, cora).run.check_definition
    assert not is_unserved(check)
    set_current(feature, first, reason="Back.", actor=cora)
    assert is_unserved(check)


def test_an_equivalent_definition_is_served_by_the_one_that_replaced_it(feature, cora):
    first, check = feature.current, register(REWRITTEN, cora).run.check_definition
    set_current(feature, first, reason="Back.", actor=cora)
    assert not is_unserved(check)


def test_a_version_that_waits_for_its_check_counts(feature, cora):
    type(feature).objects.update(requires_parity=True)
    check = register(FIXED, cora).run.check_definition
    feature.refresh_from_db()
    assert feature.current.name == check.parameters["trained"]
    assert not is_unserved(check)


def test_a_proposal_is_not_served_and_other_kinds_compare_no_definition(feature, cora):
    assert is_unserved(propose(feature, FIXED, actor=cora).check_definition)
    assert not is_unserved(define_check("schema", name="s", parameters={"dataset": "orders"}, actor=cora))
