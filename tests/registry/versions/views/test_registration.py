"""A model and its first version, registered in the browser alone."""

from __future__ import annotations

from registry.models import ModelVersion, RegisteredModel
from tests.registry.conftest import HEX

VERSION = {
    "version": "v1", "artifact_uri": "s3://models/returns/1", "artifact_digest": HEX, "code_commit": HEX[:40],
    "container_digest": f"sha256:{HEX}", "hyperparameters": "{}", "metric_1": "mape", "value_1": "0.12",
}  # fmt: skip
ADDRESS = "/registry/models/returns/+version/"


def added(browser_of):
    visitor = browser_of("contributor")
    fields = {"name": "returns", "owner_team": "forecasting", "serving_mode": "batch"}
    page = visitor.post("/registry/models/+add/", fields)
    assert (page.status_code, page.url) == (302, ADDRESS)
    return visitor


def test_a_model_and_its_version_are_registered(browser_of, orders, feature):
    visitor = added(browser_of)
    form = visitor.get(ADDRESS).context["form"]
    snapshot = form.fields["data_snapshot"].choices[1][0]
    page = visitor.post(ADDRESS, VERSION | {"data_snapshot": snapshot, "features": ["orders_3d"]})
    assert (page.status_code, page.url) == (302, "/registry/models/returns/v1/")
    version = ModelVersion.objects.get()
    assert [entry.feature.name for entry in version.snapshot.entries.all()] == ["orders_3d"]
    assert [(result.metric, result.value) for result in version.evaluations.all()] == [("mape", 0.12)]


def test_what_is_missing_stands_at_its_field_all_at_once(browser_of, orders, feature):
    visitor = added(browser_of)
    page = visitor.post(
        ADDRESS, VERSION | {"code_commit": "abc", "container_digest": "x", "metric_1": "", "value_1": ""}
    )
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {
        "code_commit", "data_snapshot", "features", "container_digest", "metric_1",
    }  # fmt: skip
    assert not ModelVersion.objects.exists()


def test_the_call_of_the_api_has_the_address_and_what_exists(browser_of, orders, feature):
    visitor = added(browser_of)
    call = visitor.get(ADDRESS).context["call"]
    assert "http://testserver/api/v1/models/returns/versions/" in call
    assert "orders_3d" in call
    assert orders.current.dataset.snapshots.get().digest in call


def test_a_name_that_is_taken_and_another_team_are_refused(browser_of, model, people):
    taken = {"name": "demand", "owner_team": "forecasting", "serving_mode": "batch"}
    page = browser_of("contributor").post("/registry/models/+add/", taken)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["name"])
    assert browser_of("viewer").get("/registry/models/demand/+version/").status_code == 403
    assert RegisteredModel.objects.count() == 1


def test_the_list_and_the_model_lead_to_the_forms(browser_of, model, people):
    assert "/registry/models/+add/" in browser_of("contributor").get("/registry/models/").content.decode()
    assert (
        "/registry/models/demand/+version/"
        in browser_of("contributor").get("/registry/models/demand/").content.decode()
    )
    assert "+version" not in browser_of("viewer").get("/registry/models/demand/").content.decode()
