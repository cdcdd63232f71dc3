"""A change and its audit event stand together or not at all: every statement of every action breaks once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.db.models import Model

from platform_site.audit.models import AuditEvent
from tests.registry.serving.changes import CHANGES, world_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.same_on_both]
FEWEST_STATEMENTS = 4  # a savepoint, the change, its event, the head of the chain


class Breaks:
    """Lets a number of statements through, and breaks the next one as a database that went away would."""

    def __init__(self, after: int) -> None:
        self.after, self.seen = after, 0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.seen += 1
        if self.seen == self.after + 1:
            raise OperationalError("the database went away")
        return execute(*statement)


@pytest.fixture
def world(in_production, orders, cora):
    return world_of(in_production, orders, cora)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {model._meta.db_table: rows_of(model) for model in apps.get_models(include_auto_created=True)}


def rows_of(model: type[Model]) -> list[tuple[Any, ...]]:
    return sorted(model._base_manager.values_list(), key=repr)


def done(change: Callable[[], object]) -> tuple[int, dict[str, list[tuple[Any, ...]]]]:
    """How many statements a change takes, and what every table holds after it; it is taken back."""
    with transaction.atomic():
        with connection.execute_wrapper(counting := Breaks(after=10_000)):
            change()
        after = everything()
        transaction.set_rollback(True)
    return counting.seen, after


def left_by(change: Callable[[], object], *, after: int, touched: list[type[Model]], before: dict) -> list[type[Model]]:
    """Which of the tables a change altered although its next statement after so many broke; it is taken back."""
    with transaction.atomic():
        with pytest.raises(OperationalError), connection.execute_wrapper(Breaks(after=after)):
            change()
        left = [model for model in touched if rows_of(model) != before[model._meta.db_table]]
        transaction.set_rollback(True)
    return left


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_stands_with_its_event_or_not_at_all(name, world, cora):
    def change() -> object:
        return CHANGES[name](world, cora)

    before = everything()
    done(change)  # what records remember of others is not asked for again
    statements, after = done(change)
    touched = [model for model in apps.get_models() if after[model._meta.db_table] != before[model._meta.db_table]]
    assert statements >= FEWEST_STATEMENTS
    assert AuditEvent in touched
    assert len(touched) > 2, "an event, the head of the chain, and what they tell of"
    for place in range(statements):
        left = left_by(change, after=place, touched=touched, before=before)
        assert left in ([], touched), f"statement {place + 1} of {statements} broke and left half of it"
    assert left_by(change, after=FEWEST_STATEMENTS - 1, touched=touched, before=before) == []
    assert everything() == before
