"""Old addresses of pages that moved."""

from __future__ import annotations

import pytest
from django.http import HttpResponse, HttpResponseNotFound
from django.test import RequestFactory

from platform_site.roof.moved_addresses import MovedMiddleware, moved_to

OLD, NEW = "/registry/models/eta/serving/change/", "/registry/models/eta/+serving/change/"


@pytest.mark.parametrize("rest", ["graph/", "serving/", "serving/change/"])
def test_a_page_of_a_model_keeps_the_name_of_the_model(rest):
    assert moved_to(f"/registry/models/eta_2/{rest}") == f"/registry/models/eta_2/+{rest}"


@pytest.mark.parametrize("path", [
    "/registry/models/eta/serving", "/registry/models/2eta/graph/", "/registry/models/eta/graph/x/",
    "/x/registry/datasets/add/", "/registry/datasets/add/x/", NEW,
])  # fmt: skip
def test_no_other_address_moved(path):
    assert moved_to(path) is None


def answer(method: str = "get", *, exists: bool = False, path: str = OLD, **environ: str):
    inner = HttpResponse("a page") if exists else HttpResponseNotFound()
    return MovedMiddleware(lambda request: inner)(getattr(RequestFactory(), method)(path, **environ))


@pytest.mark.parametrize("method", ["get", "head"])
def test_an_old_address_is_redirected_for_good_with_its_query(method):
    response = answer(method, QUERY_STRING="a=1&b=%20")

    assert (response.status_code, response["Location"]) == (301, f"{NEW}?a=1&b=%20")


def test_a_page_at_the_old_address_has_priority():
    assert answer(exists=True).content == b"a page"


def test_a_form_is_never_redirected():
    assert answer("post").status_code == 404


def test_the_folder_in_which_the_site_is_mounted_stays():
    assert answer(SCRIPT_NAME="/plumbline")["Location"] == f"/plumbline{NEW}"


@pytest.mark.django_db
def test_the_site_redirects(browser_of):
    assert browser_of("lead").get("/organizations/add/")["Location"] == "/organizations/+add/"
