"""States, counts and numbers read the same wherever they are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from platform_site.text import wording

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("name", "words", "label"), [
    ("not_enough_data", "not enough data", "Not enough data"),
    ("BLOCKED", "BLOCKED", "BLOCKED"),
    ("a_MAPE_limit", "a MAPE limit", "A MAPE limit"),
    ("", "", ""),
])  # fmt: skip
def test_a_state_in_words_and_as_a_label(name, words, label):
    assert (wording.in_words(name), wording.label(name)) == (words, label)


@pytest.mark.parametrize(("count", "shown"), [
    (0, "0 teams"), (1, "1 team"), (2, "2 teams"), (1_000, "1,000 teams"), (None, "an unknown number of teams"),
])  # fmt: skip
def test_a_count_with_its_noun(count, shown):
    assert wording.counted(count, "team") == shown


@pytest.mark.parametrize(("ago", "shown"), [
    (timedelta(seconds=59), "just now"), (timedelta(minutes=1), "1 minute ago"), (timedelta(hours=-2), "in 2 hours"),
    (timedelta(days=29), "29 days ago"), (timedelta(days=30), "1 month ago"), (timedelta(days=365), "1 year ago"),
])  # fmt: skip
def test_an_age_in_its_largest_unit(ago, shown):
    assert wording.age(NOW - ago, now=NOW) == shown


def test_an_age_in_days():
    today = date(2026, 3, 1)
    ages = [wording.age_in_days(today - timedelta(days=days), today=today) for days in (0, 1, 2, -1, -2)]
    assert ages == ["today", "yesterday", "2 days ago", "tomorrow", "in 2 days"]


@pytest.mark.parametrize(("share", "shown"), [
    (0, "0.0%"), (0.0004, "< 0.1%"), (0.0005, "0.1%"), (0.9995, "> 99.9%"), (1, "100.0%"), (float("nan"), "–"),
    (True, "–"),
])  # fmt: skip
def test_a_share_is_never_rounded_to_none_or_all(share, shown):
    assert wording.percent_of_share(share) == shown
