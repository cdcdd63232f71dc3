"""What changed in a week, in words."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from platform_site.roof.home.week import score_of


def point(score: float | None, month: int):
    return SimpleNamespace(
        summary=SimpleNamespace(health_score=score), assessment=SimpleNamespace(assessed_on=date(2026, month, 2))
    )


@pytest.mark.parametrize(
    ("scores", "value", "moved", "tone"),
    [
        ([], None, "", "muted"),
        ([None], None, "", "muted"),
        ([35.3], 35.3, "the first assessment", "muted"),
        ([29.4, 35.3], 35.3, "+5.9 since 2 January 2026", "ok"),
        ([35.3, None, 29.4], 29.4, "-5.9 since 2 January 2026", "bad"),
        ([35.3, 35.3], 35.3, "+0 since 2 January 2026", "muted"),
    ],
)
def test_the_score_with_what_moved(scores, value, moved, tone):
    result = score_of([point(score, month) for month, score in enumerate(scores, start=1)])
    assert (result.value, result.moved, result.tone) == (value, moved, tone)
    assert bool(result.line) == (sum(score is not None for score in scores) > 1)
