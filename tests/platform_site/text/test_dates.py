"""Dates as trackers and spreadsheets write them: read in one way, or not at all."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.text.dates import FoundOrder, NotADate, find_order, in_order, is_empty, read_moment, zone_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-03T14:15:00Z", "2024-02-03T14:15:00"),
        ("2024-02-03 14:15:00.123 UTC", "2024-02-03T14:15:00"),
        ("2024-02-03T14:15:00+02:00", "2024-02-03T12:15:00"),
        ("20240203T141500Z", None),
        ("20240203T14:15Z", "2024-02-03T14:15:00"),
        ("2024/2/3 4:05", "2024-02-03T04:05:00"),
        ("03/Feb/24 2:15 PM", "2024-02-03T14:15:00"),
        ("03/Feb/24 2:15:33 PM", "2024-02-03T14:15:33"),
        ("03/févr./24 2:15 PM", "2024-02-03T14:15:00"),
        ("03/Mär/24 12:15 AM", "2024-03-03T00:15:00"),
        ("3 de febrero de 2024 14:15", "2024-02-03T14:15:00"),
        ("Feb 3, 2024 2:15 p.m.", "2024-02-03T14:15:00"),
        ("February 3rd, 2024 at 2:15 PM", "2024-02-03T14:15:00"),
        ("3. Februar 2024 14:15", "2024-02-03T14:15:00"),
        ("Sat, 03 Feb 2024 14:15:00 +0100", "2024-02-03T13:15:00"),
        ("Sat Feb 03 2024 14:15:00 GMT+0100 (Central European Standard Time)", "2024-02-03T13:15:00"),
        ("Sa 03.02.2024 14:15", "2024-02-03T14:15:00"),
        ("03.02.2024, 14:15", "2024-02-03T14:15:00"),
        ("09/18/2026 02:00", "2026-09-18T02:00:00"),
        ("18/09/2026 02:00 PST", "2026-09-18T10:00:00"),
        ("02/02/24 02:00", "2024-02-02T02:00:00"),
        ("45/02/03 02:00", "2045-02-03T02:00:00"),
        ("02/03/2024", None),
        ("31/Feb/26", None),
        ("2026-02-30", None),
        ("13/13/2026", None),
        ("05/Jan/26 13:12 PM", None),
        ("2026-01-05 25:00", None),
        ("2026-01-05 09:12 XYZ", None),
        ("2026-01-05 and more", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-10:00", None),
        ("ju 3, 2024", None),
        ("soon", None),
        ("1707000000", None),
        ("", None),
    ],
)
def test_a_moment_is_read_in_one_way_or_not_at_all(text, expected):
    if expected is None:
        with pytest.raises(NotADate):
            read_moment(text)
    else:
        assert read_moment(text).at.isoformat() == f"{expected}+00:00"


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        ("day_first", "02/03/2024", "2024-03-02"),
        ("month_first", "02/03/2024", "2024-02-03"),
        ("month_first", "02.03.2024", "2024-02-03"),
        ("year_first", "24/02/03", "2024-02-03"),
        ("year_first", "2024-02-03", "2024-02-03"),
        ("month_first", "2024-02-03", "2024-02-03"),
    ],
)
def test_an_order_that_was_said_decides(order, text, day):
    assert read_moment(text, order=order).at.date().isoformat() == day


def test_a_date_against_the_order_that_was_said_is_not_read():
    with pytest.raises(NotADate, match="no such day"):
        read_moment("18/09/2026", order="month_first")


def test_the_zone_of_the_file_is_of_times_that_name_none():
    assert read_moment("2024-07-03 14:15", zone=BERLIN).at.isoformat() == "2024-07-03T12:15:00+00:00"
    assert read_moment("2024-07-03 14:15 UTC", zone=BERLIN).at.isoformat() == "2024-07-03T14:15:00+00:00"
    assert [read_moment(text).has_zone for text in ("2024-07-03 14:15", "2024-07-03 14:15Z")] == [False, True]


def test_a_date_without_a_time_is_a_day():
    day = read_moment("2024-02-03", zone=BERLIN)
    assert (day.is_day, day.at.isoformat()) == (True, "2024-02-03T11:00:00+00:00")
    assert not read_moment("2024-02-03 00:00").is_day


@pytest.mark.parametrize(
    ("opened", "ended", "hours"),
    [
        ("2024-02-03 14:15", "2024-02-03", 0),
        ("2024-02-03", "2024-02-03 09:00", 0),
        ("2024-02-03", "2024-02-03", 0),
        ("2024-02-03", "2024-02-05", 48),
        ("2024-02-03 11:00", "2024-02-03", 1),
        ("2024-02-03 14:15", "2024-02-02", -26.25),
        ("2024-02-03 14:15", "2024-02-03 14:00", -0.25),
    ],
)
def test_what_ended_that_day_did_not_end_before_it_began(opened, ended, hours):
    begun, over = in_order(read_moment(opened), read_moment(ended))
    assert (over - begun).total_seconds() / 3600 == hours


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["02/03/2024"], FoundOrder(unclear="02/03/2024")),
        (["02/03/2024", "09/18/2026 02:00"], FoundOrder("month_first", "09/18/2026 02:00", "02/03/2024")),
        (["18/09/2026", "09/18/2026"], FoundOrder("day_first", "18/09/2026", against="09/18/2026")),
        (["02/02/2024", "03.02.2024", "2024-02-03", "03/Feb/24", "no date"], FoundOrder()),
        (["45/02/03"], FoundOrder("year_first", "45/02/03")),
    ],
)
def test_the_column_proves_the_order(texts, expected):
    assert find_order(texts) == expected


def test_zones_are_known_by_name():
    assert str(zone_of("America/New_York")) == "America/New_York"
    with pytest.raises(ValueError, match=r"'EST/5' is not a time zone. Write a name such as Europe/Berlin"):
        zone_of("EST/5")


@given(st.text(max_size=30), st.sampled_from(["", "day_first", "month_first", "year_first"]))
def test_no_text_breaks_the_reading(text, order):
    is_empty(text)
    find_order([text])
    try:
        assert read_moment(text, order=order).at.tzinfo
    except NotADate as error:
        assert str(error)  # noqa: PT017 - either is right


@given(st.datetimes(), st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d %B %Y %I:%M:%S %p", "%b %d, %Y %H:%M:%S"]))
def test_what_was_written_is_read(when, form):
    written = when.replace(year=max(when.year, 1000), microsecond=0, day=min(when.day, 28))
    assert read_moment(written.strftime(form)).at.replace(tzinfo=None) == written
