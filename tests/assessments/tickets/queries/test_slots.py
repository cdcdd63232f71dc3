"""Percentiles by slots are those of numpy, and few values are read."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from django.db.models import Count, Max, Min

from assessments.models import Ticket
from assessments.tickets.queries.slots import ALL, Slot, Slots, Values, read_values

pytestmark = pytest.mark.django_db
HOURS = Slots("effort_hours", an_hour=100, rounded=True)
SHARES = (0.0, 0.25, 0.5, 0.9, 1.0)


def store(**values: list[float | None]) -> None:
    """Tickets of each type with these hours of effort."""
    Ticket.objects.bulk_create(
        Ticket(
            source=kind,
            external_id=str(place),
            title="t",
            type=kind,
            opened_at=datetime(2026, 1, 5, tzinfo=UTC),
            effort_hours=hours,
        )
        for kind, of_kind in values.items()
        for place, hours in enumerate(of_kind)
    )


def counted(by: Slots = HOURS) -> list[Slot]:
    rows = Ticket.objects.exclude(**{by.field: None}).order_by().annotate(slot=by.expression).values("type", "slot")
    figures = {"number": Count("pk"), "least": Min(by.field), "most": Max(by.field)}
    return [
        Slot(row["type"], row["slot"], row["number"], row["least"], row["most"]) for row in rows.annotate(**figures)
    ]


def read(shares=SHARES, groups=("bug", "access", ALL)) -> Values:
    return read_values(Ticket.objects.order_by(), HOURS, counted(), shares, groups)


@pytest.mark.parametrize("seed", range(4))
def test_every_percentile_is_that_of_numpy(seed):
    random = np.random.default_rng(seed)
    bug, access = (np.round(random.exponential(2, rows), 2) for rows in (57, 40))
    store(bug=[*map(float, bug), None], access=[*map(float, access)])
    values = read()
    for group, sample in (("bug", bug), ("access", access), (ALL, np.concatenate([bug, access]))):
        assert [values.percentile(group, share) for share in SHARES] == pytest.approx(
            [float(np.quantile(sample, share)) for share in SHARES]
        )


def test_values_within_one_slot_are_told_apart():
    store(bug=[1.001, 1.002, 1.003])
    assert read().percentile("bug", 0.5) == 1.002


def test_slots_of_one_value_are_not_read(django_assert_num_queries):
    store(bug=[1.0, 1.0, 2.0], access=[3.0])
    slots = counted()
    with django_assert_num_queries(0):
        values = read_values(Ticket.objects.order_by(), HOURS, slots, (0.5, 0.9), ("bug", "access", ALL))
    assert (values.percentile("bug", 0.5), values.percentile(ALL, 0.5)) == (1.0, 1.5)


def test_a_group_without_values_has_no_percentile():
    store(bug=[None])
    assert (read().percentile("bug", 0.5), read().percentile(ALL, 0.5)) == (None, None)


def test_hundredths_do_not_share_a_slot_by_float_rounding():
    store(bug=[0.28, 0.29, 0.57, 0.58])
    assert [slot.slot for slot in sorted(counted(), key=lambda slot: slot.slot)] == [28, 29, 57, 58]
