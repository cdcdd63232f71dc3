"""An incident in words: how late, by whose boundary, with which lessons, pointing at what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assessments.postmortems.rules import Link, detection, lesson_faults, link_fault, people_named, read_links, span

NIGHT = datetime(2026, 9, 14, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("would_after", "seen_after", "expected"),
    [
        (timedelta(minutes=20), timedelta(days=21, hours=7),
         "Seen 21 days after it happened; with feature parity it would have been seen the same day: 21 days too late."),
        (timedelta(hours=2), timedelta(hours=30),  # past midnight: another day
         "Seen 30 hours after it happened; with feature parity it would have been seen after 2 hours: 28 hours too late."),
        (timedelta(days=3), timedelta(days=3),
         "Seen 3 days after it happened; with feature parity it would have been seen no sooner."),
        (timedelta(0), timedelta(0), "Seen at once; with feature parity it would have been seen no sooner."),
    ],
)  # fmt: skip
def test_the_timeline_is_reported_in_one_sentence(would_after, seen_after, expected):
    assert detection(NIGHT, NIGHT + would_after, NIGHT + seen_after).sentence("feature_parity") == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(days=1), "1 day"), (timedelta(days=1, hours=12), "36 hours"), (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=90), "90 minutes"), (timedelta(seconds=90), "90 seconds"), (timedelta(days=2000), "2,000 days"),
    ],
)  # fmt: skip
def test_a_length_is_reported_in_the_largest_unit_that_fits(length, expected):
    assert span(length) == expected


@pytest.mark.parametrize(
    ("lessons", "faults"),
    [
        (["a", "b", "c"], []),
        ([], ["A postmortem has exactly 3 lessons; there are 0."]),
        (["a", "b", "c", "d"], ["A postmortem has exactly 3 lessons; there are 4."]),
        (["a", "A ", "c"], ["Lessons 1 and 2 are the same."]),
        (["a", " ", ""], ["Lesson 2 is empty.", "Lesson 3 is empty."]),
    ],
)
def test_there_are_exactly_three_lessons(lessons, faults):
    assert lesson_faults(lessons) == faults


@pytest.mark.parametrize(
    ("lesson", "named"),
    [
        ("Ada should have asked.", ["Ada"]), ("Tell a.moreau first.", ["a.moreau"]), ("Adapt the adage.", []),
        ("Compare row by row.", []), ("The word of ADA and Moreau", ["Ada", "Moreau"]),
    ],
)  # fmt: skip
def test_a_lesson_that_names_somebody_is_noticed(lesson, named):
    result = people_named(["Fine.", lesson], ["Ada", "Moreau", "a.moreau", "A", "Ada"])
    assert result == [
        f"Lesson 2 names {name}: write what allowed it to happen rather than who was involved." for name in named
    ]


def test_links_are_read_one_a_line():
    text = "Feature rolling_orders 7f687058610f\r\n\n model: demand\nrun 3\ncheck\n"
    assert read_links(text) == [
        Link("feature", "rolling_orders", "7f687058610f"), Link("model", "demand"), Link("run", "3"), Link("check", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("link", "faulty"),
    [
        (Link("feature", "orders"), False), (Link("run", "12"), False), (Link("model", "demand", "v1"), False),
        (Link("alert", "1"), True), (Link("feature", ""), True), (Link("run", "²"), True), (Link("run", "9" * 10), True),
        (Link("check", "1", "v1"), True), (Link("run", "-1"), True),
    ],
)  # fmt: skip
def test_what_cannot_be_a_link_is_reported(link, faulty):
    assert bool(link_fault(link)) is faulty
