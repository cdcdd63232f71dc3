"""The pages of imports."""

from __future__ import annotations

import re

from registry.models import (
    Feature,
    Import,
)
from tests.registry.imports.documents import DBT, FEAST
from tests.registry.imports.steps import TEAM, upload


def test_the_page_shows_the_plan_and_applies_it(browser_of, people):
    visitor = browser_of("contributor")
    form = {"feast-file": upload(FEAST), "feast-owner_team": TEAM}
    page = visitor.post("/registry/imports/from/feast/", form, follow=True)
    text = page.content.decode()
    assert "driver_hourly__conv_rate" in text
    assert "It reads no feature view that is imported" in text
    digest = re.search(r'name="digest"\s+value="([^"]+)"', text)[1]
    address = page.redirect_chain[-1][0]
    page = visitor.post(f"{address}apply/", {"digest": digest}, follow=True)
    assert "The import is applied." in page.content.decode()
    assert Feature.objects.count() == 3
    assert "rides" in visitor.get("/registry/imports/").content.decode()


def test_the_page_says_what_is_wrong_with_a_file_at_its_field(browser_of, people):
    visitor = browser_of("contributor")
    page = visitor.post("/registry/imports/from/dbt/", {"dbt-file": upload({"metadata": {}})})
    assert (page.status_code, "Only version 12 is read" in page.content.decode()) == (422, True)
    assert visitor.post("/registry/imports/from/other/").status_code == 404


def test_the_page_forgets_an_import(browser_of, people):
    visitor = browser_of("contributor")
    page = visitor.post("/registry/imports/from/dbt/", {"dbt-file": upload(DBT), "dbt-owner_team": TEAM}, follow=True)
    visitor.post(f"{page.redirect_chain[-1][0]}drop/")
    assert not Import.objects.exists()
