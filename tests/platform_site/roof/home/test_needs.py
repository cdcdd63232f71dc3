"""The order of what waits, and what a list that is cut leaves out."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.roof.home.needs import KINDS, MOST_OF_A_KIND, Need, Weight, in_order, more_of

MONDAY, TUESDAY = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
NEEDS = st.lists(
    st.builds(
        lambda weight, since: need(weight, since), st.sampled_from(Weight), st.sampled_from([None, MONDAY, TUESDAY])
    )
)


def need(weight: Weight, since: datetime | None = MONDAY) -> Need:
    return Need(weight, "a", "", "", since, "Go", "/")


def test_every_weight_has_a_kind():
    assert set(KINDS) == set(Weight)


@given(NEEDS)
def test_the_heaviest_come_first_and_of_those_the_oldest(needs):
    result = in_order(needs)
    assert sorted(map(str, result)) == sorted(map(str, needs))
    for first, second in itertools.pairwise(result):
        assert first.weight <= second.weight
        if first.weight == second.weight and second.since is not None:
            assert first.since is not None
            assert first.since <= second.since


@pytest.mark.parametrize(
    ("needs", "shown", "sentence"),
    [
        ([], 7, ""),
        ([need(Weight.ALERT)], 1, ""),
        ([need(Weight.BLOCKED), need(Weight.ALERT)], 1, "1 alert"),
        ([need(Weight.CLOSING_ALERT), need(Weight.ALERT), need(Weight.APPROVAL)], 0, "2 alerts, 1 approval"),
        ([need(Weight.CONTRADICTED)] * 3, 1, "2 contradicted capabilities"),
        ([need(Weight.ALERT)] * MOST_OF_A_KIND, 7, f"{MOST_OF_A_KIND - 7} alerts and more"),
    ],
)
def test_what_is_left_out_is_counted(needs, shown, sentence):
    assert more_of(needs, shown) == sentence
