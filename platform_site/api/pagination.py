"""Lists: bounded pages, and an order by known fields only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from platform_site.pages import RowPaginator

if TYPE_CHECKING:  # DRF imports this module while it imports its views
    from rest_framework.views import APIView


WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


class Pages(PageNumberPagination):
    """`?page=` and `?page_size=`: 50 by default, at most 500."""

    django_paginator_class: type[Paginator[Any]] = RowPaginator
    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        text = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not WHOLE_NUMBER.fullmatch(text) or int(text) > self.max_page_size:
            raise ValidationError(
                {"page_size": f"page_size {text} is not a whole number from 1 to {self.max_page_size}."}
            )
        return int(text)

    def get_page_number(self, request: Request, paginator: Any) -> str:
        text = request.query_params.get(self.page_query_param, "1")
        if not WHOLE_NUMBER.fullmatch(text):
            raise NotFound(f"page {text} does not exist. Write a whole number, starting with 1.")
        return text

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        bounds = {"page": {"minimum": 1}, "page_size": {"minimum": 1, "maximum": self.max_page_size}}
        parameters = super().get_schema_operation_parameters(view)
        return [parameter | {"schema": parameter["schema"] | bounds[parameter["name"]]} for parameter in parameters]


class Ordering(OrderingFilter):
    """`?ordering=name,-created_at` over the endpoint's `ordering_fields`."""

    def remove_invalid_fields(
        self, queryset: QuerySet[Any], fields: Iterable[str], view: APIView, request: Request
    ) -> list[str]:
        fields = list(fields)
        known = [name for name, _ in self.get_valid_fields(queryset, view, {"request": request})]
        unknown = [name for name in fields if name.removeprefix("-") not in known]
        if unknown:
            raise ValidationError(
                {"ordering": f"Cannot order by {unknown[0]}. Choose from {', '.join(known) or 'no field'}."}
            )
        return fields

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        known = "|".join(sorted(getattr(view, "ordering_fields", ())))
        pattern = f"^((-?({known}))(,-?({known}))*)?$" if known else "^$"
        parameters = super().get_schema_operation_parameters(view)
        return [parameter | {"schema": parameter["schema"] | {"pattern": pattern}} for parameter in parameters]
