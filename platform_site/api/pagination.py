"""Lists: bounded pages, and an order that is refused when nobody knows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
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
