"""What source tables show on the page of a team."""

from __future__ import annotations

import pytest

from platform_site.people.models import Team
from registry.data import panels
from registry.models import SourceTable

pytestmark = pytest.mark.django_db


def test_a_team_shows_the_source_tables_that_it_owns(rf, orders):
    owner, other = (Team.objects.get(slug=slug) for slug in ("data-platform", "forecasting"))
    SourceTable.objects.update(owner_team=owner)
    shown = panels.of_team(rf.get("/"), owner)
    assert (list(shown["source_tables"]), shown["source_table_count"]) == ([orders], 1)
    assert panels.of_team(rf.get("/"), other)["source_table_count"] == 0


def test_the_page_of_a_team_names_them(browser_of, people, orders):
    SourceTable.objects.update(owner_team=Team.objects.get(slug="data-platform"))
    page = browser_of("viewer").get("/teams/data-platform/").content.decode()
    assert ('href="/registry/source-tables/orders/"' in page, 'href="/registry/datasets/orders/"' in page) == (
        True,
        True,
    )
