"""How long something took: stored beside its two moments, so that an index covers it and sums need no dates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import FloatField, Func

HOUR = timedelta(hours=1)


class HoursBetween(Func):
    """HoursBetween(later, earlier): hours from one moment to another, on either database; null where one of them is null.

    SQLite computes with milliseconds, so the two databases agree to the sixth digit of an hour.
    """

    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "ROUND((julianday(%(expressions)s)) * 24.0, 6)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(EXTRACT(EPOCH FROM (%(expressions)s)) / 3600.0)::float8"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **extra)


class HoursField(models.FloatField):
    """The hours from one field of the row to another, null while one is empty; set whenever a row is saved.

    SQLite cannot read a generated column from an index alone, so it is a plain one. Give it a constraint with
    HoursBetween, because ``update()`` bypasses this field.
    """

    def __init__(self, later: str, earlier: str, **options: Any) -> None:
        self.later, self.earlier = later, earlier
        super().__init__(null=True, editable=False, **options)

    def deconstruct(self) -> Any:
        name, path, _, options = super().deconstruct()
        del options["null"], options["editable"]
        return name, path, [self.later, self.earlier], options

    def pre_save(self, model_instance: models.Model, add: bool) -> float | None:
        later, earlier = getattr(model_instance, self.later), getattr(model_instance, self.earlier)
        hours = (later - earlier) / HOUR if later and earlier else None
        setattr(model_instance, self.attname, hours)
        return hours
