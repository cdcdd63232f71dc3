"""The pages of data sets."""

from __future__ import annotations

from registry.models import Dataset, DatasetSnapshot
from tests.registry.conftest import source_changed


def test_the_list_says_which_source_table_is_not_bound(browser_of, people, orders, cora):
    page = browser_of("viewer").get("/registry/datasets/").content.decode()
    assert "not bound" not in page
    source_changed(orders, cora, dataset=None)
    assert "not bound" in browser_of("viewer").get("/registry/datasets/").content.decode()


def test_only_those_who_may_describe_data_are_shown_how(browser_of, people, orders):
    assert "Take snapshot" in browser_of("contributor").get("/registry/datasets/orders/").content.decode()
    assert "Take snapshot" not in browser_of("viewer").get("/registry/datasets/orders/").content.decode()


def test_a_fault_stands_at_its_field_and_nothing_is_stored(browser_of, people, orders):
    body = {"name": "again", "kind": "parquet", "location": "none.parquet"}
    page = browser_of("contributor").post("/registry/datasets/+add/", body)
    assert page.status_code == 422
    assert page.context["form"].errors["location"][0].startswith("There is nothing at 'none.parquet'")
    assert Dataset.objects.count() == 1


def test_a_data_set_shows_the_checks_that_read_it(browser_of, people, orders, cora):
    from registry.checks.actions.checks import define_check

    define_check("schema", name="orders-schema", parameters={"dataset": "orders"}, actor=cora)
    assert "orders-schema" in browser_of("viewer").get("/registry/datasets/orders/").content.decode()


def test_a_data_set_is_added_looked_at_and_recorded(browser_of, events, data_root):
    values = {"name": "again", "kind": "parquet", "location": "*.parquet", "key": "id", "event_time": "at"}
    assert browser_of("lead").post("/registry/datasets/+add/", values).status_code == 302
    page = browser_of("lead").get("/registry/datasets/again/")
    assert [column.name for column in page.context["preview"].columns][:3] == ["id", "user", "at"]
    assert len(page.context["preview"].rows) == 10
    browser_of("lead").post("/registry/datasets/again/snapshot/")
    assert DatasetSnapshot.objects.get().rows == 12_000


def test_a_data_set_that_cannot_be_added_says_why_at_the_field(browser_of, events):
    page = browser_of("lead").post("/registry/datasets/+add/", {"name": "B", "kind": "csv", "location": "../x"})
    assert set(page.context["form"].errors) == {"name", "location"}
    assert Dataset.objects.count() == 1


def test_a_data_set_whose_files_are_gone_says_so(browser_of, events, data_root):
    (data_root / "events.parquet").unlink()
    assert "There is nothing at" in browser_of("lead").get("/registry/datasets/events/").content.decode()
