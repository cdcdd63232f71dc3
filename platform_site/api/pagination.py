"""Lists: bounded pages, and an order that is refused when nobody knows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

if TYPE_CHECKING:  # DRF imports this module while it imports its views
    from rest_framework.views import APIView


WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


class Pages(PageNumberPagination):
    """`?page=` and `?page_size=`, 50 unless told, at most 500."""

    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        text = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not WHOLE_NUMBER.fullmatch(text) or int(text) > self.max_page_size:
            raise ValidationError({"page_size": f"Give a whole number from 1 to {self.max_page_size}."})
        return int(text)

    def get_page_number(self, request: Request, paginator: Any) -> str:
        text = request.query_params.get(self.page_query_param, "1")
        if not WHOLE_NUMBER.fullmatch(text):
            raise NotFound(f"There is no page {text!r}.")
        return text

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        bounds = {"page": {"minimum": 1}, "page_size": {"minimum": 1, "maximum": self.max_page_size}}
        told = super().get_schema_operation_parameters(view)
        return [one | {"schema": one["schema"] | bounds[one["name"]]} for one in told]


class Ordering(OrderingFilter):
    """`?ordering=name,-created_at` over the endpoint's `ordering_fields`."""

    def remove_invalid_fields(
        self, queryset: QuerySet[Any], fields: list[str], view: APIView, request: Request
    ) -> list[str]:
        known = [name for name, _ in self.get_valid_fields(queryset, view, {"request": request})]
        unknown = [name for name in fields if name.removeprefix("-") not in known]
        if unknown:
            raise ValidationError({"ordering": f"Order by {', '.join(known) or 'nothing'}, not by {unknown[0]!r}."})
        return fields

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        known = "|".join(sorted(getattr(view, "ordering_fields", ())))
        pattern = f"^((-?({known}))(,-?({known}))*)?$" if known else "^$"
        told = super().get_schema_operation_parameters(view)
        return [one | {"schema": one["schema"] | {"pattern": pattern}} for one in told]
