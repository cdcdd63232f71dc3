"""The versions of a source table: what changed, what a proposal would change, and which models are behind."""

from __future__ import annotations

import pytest

from registry.data.queries.source_histories import behind, histories, moves, proposal
from registry.models import SourceTable
from tests.registry.conftest import source_changed

pytestmark = pytest.mark.django_db


def table() -> SourceTable:
    return SourceTable.objects.select_related("current__dataset").get(name="orders")


@pytest.fixture
def changed(orders, cora):
    """`orders` with a second version, of another entity key."""
    source_changed(orders, cora, entity_key=["order_id"])
    return table()


def test_the_first_version_has_nothing_before_it(orders):
    (only,) = histories(table(), [*table().versions.select_related("dataset")])
    assert (only.in_force, only.sentence) == (True, "")


def test_a_version_says_what_changed_also_where_the_one_before_is_on_another_page(changed, django_assert_num_queries):
    newest = [*changed.versions.select_related("dataset").order_by("-number")]
    whole = histories(changed, newest)
    assert [(line.version.number, line.in_force) for line in whole] == [(2, True), (1, False)]
    assert "entity key" in whole[0].sentence
    with django_assert_num_queries(1):
        assert histories(changed, newest[:1])[0].sentence == whole[0].sentence


def test_a_proposal_names_its_change_and_the_models_that_the_gate_would_block(in_production):
    current = table().current.source
    same = proposal(table(), current)
    assert (same.changes_anything, [*same.would_block]) == (False, [])
    other = proposal(table(), current._replace(entity_key=["order_id"]))
    assert (other.changes_anything, [*other.would_block]) == (True, [in_production])
    assert "entity key" in other.sentence


def test_a_proposal_for_a_table_without_a_version_is_the_first_description(orders):
    bare = table()
    source, bare.current = bare.current.source, None
    first = proposal(bare, source)
    assert (first.sentence, first.changes_anything, first.would_block) == ("the first description", True, ())


def test_models_trained_on_another_version_are_behind_with_its_number(model_version, cora):
    assert not behind(table()).exists()
    source_changed(table(), cora, entity_key=["order_id"])
    assert [(version.pk, version.trained_number) for version in behind(table())] == [(model_version.pk, 1)]
    bare = table()
    bare.current = None
    assert not behind(bare).exists()


def test_moves_are_what_came_into_force_the_newest_first(changed):
    numbers = [(move.before and move.before.number, move.after.number) for move in moves(changed)]
    assert numbers == [(1, 2), (None, 1)]
