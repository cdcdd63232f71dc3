from datetime import UTC, datetime, timedelta

import pytest

from registry.versions.rules.overrides import LONGEST, Cause, Word, covered, expiry_refused

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LONG = "An override lasts 30 days at most: retrain, pin or roll back for longer."
OVER = "The override would end before it begins: give a later moment."
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (NOW + SECOND, None), (NOW + LONGEST, None), (NOW + LONGEST + SECOND, LONG), (NOW, OVER), (NOW - SECOND, OVER),
    ],
)  # fmt: skip
def test_an_override_begins_and_ends_within_thirty_days(until, why):
    assert expiry_refused(until, now=NOW) == why


@pytest.mark.parametrize(("until", "covers"), [(NOW + SECOND, True), (NOW, False), (NOW - SECOND, False)])
def test_it_covers_until_its_moment(until, covers):
    shut = Cause("a", "A.")
    assert covered([shut], [Word(3, frozenset({"a"}), until)], at=NOW) == ({"a": 3} if covers else {})


def test_each_cause_is_covered_by_the_newest_word_for_it():
    causes = [Cause("a", "A."), Cause("b", "B."), Cause("c", "C."), Cause("d", "D.", overridable=False)]
    later = NOW + SECOND
    words = [Word(9, frozenset("ad"), later), Word(2, frozenset("ab"), later), Word(11, frozenset("c"), NOW)]
    assert covered(causes, words, at=NOW) == {"a": 9, "b": 2}
