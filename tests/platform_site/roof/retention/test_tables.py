"""Every table is named once: its rows go after a time, or it says why they stay."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from platform_site.environment import VARIABLES
from platform_site.roof.retention.tables import RETENTIONS, STAYS

GROWING = [table for retention in RETENTIONS for table in retention.tables]
STAYING = [table for tables in STAYS.values() for table in tables]
BOOK = (Path(settings.BASE_DIR) / "docs/operations/retention.md").read_text()


def test_every_table_has_a_retention_or_says_why_it_needs_none():
    models = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert {name: count for name, count in Counter([*GROWING, *STAYING]).items() if count > 1} == {}
    assert models - {*GROWING, *STAYING} == set(), "name it in platform_site/roof/retention/tables.py"
    assert {*GROWING, *STAYING} - models == set()


@pytest.mark.parametrize("retention", RETENTIONS, ids=lambda retention: retention.what)
def test_a_retention_is_a_variable_or_a_time_that_the_book_names(retention):
    assert f"| {retention.what} |" in BOOK
    if retention.set_by:
        assert VARIABLES[retention.set_by.lower()].default == retention.age.days
        assert f"`{retention.set_by}`" in BOOK


@pytest.mark.django_db
@pytest.mark.postgresql
@pytest.mark.parametrize("retention", RETENTIONS, ids=lambda retention: retention.what)
def test_an_empty_installation_has_nothing_past_its_time(retention):
    assert retention.old.count() == 0
