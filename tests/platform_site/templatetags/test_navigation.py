"""The navigation and the breadcrumbs of a page."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.template import Context
from django.test import RequestFactory
from django.urls import include, path

from platform_site.templatetags import navigation


def page(request):
    return HttpResponse()


# A site with a part of the pages: the navigation has to cope with the rest being absent.
urlpatterns = [
    path("", page, name="dashboard"),
    path("registry/models/", include(([path("", page, name="models")], "registry"))),
]
pytestmark = pytest.mark.urls(__name__)


def links(url: str, badges=None) -> list[navigation.Link]:
    context = {"request": RequestFactory().get(url)} | ({"badges": lambda: badges} if badges else {})
    return [link for _, group in navigation.nav(Context(context)) for link in group]


def test_the_navigation_leaves_out_what_is_not_there():
    assert [link.label for link in links("/")] == ["Home", "Models"]


def test_the_navigation_lights_where_the_reader_is():
    assert [(link.label, link.is_here) for link in links("/registry/models/eta/3/") if link.is_lit] == [
        ("Models", False)
    ]
    assert [(link.label, link.is_here) for link in links("/") if link.is_lit] == [("Home", True)]


def test_the_navigation_says_how_much_waits():
    assert [link.waiting for link in links("/", {"registry:models": 3})] == [0, 3]


def crumbs(request) -> list[tuple[str, bool]]:
    return [(crumb.label, crumb.is_here) for crumb in navigation.trail(Context({"request": request}))]


def test_the_breadcrumbs_begin_at_the_lit_entry():
    assert crumbs(RequestFactory().get("/registry/models/eta/3/")) == [("Models", False)]
    assert crumbs(RequestFactory().get("/registry/models/")) == [("Models", True)]


def test_what_a_form_answers_is_another_page_than_the_form():
    assert crumbs(RequestFactory().post("/registry/models/")) == [("Models", False)]
