"""Exact percentiles of many rows, added up in the database: nothing is sorted there, and few values are read.

Values are counted by slots. Only the slots that hold a percentile are read value by value, and those whose values are
all the same are not read at all.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, Func, Q, QuerySet

ALL = "*"  # the rows of every group together


class Whole(Func):
    """A number from 0 without its fraction. Django's own Floor is a function of Python on SQLite, called for each row."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS INTEGER)", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="FLOOR(%(expressions)s)::bigint", **extra)


class Slot(NamedTuple):
    """The rows of one group whose values lie within the same slot: how many, and the least and greatest value."""

    group: str
    slot: int
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls
    least: float
    most: float


class Slots(NamedTuple):
    """A field whose values are counted by slots of an hour, by the field `type`: how wide they are."""

    field: str
    an_hour: int
    rounded: bool = False  # so that 0.28 and 0.29 hours do not share a slot by float rounding

    @property
    def expression(self) -> Whole:
        """The slot of a row."""
        place = F(self.field) * self.an_hour
        return Whole(place + 0.5 if self.rounded else place)


class Values(NamedTuple):
    """Slots by group, each group's in order, and the values of those that were read."""

    slots: Mapping[str, Sequence[Slot]]
    read: Mapping[tuple[str, int], Sequence[float]]

    def percentile(self, group: str, share: float) -> float | None:
        """The value below which a share 0..1 of the group lies, between its neighbours as `numpy.quantile` has it."""
        slots = self.slots.get(group, ())
        count = sum(slot.count for slot in slots)
        if not count:
            return None
        below, above, between = _ranks(count, share)
        low, high = self._value_at(slots, below), self._value_at(slots, above)
        return low + (high - low) * between

    def _value_at(self, slots: Sequence[Slot], rank: int) -> float:
        for slot in slots:
            if rank < slot.count:
                return slot.least if slot.least == slot.most else self.read[slot.group, slot.slot][rank]
            rank -= slot.count
        raise IndexError(rank)


def read_values(
    rows: QuerySet[Any], by: Slots, counted: Iterable[Slot], shares: Sequence[float], groups: Iterable[str]
) -> Values:
    """What the percentiles of ``shares`` need in ``groups``, `ALL` among them; one query, none where nothing is needed."""
    slots = _by_group(counted)
    needed = {group: _needed(slots.get(group, ()), shares) for group in groups}
    wanted = [_wanted(group, [slot.slot for slot in some]) for group, some in needed.items() if some]
    read: dict[tuple[str, int], list[float]] = defaultdict(list)
    if wanted:
        values = rows.exclude(**{by.field: None}).annotate(slot=by.expression).filter(reduce(or_, wanted))
        for kind, place, value in values.values_list("type", "slot", by.field):
            read[kind, place].append(value)
            read[ALL, place].append(value)
    return Values(slots, {where: sorted(values) for where, values in read.items()})


def _wanted(group: str, places: Sequence[int]) -> Q:
    return Q(slot__in=places) if group == ALL else Q(type=group, slot__in=places)


def _by_group(counted: Iterable[Slot]) -> dict[str, list[Slot]]:
    of: dict[str, list[Slot]] = defaultdict(list)
    for slot in sorted(counted, key=lambda slot: slot.slot):
        of[slot.group].append(slot)
    merged = groupby(sorted((s for some in of.values() for s in some), key=lambda slot: slot.slot), lambda s: s.slot)
    of[ALL] = [_together(place, list(some)) for place, some in merged]
    return of


def _together(place: int, slots: Sequence[Slot]) -> Slot:
    count, least, most = sum(s.count for s in slots), min(s.least for s in slots), max(s.most for s in slots)
    return Slot(ALL, place, count, least, most)


def _ranks(count: int, share: float) -> tuple[int, int, float]:
    """The two neighbours of a percentile, counted from 0, and how far it lies between them."""
    position = share * (count - 1)
    below = math.floor(position)
    return below, min(below + 1, count - 1), position - below


def _needed(slots: Sequence[Slot], shares: Sequence[float]) -> list[Slot]:
    """The slots in which the percentiles lie, but for those whose values are all the same."""
    count = sum(slot.count for slot in slots)
    ranks = {rank for share in shares for rank in _ranks(count, share)[:2]} if count else set()
    needed, before = [], 0
    for slot in slots:
        if slot.least != slot.most and any(before <= rank < before + slot.count for rank in ranks):
            needed.append(slot)
        before += slot.count
    return needed
