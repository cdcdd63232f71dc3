"""The pages of features."""

from __future__ import annotations

from tests.registry.conftest import FIXED, register


def test_the_list_is_searched_by_name_and_description(browser_of, people, feature):
    visitor = browser_of("viewer")
    assert "orders_3d" in visitor.get("/registry/features/?search=ORDERS").content.decode()
    assert "No feature matches" in visitor.get("/registry/features/?search=clicks").content.decode()


def test_a_comparison_shows_the_newest_two_unless_others_are_named(browser_of, people, feature, cora):
    first, second = feature.current, register(FIXED, cora).version
    page = browser_of("viewer").get("/registry/features/orders_3d/compare/")
    assert (page.context["base"], page.context["head"]) == (first, second)
    page = browser_of("viewer").get(f"/registry/features/orders_3d/compare/?base={second.name}&head={second.name}")
    assert "Both are the same version." in page.content.decode()
    assert browser_of("viewer").get("/registry/features/orders_3d/compare/?base=none").status_code == 404


def test_a_feature_with_one_version_is_compared_with_itself(browser_of, people, feature):
    page = browser_of("viewer").get("/registry/features/orders_3d/compare/")
    assert page.context["base"] == page.context["head"] == feature.current


def test_the_form_begins_with_the_current_definition(browser_of, people, feature):
    page = browser_of("contributor").get("/registry/features/+register/?feature=orders_3d")
    assert page.context["form"].initial["null_handling"] == "forward_fill"
    assert browser_of("contributor").get("/registry/features/+register/?feature=no").context["form"].initial == {}


def test_a_feature_shows_what_higher_rooms_know_of_it(browser_of, people, in_production, feature, cora):
    register(FIXED, cora)
    page = browser_of("viewer").get("/registry/features/orders_3d/")
    assert (list(page.context["alerts"]), page.context["overrides"]) == ([], [])
    assert [run.check_definition.feature for run in page.context["runs"]] == [feature]
    assert "1 production model blocked" in page.content.decode()


def test_a_version_becomes_current_only_with_a_reason(browser_of, people, feature, cora):
    register(FIXED, cora)
    visitor, first = browser_of("contributor"), feature.versions.get(number=1)
    visitor.post("/registry/features/orders_3d/current/", {"version": first.name, "reason": ""})
    feature.refresh_from_db()
    assert feature.current.number == 2
    visitor.post("/registry/features/orders_3d/current/", {"version": first.name, "reason": "slower"})
    feature.refresh_from_db()
    assert feature.current == first
