"""Where an organization is on the way to its target."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.health.rules.maturity import AD_HOC, LEVELS
from assessments.health.rules.targets import Aim, Mark, aim_in_words, forecast, outlook

TODAY, DUE = date(2026, 11, 30), date(2027, 3, 31)
BASIC, REPEATABLE, _ = LEVELS
EARLIER = Mark(date(2026, 8, 3), 35.0, AD_HOC)
NEWEST = Mark(date(2026, 11, 2), 41.0, BASIC)


@pytest.mark.parametrize(
    ("aim", "marks", "state", "sentence"),
    [
        (Aim(DUE, 60), [], "no_trend",
         "No assessment is published yet, so nothing can be said about the target of 60% by 31 March 2027."),
        (Aim(DUE, 60), [NEWEST], "no_trend",
         "The score is 41% in the assessment of 2 November 2026; the target is 60% on 31 March 2027. "
         "A pace needs two scored assessments of different days."),
        (Aim(DUE, 30), [NEWEST], "no_trend",
         "The score is 41% in the assessment of 2 November 2026; the target is 30% on 31 March 2027. "
         "A pace needs two scored assessments of different days."),
        (Aim(DUE, 60), [EARLIER, NEWEST], "behind",
         "At the pace of the last 2 assessments the score is 50.8% on 31 March 2027; the target is 60%."),
        (Aim(DUE, 50), [EARLIER, NEWEST], "on_track",
         "At the pace of the last 2 assessments the score is 50.8% on 31 March 2027; the target is 50%."),
        (Aim(DUE, None, "0+"), [EARLIER, NEWEST], "on_track",
         f"{BASIC.label} is confirmed; the target is {BASIC.label}."),
        (Aim(DUE, None, "1"), [NEWEST], "no_trend",
         f"{BASIC.label} is confirmed; the target is {REPEATABLE.label} on 31 March 2027. Nothing is forecast for a level."),
        (Aim(DUE, None, "9"), [NEWEST], "no_trend",
         "The levels that judge the newest assessment have no level 9 any more."),
        (Aim(date(2026, 11, 10), 40), [EARLIER, NEWEST], "reached",
         f"The target was 40% by 10 November 2026; the assessment of 2 November 2026 had 41% and {BASIC.label}."),
        (Aim(date(2026, 11, 1), 40), [EARLIER, NEWEST], "missed",
         f"The target was 40% by 1 November 2026; the assessment of 3 August 2026 had 35% and {AD_HOC.label}."),
        (Aim(date(2026, 11, 10), 40, "1"), [EARLIER, NEWEST], "missed",
         f"The target was 40% and {REPEATABLE.label} by 10 November 2026; the assessment of 2 November 2026 had 41% and {BASIC.label}."),
        (Aim(date(2026, 8, 1), 40), [EARLIER], "no_trend",
         "The target was 40% by 1 August 2026; no assessment was published for a day until then."),
    ],
)  # fmt: skip
def test_what_is_said_of_a_target(aim, marks, state, sentence):
    assert outlook(aim, marks, TODAY)[:2] == (state, sentence)


def test_a_score_on_track_and_a_level_without_a_forecast_are_no_promise():
    progress = outlook(Aim(DUE, 50, "1"), [EARLIER, NEWEST], TODAY)
    assert progress.state == "no_trend"
    assert progress.sentence.startswith("At the pace of the last 2 assessments the score is 50.8%")
    assert outlook(Aim(DUE, 60, "0+"), [EARLIER, NEWEST], TODAY).state == "behind"


@pytest.mark.parametrize(
    "marks",
    [[], [NEWEST], [NEWEST, NEWEST._replace(score=50.0)], [EARLIER, NEWEST._replace(score=None)]],
)
def test_nothing_is_forecast_without_two_scored_days(marks):
    assert forecast(marks, DUE) is None
    assert forecast([EARLIER, NEWEST], NEWEST.day - timedelta(days=1)) is None


def test_a_forecast_stays_within_the_scale():
    assert forecast([EARLIER, NEWEST], date(2036, 1, 1)).due_score == 100
    assert forecast([EARLIER._replace(score=90.0), NEWEST], date(2036, 1, 1)).due_score == 0


@given(st.lists(st.floats(20, 60), min_size=2, max_size=8), st.integers(1, 30))
def test_the_pace_is_the_least_squares_line_of_the_last_four(scores, step):
    marks = [Mark(date(2026, 1, 1) + timedelta(days=step * place), score, AD_HOC) for place, score in enumerate(scores)]
    line = forecast(marks, marks[-1].day + timedelta(days=1))
    newest = scores[-4:]
    slope = np.polyfit([step * place for place in range(len(newest))], newest, 1)[0]
    assert line.of == len(newest)
    assert line.due_score == pytest.approx(min(max(scores[-1] + slope, 0), 100), abs=0.0501)


def test_an_aim_reads_as_people_say_it():
    assert aim_in_words(Aim(DUE, 60)) == "60%"
    assert aim_in_words(Aim(DUE, None, "1")) == REPEATABLE.label
