"""Who made the change behind a blocked version, and when."""

from __future__ import annotations

import pytest

from registry.data.actions.source_tables import add_source_version
from registry.models import CurrentVersionChange, FeaturePin
from registry.versions.queries.blocked import blocked_in_production
from registry.versions.queries.blocked_since import blocked_since
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.postgresql


def test_nothing_blocked_asks_nothing(in_production, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert blocked_since([]) == {}


def test_a_changed_definition_is_its_authors(in_production, second, cora, django_assert_num_queries):
    register(FIXED, cora)
    blocked = blocked_in_production()
    with django_assert_num_queries(4):
        since = blocked_since(blocked)
    newest = CurrentVersionChange.objects.latest("pk")
    assert {pk: (author.name, author.at, author.reason) for pk, author in since.items()} == {
        version.pk: (cora.name, newest.changed_at, newest.reason) for version in (in_production, second)
    }


def test_a_pin_comes_before_the_current_version(in_production, cora):
    version = register(FIXED, cora).version
    pinned = FeaturePin.objects.create(
        model_version=in_production, feature=version.feature, feature_version=version, pinned_by="pam",
        pinned_at=in_production.registered_at,
    )  # fmt: skip
    (author,) = blocked_since(blocked_in_production()).values()
    assert (author.name, author.at) == ("pam", pinned.pinned_at)


def test_a_moved_source_table_is_theirs_who_moved_it(in_production, orders, cora):
    key = orders.current.source._replace(event_time="")
    add_source_version(orders, key, reason="No event time any more.", actor=cora)
    (author,) = blocked_since(blocked_in_production()).values()
    assert (author.name, author.reason) == (cora.name, "No event time any more.")
