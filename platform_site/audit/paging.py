"""Pages of the log, without counting a million rows for each of them, nor sorting whole ones."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

from platform_site.audit import queries


class EventPaginator(Paginator):
    """Django's paginator; the whole log knows its length from its last event.

    A filtered page finds its sequences first and reads their rows then: SQLite, which takes a time between two bounds
    to be rare, otherwise sorts every row that fits with all its columns, seconds for a page of a million.
    """

    @cached_property
    def count(self) -> int:
        return queries.count(self.object_list)

    def page(self, number: Any) -> Page:
        if not self.object_list.query.where:
            return super().page(number)
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        end = min(first + self.per_page, self.count)  # looking for one more than there are would walk the whole log
        found = list(self.object_list.values_list("pk", flat=True)[first:end])
        rows = self.object_list.model.objects.order_by().in_bulk(found)
        return self._get_page([rows[key] for key in found], number, self)
