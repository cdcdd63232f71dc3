"""A feature named `register` has its page, and so has every row whose name was once the address of something else."""

from __future__ import annotations

import pytest

from platform_site.people.models import SLUG
from registry.data.actions import datasets
from registry.versions.actions import registration
from tests.registry.conftest import ARTIFACT, FIXED, lineage, register

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_both]

MOVED = [
    ("/registry/features/register/", "/registry/features/+register/"),
    ("/registry/datasets/add/", "/registry/datasets/+add/"),
    ("/registry/models/demand/graph/", "/registry/models/demand/+graph/"),
    ("/registry/models/demand/serving/", "/registry/models/demand/+serving/"),
    ("/registry/models/demand/serving/change/", "/registry/models/demand/+serving/change/"),
    ("/organizations/add/", "/organizations/+add/"),
]


@pytest.fixture
def lead(browser_of):
    return browser_of("lead")


@pytest.mark.parametrize(("old", "new"), MOVED)
def test_an_old_address_leads_to_the_new_one_for_good(lead, model_version, old, new):
    answer = lead.get(f"{old}?search=a%20b")
    assert (answer.status_code, answer["Location"]) == (301, f"{new}?search=a%20b")
    assert lead.get(old)["Location"] == new
    assert lead.head(old).status_code == 301


def test_only_what_moved_is_redirected(lead, model_version):
    for missing in ("/registry/features/nothing/", "/registry/models/demand/v9/", "/registry/models/De%3Fmand/graph/"):
        assert lead.get(missing).status_code == 404, missing
    assert lead.post("/registry/models/demand/serving/change/").status_code == 404


def test_a_feature_named_register_has_its_page(lead, orders, cora):
    register(FIXED, cora, name="register")
    page = lead.get("/registry/features/")
    assert 'href="/registry/features/register/"' in page.content.decode()
    assert lead.get("/registry/features/register/").context["feature"].name == "register"


def test_a_data_set_named_add_has_its_page(lead, orders, cora):
    datasets.add_dataset(
        name="add", kind="parquet", location="orders.parquet", key=["order_id"], event_time="date", actor=cora
    )
    assert lead.get("/registry/datasets/add/").context["dataset"].name == "add"


@pytest.mark.parametrize("version", ["graph", "serving", "regulated", "versions"])
def test_a_version_named_as_a_page_of_its_model_has_its_page(lead, model_version, orders, cora, version):
    registration.register_version(
        model_version.model, version=version, artifact=ARTIFACT, lineage_parts=lineage(orders), actor=cora
    )
    path = f"/registry/models/demand/{version}/"
    assert path in lead.get("/registry/models/demand/").content.decode()
    assert lead.get(path).context["version"].version == version


def test_an_organization_named_add_has_its_page(lead):
    from assessments.models import Organization

    SLUG("add")
    Organization.objects.create(slug="add", name="Add Ltd")
    assert "Add Ltd" in lead.get("/organizations/add/").content.decode()


def test_a_feature_named_bulk_has_its_address_where_many_are_registered(api, orders, cora):
    register(FIXED, cora, name="bulk")
    client = api("contributor")
    assert client.get("/api/v1/features/bulk/").json()["name"] == "bulk"
    assert client.get("/api/v1/features/bulk/versions/").json()["count"] == 1
    many = {"definitions": [{"name": "orders_3d", "owner_team": "data-platform", **FIXED.as_dict()}]}
    assert client.post("/api/v1/features/bulk/", many, format="json").json()[0]["name"] == "orders_3d"
    assert client.post("/api/v1/features/orders_3d/", many, format="json").status_code == 405
