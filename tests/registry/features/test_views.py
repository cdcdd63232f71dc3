"""The pages of features."""

from __future__ import annotations

from platform_site.people.models import Membership, Team
from registry.features.actions.details import edit_feature
from tests.registry.conftest import FIXED, TRAINED, register


def test_the_list_is_searched_by_name_and_description(browser_of, people, feature):
    visitor = browser_of("viewer")
    assert "orders_3d" in visitor.get("/registry/features/?search=ORDERS").content.decode()
    assert "Nothing matches" in visitor.get("/registry/features/?search=clicks").content.decode()


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
    again = visitor.post("/registry/features/orders_3d/current/", {"version": first.name, "reason": "x"}, follow=True)
    assert "is the current version already. Nothing was changed." in again.content.decode()


def test_the_form_offers_the_versions_that_are_not_current(browser_of, people, feature, cora):
    address = "/registry/features/orders_3d/"
    assert browser_of("contributor").get(address).context["form"] is None
    register(FIXED, cora)
    first = feature.versions.get(number=1)
    form = browser_of("contributor").get(address).context["form"]
    assert [value for value, _ in form.fields["version"].choices] == [first.name]


def test_details_are_edited_by_who_may_and_others_see_who_may(browser_of, people, feature):
    address = "/registry/features/orders_3d/"
    for who in ("contributor", "lead"):
        assert f"{address}edit/" in browser_of(who).get(address).content.decode()
    page = browser_of("viewer").get(address).content.decode()
    assert ("Its contributors and leads can edit these details." in page, f"{address}edit/" in page) == (True, False)
    assert browser_of("stranger").get(f"{address}edit/").status_code == 403
    visitor = browser_of("contributor")
    assert visitor.get(f"{address}edit/").context["form"].initial["owner_team"] == "data-platform"
    wrong = visitor.post(f"{address}edit/", {"owner_team": "data-platform", "tags": "a b, ok"})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"tags"})
    edited = {"owner_team": "forecasting", "description": "Three days.", "tags": "Risk, tier-1"}
    assert visitor.post(f"{address}edit/", edited)["Location"] == address
    page = visitor.get(address).content.decode()
    assert 'href="/registry/features/?tag=risk"' in page
    assert 'href="/teams/forecasting/"' in page


def test_the_list_is_narrowed_by_tag_and_owner_and_says_so(browser_of, people, feature, cora):
    edit_feature(feature, tags=["risk"], actor=cora)
    page = browser_of("viewer").get("/registry/features/?tag=risk&owner_team=data-platform")
    text = " ".join(page.content.decode().split())
    assert [row.name for row in page.context["page_obj"]] == ["orders_3d"]
    assert "Only tag risk and owner data-platform." in text
    assert "Nothing matches" in browser_of("viewer").get("/registry/features/?tag=other").content.decode()


def test_where_there_is_no_team_the_form_says_where_to_add_one(browser_of, people):
    Membership.objects.all().delete()
    Team.objects.all().delete()
    page = browser_of("contributor").get("/registry/features/+register/").content.decode()
    assert 'A lead or an administrator adds one on <a href="/teams/">Teams</a>.' in page


def test_a_description_that_stays_is_said_on_the_page_too(browser_of, people, feature):
    body = {"name": "orders_3d", "owner_team": "data-platform", "description": "New.", "reason": "x"}
    answer = browser_of("contributor").post("/registry/features/+register/", body | TRAINED.as_dict(), follow=True)
    assert "The description stays &#x27;&#x27;." in answer.content.decode()
