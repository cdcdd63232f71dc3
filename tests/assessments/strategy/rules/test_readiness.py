from datetime import date

import pytest

from assessments.strategy.rules.readiness import Rehearsed, readiness


def rehearsed(hours: float, *, rebuilt: bool = True) -> Rehearsed:
    return Rehearsed("demand v1", date(2026, 11, 2), rebuilt, hours)


CASES = [
    (0, 0, None, "nothing_in_production", "there is nothing to rebuild"),
    (1, 2, rehearsed(1), "incomplete", "a quick rehearsal of one does not mend the other"),
    (2, 2, None, "not_rehearsed", "records alone do not tell how long it takes"),
    (2, 2, rehearsed(3.99), "ready", "under four hours"),
    (2, 2, rehearsed(4), "too_slow", "four hours are not under four"),
    (2, 2, rehearsed(1, rebuilt=False), "not_rebuilt", "given up quickly is not rebuilt quickly"),
]


@pytest.mark.parametrize(("complete", "total", "last", "state", "why"), CASES)
def test_only_complete_records_and_a_quick_rehearsal_are_ready(complete, total, last, state, why):
    result = readiness(complete, total, {}, last)
    assert result.state == state, why
    assert result.sentence.startswith("Yes") == (state == "ready")


def test_only_what_some_version_lacks_is_listed():
    assert readiness(1, 2, {"the code commit": 0, "the container digest": 1}, None).missing == {
        "the container digest": 1
    }
