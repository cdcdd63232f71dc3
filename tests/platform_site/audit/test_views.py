"""The audit page: what each filter leaves, and pages that stay quick however long the log is."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("requested", "left"),
    [
        ("actor=ann", [3, 2, 0]),
        ("action=gate.decided", [4, 2]),
        ("subject=model:two", [3, 2, 1]),
        ("actor=ann&subject=model:two", [3, 2]),
        ("actor=ann&action=pin.set&subject=model:two", [3]),
        ("actor=nobody", []),
        ("since=2030-01-05", [4, 3, 2, 1]),  # the last microsecond of the day before is out, midnight is in
        ("since=2030-01-05&until=2030-01-06", [2, 1]),
        ("since=2030-01-01&until=2030-01-05", [0]),
        ("since=2030-01-05&actor=bob", [4, 1]),
        ("since=2030-01-08", []),
    ],
)
def test_each_filter_narrows_the_page(requested, left, written, browser_of):
    page = browser_of("viewer").get(f"/audit/?{requested}").context["page_obj"]
    assert [event.sequence for event in page] == [written[place] for place in left]


def test_what_is_not_a_filter_is_reported_and_leaves_all(written, browser_of):
    answer = browser_of("viewer").get("/audit/?since=yesterday")
    assert answer.context["form"].errors.keys() == {"since"}
    assert answer.context["page_obj"].paginator.count == written[-1]
