"""The forms that describe a source table."""

from __future__ import annotations

import pytest

from platform_site.access import Actor, Role
from registry.data.forms.source_tables import CodeField, NewSourceForm, NewVersionForm, SourceForm
from registry.data.rules.source import address
from registry.models import SourceTable
from tests.registry.conftest import contributor

pytestmark = pytest.mark.django_db
FIELDS = {
    "dataset": "orders",
    "entity_key": "customer_id",
    "event_time": "date",
    "row_key": "order_id",
    "dialect": "duckdb",
}
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())


@pytest.mark.parametrize("text", ["a\r\nb", "a\nb"])
def test_code_has_line_feeds_alone_whatever_the_browser_sends(text):
    field = CodeField()
    assert field.clean(text) == "a\nb"
    assert not field.has_changed("a\nb", text)


def test_a_description_becomes_a_source(orders):
    form = SourceForm(FIELDS)
    assert form.is_valid(), form.errors
    assert form.source[:5] == ("orders", ["customer_id"], "date", ["order_id"], "duckdb")
    assert form.source.upstream is None


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"entity_key": ""}, {"entity_key"}),
        ({"entity_key": "customer", "event_time": "day"}, {"entity_key", "event_time"}),
        ({"row_key": "number"}, {"row_key"}),
        ({"dataset": "elsewhere"}, {"dataset"}),
        ({"dialect": "cobol"}, {"dialect"}),
    ],
)
def test_every_fault_stands_at_its_field(orders, fields, wrong):
    assert set(SourceForm(FIELDS | fields).errors) == wrong


def test_a_table_that_exists_begins_with_what_is_in_force(orders):
    table = SourceTable.objects.select_related("current__dataset").get(name="orders")
    form = SourceForm(table=table)
    assert form.initial == {
        "dataset": "orders", "entity_key": ["customer_id"], "event_time": "date", "row_key": ["order_id"], "dialect": "duckdb",
    }  # fmt: skip


def test_a_new_version_is_stored_once_its_effect_was_seen(orders):
    table = SourceTable.objects.select_related("current__dataset").get(name="orders")
    form = NewVersionForm(FIELDS | {"reason": "It moved."}, table=table)
    assert form.is_valid(), form.errors
    assert not form.is_seen
    seen = NewVersionForm(FIELDS | {"reason": "It moved.", "seen": address(form.source)}, table=table)
    assert seen.is_valid()
    assert seen.is_seen
    other = NewVersionForm(FIELDS | {"reason": "It moved.", "seen": address(form.source), "row_key": ""}, table=table)
    assert other.is_valid()
    assert other.is_seen is (other.source == form.source)


@pytest.mark.parametrize(
    ("actor", "choices"),
    [
        (contributor("forecasting"), ["forecasting"]),
        (contributor("forecasting", "data-platform"), ["", "data-platform", "forecasting"]),
        (LEA, ["", "data-platform", "forecasting"]),
    ],
)
def test_a_table_is_given_to_a_team_of_ones_own(teams, actor, choices):
    assert [slug for slug, _ in NewSourceForm(actor=actor).fields["owner_team"].choices] == choices
