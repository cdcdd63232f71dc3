from datetime import UTC, datetime, timedelta

import pytest

from registry.versions.rules.overrides import LONGEST, ApprovedOverride, Cause, covered, expiry_refusal

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LONG = "An override lasts at most 30 days. For longer, retrain, pin or roll back."
OVER = "which is not in the future. Give a later time."
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (NOW + SECOND, None), (NOW + LONGEST, None), (NOW + LONGEST + SECOND, LONG), (NOW, OVER), (NOW - SECOND, OVER),
    ],
)  # fmt: skip
def test_an_override_begins_and_ends_within_thirty_days(until, why):
    sentence = expiry_refusal(until, now=NOW)
    assert sentence == why or (why == OVER and sentence == f"`expires_at` is {until:%Y-%m-%d %H:%M}, {OVER}")


@pytest.mark.parametrize(("until", "covers"), [(NOW + SECOND, True), (NOW, False), (NOW - SECOND, False)])
def test_it_covers_until_its_moment(until, covers):
    shut = Cause("a", "A.")
    assert covered([shut], [ApprovedOverride(3, frozenset({"a"}), until)], at=NOW) == ({"a": 3} if covers else {})


def test_each_cause_is_covered_by_the_newest_override_of_it():
    causes = [Cause("a", "A."), Cause("b", "B."), Cause("c", "C."), Cause("d", "D.", overridable=False)]
    later = NOW + SECOND
    words = [
        ApprovedOverride(9, frozenset("ad"), later),
        ApprovedOverride(2, frozenset("ab"), later),
        ApprovedOverride(11, frozenset("c"), NOW),
    ]
    assert covered(causes, words, at=NOW) == {"a": 9, "b": 2}
