"""The page of the dependency graph."""

from __future__ import annotations

import pytest

from tests.registry.versions.views.test_models import text


@pytest.mark.parametrize("path", ["features/orders_3d/graph/", "models/demand/+graph/", "source-tables/orders/graph/"])
def test_it_draws_the_way_from_source_to_model(browser_of, model_version, path):
    page = browser_of("viewer").get(f"/registry/{path}")
    version = model_version.snapshot.entries.get().feature_version.name
    assert page.context["edges"] == [(version, "demand v1"), ("orders", version)]
    assert (page.context["total"], page.context["folded"]) == (3, False)
    assert "demand v1" in text(page)


@pytest.mark.parametrize("path", ["features/none/graph/", "models/none/+graph/", "source-tables/none/graph/"])
def test_what_does_not_exist_is_not_found(browser_of, model_version, path):
    assert browser_of("viewer").get(f"/registry/{path}").status_code == 404


def test_a_model_without_versions_has_an_empty_graph(browser_of, model):
    page = browser_of("viewer").get("/registry/models/demand/+graph/")
    assert (page.status_code, page.context["total"]) == (200, 0)
