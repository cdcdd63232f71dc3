"""The size, number and order of pages, and how the OpenAPI document describes them."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from platform_site.api.pagination import Ordering, Pages


def request(**parameters: str) -> Request:
    return Request(APIRequestFactory().get("/", parameters))


@pytest.mark.parametrize(("size", "rows"), [("1", 1), ("500", 500)])
def test_a_page_has_as_many_rows_as_were_requested(size, rows):
    assert Pages().get_page_size(request(page_size=size)) == rows


def test_a_page_has_50_rows_by_default():
    assert Pages().get_page_size(request()) == 50


@pytest.mark.parametrize("size", ["0", "501", "050", "+5", ""])
def test_a_page_is_never_empty_or_larger_than_500(size):
    with pytest.raises(ValidationError) as refused:
        Pages().get_page_size(request(page_size=size))

    assert refused.value.detail == {"page_size": f"page_size {size} is not a whole number from 1 to 500."}


@pytest.mark.parametrize("number", ["0", "1000000", "last"])
def test_a_page_number_is_a_whole_number_of_at_most_six_digits(number):
    assert Pages().get_page_number(request(page="999999"), None) == "999999"
    with pytest.raises(NotFound, match=f"page {number} does not exist"):
        Pages().get_page_number(request(page=number), None)


VIEW = SimpleNamespace(ordering_fields=("name", "created_at"))


def ordered(*fields: str, view: SimpleNamespace = VIEW) -> list[str]:
    return Ordering().remove_invalid_fields(None, fields, view, request())


def test_the_order_may_name_known_fields_in_both_directions():
    assert ordered("-name", "created_at") == ["-name", "created_at"]


@pytest.mark.parametrize("field", ["--name", "nam", "name__x", ""])
def test_an_unknown_field_is_refused_with_the_known_ones(field):
    with pytest.raises(ValidationError) as refused:
        ordered("name", field)

    assert refused.value.detail == {"ordering": f"Cannot order by {field}. Choose from name, created_at."}


def test_the_document_has_the_bounds_and_the_same_orders():
    pages = Pages().get_schema_operation_parameters(VIEW)
    assert {parameter["name"]: parameter["schema"].get("maximum") for parameter in pages} == {
        "page": None, "page_size": 500,
    }  # fmt: skip
    (order,) = Ordering().get_schema_operation_parameters(VIEW)
    pattern = re.compile(order["schema"]["pattern"])
    assert all(pattern.match(text) for text in ("", "name", "-name,created_at"))
    assert not any(pattern.match(text) for text in ("colour", "--name", "name,"))
    (none,) = Ordering().get_schema_operation_parameters(SimpleNamespace())
    assert none["schema"]["pattern"] == "^$"
