"""The pages of data sets."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

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


def test_the_page_shows_how_files_are_read_and_the_form_changes_it(browser_of, people, cora, data_root):
    lines = [f"{row};{'02134' if row % 2 else '90210'};{row},5" for row in range(199)]
    (data_root / "sales.csv").write_text("\n".join(["id;zip;amount", *lines, "199;90210;oops", ""]))
    values = {"name": "sales", "kind": "csv", "location": "sales.csv"}
    assert browser_of("contributor").post("/registry/datasets/+add/", values).status_code == 302
    page = browser_of("viewer").get("/registry/datasets/sales/").content.decode()
    for words in ("How it is read", "<code>;</code>", "1 of 200: sales.csv line 201", "leading zeros: they stay text"):
        assert words in page
    assert "/registry/datasets/sales/reading/" not in page
    form = browser_of("contributor").get("/registry/datasets/sales/reading/").context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"null_words": "oops", "kind_1": "whole_number"}
    wrong = browser_of("contributor").post(
        "/registry/datasets/sales/reading/", sent | {"time_zone": "Berlin", "delimiter": ","}
    )
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"time_zone"})
    saved = browser_of("contributor").post("/registry/datasets/sales/reading/", sent)
    assert saved.status_code == 302, saved.context["form"].errors
    dataset = Dataset.objects.get(name="sales")
    assert dataset.stated == {"null_words": ["", "oops"], "kinds": {"zip": "whole_number"}}
    assert dataset.inspection["unreadable"] == {}


def test_a_time_zone_that_is_left_empty_is_as_found(browser_of, people, data_root):
    (data_root / "sales.csv").write_text("id,at\n1,2024-06-01 12:00:00\n")
    address, contributor = "/registry/datasets/sales/reading/", browser_of("contributor")
    contributor.post("/registry/datasets/+add/", {"name": "sales", "kind": "csv", "location": "sales.csv"})
    form = contributor.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    stated = []
    for zone in ("", "Europe/Berlin", "", "UTC"):
        saved = contributor.post(address, sent | {"time_zone": zone})
        assert saved.status_code == 302, saved.context["form"].errors
        dataset = Dataset.objects.get(name="sales")
        stated.append((dataset.stated.get("time_zone"), dataset.reading["time_zone"]))
    assert stated == [(None, "UTC"), ("Europe/Berlin", "Europe/Berlin"), (None, "UTC"), (None, "UTC")]


def test_a_file_in_another_encoding_is_added_once_the_form_says_which(browser_of, people, data_root):
    (data_root / "cities.csv").write_bytes("id,city\n1,Orléans\n".encode("windows-1252"))
    values = {"name": "cities", "kind": "csv", "location": "cities.csv"}
    refused = browser_of("contributor").post("/registry/datasets/+add/", values)
    assert "cities.csv, line 2: this is not text in UTF-8" in refused.context["form"].errors["location"][0]
    assert (
        browser_of("contributor").post("/registry/datasets/+add/", values | {"encoding": "windows-1252"}).status_code
        == 302
    )
    assert "Orléans" in browser_of("viewer").get("/registry/datasets/cities/").content.decode()


def test_a_file_is_found_or_uploaded_and_its_form_is_filled_in(browser_of, events, data_root):
    visitor = browser_of("lead")
    page = visitor.get("/registry/datasets/+add/").content.decode()
    assert str(data_root) in page
    assert "location=events" in page
    chosen = visitor.get("/registry/datasets/+add/?location=Sales%202026.csv").context["form"].initial
    assert chosen == {"location": "Sales 2026.csv", "kind": "csv", "name": "sales_2026"}
    upload = SimpleUploadedFile("own.csv", b"id,value\n1,2\n")
    stored = visitor.post("/registry/datasets/+upload/", {"file": upload}, follow=True)
    assert stored.context["form"].initial["location"] == "uploads/own.csv"
    assert visitor.post("/registry/datasets/+upload/", {}).status_code == 422
    assert "own.csv" in visitor.get("/registry/datasets/+add/?folder=uploads").content.decode()
    assert visitor.get("/registry/datasets/+add/?folder=none").status_code == 404
    assert browser_of("viewer").get("/registry/datasets/+add/").context["listing"] is None
