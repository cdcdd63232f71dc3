"""When a digest is due, and what of a review it shows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.review.rules.digest import Every, is_due, next_digest, period_begin, shortened
from platform_site.text.documents import Column, Document, Paragraph, Table

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("every", "subscribed_on", "today", "expected"),
    [
        ("weekly", date(2026, 11, 29), date(2026, 11, 30), True),
        ("weekly", date(2026, 11, 30), date(2026, 11, 30), False),
        ("weekly", date(2026, 11, 30), date(2026, 12, 6), False),
        ("weekly", date(2026, 11, 30), date(2026, 12, 7), True),
        ("monthly", date(2026, 11, 1), date(2026, 11, 30), False),
        ("monthly", date(2026, 11, 30), date(2026, 12, 1), True),
        ("monthly", date(2026, 12, 31), date(2027, 1, 1), True),
    ],
)
def test_a_digest_is_due_in_the_week_or_month_after(every, subscribed_on, today, expected):
    assert is_due(every, subscribed_on, today) is expected


@given(st.sampled_from(list(Every)), DAYS, DAYS)
def test_the_next_digest_is_never_past_and_due_on_its_day(every, subscribed_on, today):
    if subscribed_on > today:
        return
    for sent_of in (None, period_begin(every, today)):
        day = next_digest(every, subscribed_on, sent_of, today)
        assert today <= day <= today + timedelta(days=32)
        assert is_due(every, subscribed_on, day)
        assert sent_of != period_begin(every, day)


def test_a_long_table_is_cut_with_what_is_left():
    rows = [[str(number)] for number in range(23)]
    document = Document("x", [Paragraph("a"), Table([Column("N")], rows), Table([Column("N")], rows[:20])])
    first, cut, more, short = shortened(document).blocks
    assert (first, len(cut.rows), more, len(short.rows)) == (
        Paragraph("a"), 20, Paragraph("And 3 more rows in the files of the page."), 20,
    )  # fmt: skip
    assert (
        shortened(Document("x", [Table([Column("N")], rows[:21])])).blocks[1].text
        == "And 1 more row in the files of the page."
    )
