"""The pages of source tables: what is in force, what was, what would block, and the forms that change it."""

from __future__ import annotations

import pytest

from platform_site.people.models import Team
from registry.compute.upstream import ancestor, from_code
from registry.data.actions.source_tables import register_source_table, set_current_source
from registry.data.rules.source import Source
from registry.models import SourceTable, SourceTableVersion
from tests.registry.conftest import source_changed

PAGE = "/registry/source-tables/orders/"
AS_IT_IS = {
    "dataset": "orders",
    "entity_key": "customer_id",
    "event_time": "date",
    "row_key": "order_id",
    "dialect": "duckdb",
    "upstream_kind": "",
    "reason": "The pipeline moved.",
}
SQL = "select coalesce(a, 0) from t"


def html(answer) -> str:
    return " ".join(answer.content.decode().split())


def dbt(text: str) -> dict:
    return from_code("dbt", "models/orders.sql", text, dialect="duckdb").as_dict()


# -- What the page says ------------------------------------------------------------------------------------------------


def test_the_page_has_owner_versions_and_what_it_blocks(browser_of, people, in_production, orders, cora):
    source_changed(orders, cora, event_time="order_id", upstream=dbt(SQL))
    page = html(browser_of("viewer").get(PAGE))
    assert "event time date → order_id; upstream changed: added (models/orders.sql)" in page
    for words in ("The first description.", "In force", "It moved.", "models/orders.sql", "trained on another version"):
        assert words in page
    assert "The gate blocks 1 model version" in page
    assert "blocked by this table" in page


def test_a_model_behind_is_named_also_where_the_gate_does_not_mind(browser_of, people, in_production, orders, cora):
    source_changed(orders, cora, upstream=dbt("select 1"))  # an upstream that became known is not a change
    answer = browser_of("viewer").get(PAGE)
    assert [(str(row), row.trained_number) for row in answer.context["behind"]] == [("demand v1", 1)]
    assert answer.context["would_block"] == ()
    assert "not blocked by this table" in html(answer)


def test_whoever_may_not_change_it_reads_who_may(browser_of, people, orders):
    page = html(browser_of("viewer").get(PAGE))
    assert "Source table orders belongs to team data-platform. Only its contributors can change it." in page
    assert "Describe anew" not in page
    assert "Describe anew" in html(browser_of("contributor").get(PAGE))
    refused = browser_of("viewer").get(f"{PAGE}describe/")
    assert (refused.status_code, "belongs to team data-platform" in html(refused)) == (403, True)


def test_many_versions_are_paged_and_every_one_can_be_reached(browser_of, people, orders, cora):
    for number in range(30):
        source_changed(orders, cora, upstream=dbt(f"select {number}"))
    page = browser_of("viewer").get(PAGE)
    assert [entry.version.number for entry in page.context["versions"]] == list(range(31, 21, -1))
    assert "All 31" in html(page)
    every = browser_of("viewer").get(f"{PAGE}versions/").context["versions"]
    assert [entry.version.number for entry in every] == list(range(31, 0, -1))
    assert every[-1].sentence == ""
    assert all("upstream changed" in entry.sentence for entry in every[:-1])


def test_the_list_is_searched_and_narrowed_by_tag_and_owner(browser_of, people, orders, cora, teams):
    register_source_table("visits", Source(None, ["id"], "at"), owner_team="forecasting", actor=cora)
    SourceTable.objects.filter(name="orders").update(tags=["daily"])
    client = browser_of("viewer")

    def names(query: str) -> list[str]:
        page = client.get(f"/registry/source-tables/{query}").context["page_obj"]
        return [table.name for table in page.object_list]

    assert names("") == ["orders", "visits"]
    assert names("?search=visi") == ["visits"]
    assert names("?tag=daily") == ["orders"]
    assert names("?owner_team=forecasting") == ["visits"]
    assert "Nothing matches" in html(client.get("/registry/source-tables/?search=nothing"))


# -- Adding ------------------------------------------------------------------------------------------------------------


def test_a_table_is_added_with_its_upstream(browser_of, people, orders):
    values = AS_IT_IS | {
        "name": "again",
        "owner_team": "data-platform",
        "row_key": "",
        "upstream_kind": "dbt",
        "upstream_name": "models/again.sql",
        "upstream_text": "select a\r\nfrom t",
        "upstream_dialect": "duckdb",
    }
    assert browser_of("contributor").post("/registry/source-tables/+add/", values).status_code == 302
    table = SourceTable.objects.get(name="again")
    assert (table.owner_team.slug, table.current.row_key) == ("data-platform", ["order_id"])
    assert table.current.upstream["text"] == "select a\nfrom t"


def test_every_fault_of_a_new_table_comes_at_once_at_its_field(browser_of, people, orders):
    values = {
        "name": "No Name",
        "dataset": "orders",
        "entity_key": "customer",
        "event_time": "",
        "row_key": "order_nr",
        "dialect": "duckdb",
        "upstream_kind": "dbt",
        "upstream_text": "select 1",
        "upstream_digest": "abc",
    }
    answer = browser_of("contributor").post("/registry/source-tables/+add/", values)
    errors = answer.context["form"].errors
    assert answer.status_code == 422
    assert set(errors) == {"name", "entity_key", "event_time", "row_key", "upstream_name", "upstream_digest"}
    assert "has no column 'customer'" in errors["entity_key"][0]
    assert errors["event_time"] == ["Give the event time."]


def test_a_name_that_is_taken_is_a_fault_of_the_name(browser_of, people, orders):
    values = AS_IT_IS | {"name": "orders", "event_time": "order_id", "owner_team": "data-platform"}
    form = browser_of("contributor").post("/registry/source-tables/+add/", values).context["form"]
    assert "already a source table orders" in form.errors["name"][0]


def test_only_contributors_and_leads_add_one(browser_of, people, orders):
    assert browser_of("viewer").get("/registry/source-tables/+add/").status_code == 403
    assert "Add a source table" not in html(browser_of("viewer").get("/registry/source-tables/"))
    assert "Add a source table" in html(browser_of("contributor").get("/registry/source-tables/"))


# -- Describing anew ---------------------------------------------------------------------------------------------------


def test_what_changes_is_shown_before_it_is_stored(browser_of, people, in_production, orders):
    client, changed = browser_of("contributor"), AS_IT_IS | {"event_time": "order_id"}
    assert client.get(f"{PAGE}describe/").context["form"].initial["entity_key"] == ["customer_id"]
    shown = client.post(f"{PAGE}describe/", changed)
    assert shown.status_code == 200
    assert "The gate would block 1 model version" in html(shown)
    assert "event time date → order_id" in html(shown)
    assert orders.versions.count() == 1

    seen = shown.context["form"].data["seen"]
    stored = client.post(f"{PAGE}describe/", changed | {"seen": seen})
    assert stored.status_code == 302
    assert SourceTable.objects.get(name="orders").current.event_time == "order_id"


def test_content_that_was_not_shown_is_shown_first(browser_of, people, orders):
    client = browser_of("contributor")
    seen = client.post(f"{PAGE}describe/", AS_IT_IS | {"event_time": "order_id"}).context["form"].data["seen"]
    other = client.post(f"{PAGE}describe/", AS_IT_IS | {"entity_key": "order_id", "seen": seen})
    assert "entity key customer_id → order_id" in html(other)
    assert orders.versions.count() == 1


def test_the_same_description_changes_nothing_and_says_so(browser_of, people, orders):
    answer = browser_of("contributor").post(f"{PAGE}describe/", AS_IT_IS)
    assert "in force already, as version 1" in html(answer)
    assert orders.versions.count() == 1


def test_an_upstream_that_nobody_touched_stays_as_it_is_stored(browser_of, people, orders, cora):
    own = from_code("view", "sales.orders", "select 1\n", dialect="postgres", identity="sales.orders").as_dict()
    source_changed(orders, cora, upstream=own)
    client = browser_of("contributor")
    initial = client.get(f"{PAGE}describe/").context["form"].initial
    shown = {name: value for name, value in initial.items() if name.startswith("upstream_")}
    changed = AS_IT_IS | shown | {"upstream_text": "select 1\r\n", "event_time": "order_id"}
    answer = client.post(f"{PAGE}describe/", changed)
    assert answer.context["form"].source.upstream == own
    assert "upstream" not in answer.context["proposal"].sentence


def test_the_names_of_other_files_are_no_markup(browser_of, people, orders, cora):
    built_on = [ancestor("<b>raw</b>.sql", "select 1", dialect="duckdb")]
    code = from_code("dbt", "o.sql", SQL, dialect="duckdb", ancestors=built_on).as_dict()
    source_changed(orders, cora, upstream=code)
    client = browser_of("contributor")
    page = html(client.get(f"{PAGE}describe/"))
    assert "It is built on &lt;b&gt;raw&lt;/b&gt;.sql, which stay as they are" in page
    initial = client.get(f"{PAGE}describe/").context["form"].initial
    shown = {name: value for name, value in initial.items() if name.startswith("upstream_")}
    changed = AS_IT_IS | shown | {"upstream_text": "select 2"}
    assert client.post(f"{PAGE}describe/", changed).context["form"].source.upstream["ancestors"] == code["ancestors"]


def test_a_change_of_the_code_upstream_is_shown_as_code(browser_of, people, orders, cora):
    source_changed(orders, cora, upstream=dbt("select a from t"))
    changed = AS_IT_IS | {
        "upstream_kind": "dbt",
        "upstream_name": "models/orders.sql",
        "upstream_dialect": "duckdb",
        "upstream_text": SQL,
    }
    page = html(browser_of("contributor").post(f"{PAGE}describe/", changed))
    assert "upstream changed: null handling (models/orders.sql)" in page
    assert "coalesce" in page


def test_faults_of_a_description_come_at_once(browser_of, people, orders):
    values = AS_IT_IS | {"entity_key": "who", "event_time": "when", "reason": "", "upstream_text": "select 1"}
    errors = browser_of("contributor").post(f"{PAGE}describe/", values).context["form"].errors
    assert set(errors) == {"entity_key", "event_time", "reason", "upstream_kind"}


# -- Going back --------------------------------------------------------------------------------------------------------


@pytest.fixture
def moved(in_production, orders, cora) -> SourceTableVersion:
    """Version 2 of orders, which blocks demand v1."""
    return source_changed(orders, cora, event_time="order_id").version


def test_an_earlier_version_is_put_in_force_again_with_a_reason(browser_of, people, moved, orders):
    client = browser_of("contributor")
    page = html(client.get(f"{PAGE}versions/1/"))
    assert "The gate would block no model version." in page
    assert "event time order_id → date" in page
    refused = client.post(f"{PAGE}versions/1/", {"reason": ""})
    assert (refused.status_code, "reason" in refused.context["form"].errors) == (422, True)
    assert client.post(f"{PAGE}versions/1/", {"reason": "It was wrong."}).status_code == 302
    assert SourceTable.objects.get(name="orders").current.number == 1
    assert "It was wrong." in html(client.get(PAGE))


def test_the_version_in_force_and_a_viewer_get_no_form(browser_of, people, moved):
    assert "Put in force" not in html(browser_of("contributor").get(f"{PAGE}versions/2/"))
    page = html(browser_of("viewer").get(f"{PAGE}versions/1/"))
    assert "Only its contributors can change it." in page
    assert "Put in force</button>" not in page
    assert browser_of("viewer").post(f"{PAGE}versions/1/", {"reason": "x"}).status_code == 403
    assert browser_of("viewer").get(f"{PAGE}versions/9/").status_code == 404


def test_a_newer_version_can_come_back_too(browser_of, people, moved, orders, cora):
    orders.refresh_from_db()
    set_current_source(orders, orders.versions.get(number=1), reason="Back.", actor=cora)
    page = html(browser_of("contributor").get(f"{PAGE}versions/2/"))
    assert "The gate would block 1 model version" in page


# -- Details -----------------------------------------------------------------------------------------------------------


def test_owner_description_and_tags_are_edited_without_a_version(browser_of, people, orders):
    values = {"owner_team": "forecasting", "description": "Every order.", "tags": "Daily, sales"}
    assert browser_of("lead").post(f"{PAGE}edit/", values).status_code == 302
    orders.refresh_from_db()
    assert (orders.owner_team.slug, orders.description, orders.tags) == (
        "forecasting",
        "Every order.",
        ["daily", "sales"],
    )
    assert orders.versions.count() == 1
    assert browser_of("viewer").get(f"{PAGE}edit/").status_code == 403


def test_a_table_without_an_owner_gets_no_team_that_nobody_chose(browser_of, people, orders):
    SourceTable.objects.update(owner_team=None)
    form = browser_of("lead").get(f"{PAGE}edit/").context["form"]
    assert form["owner_team"].value() == ""
    assert ("", "none yet") in list(form.fields["owner_team"].choices)
    answer = browser_of("lead").post(f"{PAGE}edit/", {"owner_team": "", "description": "x", "tags": ""})
    assert (answer.status_code, Team.objects.filter(source_tables__name="orders").count()) == (422, 0)
    assert browser_of("contributor").get(f"{PAGE}edit/").status_code == 403
