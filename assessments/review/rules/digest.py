"""When a digest is due, and what of a review it shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from platform_site.text.documents import Block, Document, Paragraph, Table
from platform_site.text.wording import counted

MOST_ROWS = 20  # of a table in a mail


class Every(StrEnum):
    """How often somebody gets the digest."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


WHEN = {Every.WEEKLY: "every Monday", Every.MONTHLY: "on the first day of every month"}


def period_begin(every: str, today: date) -> date:
    """The day from which on the digest of the present week or month is due.

    >>> period_begin("weekly", date(2026, 12, 2)), period_begin("monthly", date(2026, 12, 2))
    (datetime.date(2026, 11, 30), datetime.date(2026, 12, 1))
    """
    return today.replace(day=1) if every == Every.MONTHLY else today - timedelta(days=today.weekday())


def is_due(every: str, subscribed_on: date, today: date) -> bool:
    """Whether the digest of the present week or month is due: not in the one in which somebody subscribed.

    >>> is_due("weekly", date(2026, 11, 29), date(2026, 11, 30)), is_due("weekly", date(2026, 11, 30), date(2026, 12, 6))
    (True, False)
    """
    return subscribed_on < period_begin(every, today)


def next_digest(every: str, subscribed_on: date, sent_of: date | None, today: date) -> date:
    """The day of the next digest; today when one is due. ``sent_of``: the last period that has one.

    >>> next_digest("weekly", date(2026, 12, 2), None, date(2026, 12, 2))
    datetime.date(2026, 12, 7)
    >>> next_digest("monthly", date(2026, 11, 2), date(2026, 12, 1), date(2026, 12, 2))
    datetime.date(2027, 1, 1)
    """
    begin = period_begin(every, today)
    if is_due(every, subscribed_on, today) and sent_of != begin:
        return today
    later = begin + timedelta(days=32 if every == Every.MONTHLY else 7)
    return period_begin(every, later)


def shortened(document: Document, most_rows: int = MOST_ROWS) -> Document:
    """The document with the first rows of each table, and how many more there are."""
    return document._replace(blocks=[part for block in document.blocks for part in _shortened(block, most_rows)])


def _shortened(block: Block, most_rows: int) -> Iterator[Block]:
    if not isinstance(block, Table) or len(block.rows) <= most_rows:
        yield block
        return
    yield block._replace(rows=block.rows[:most_rows])
    yield Paragraph(f"And {counted(len(block.rows) - most_rows, 'more row')} in the files of the page.")
