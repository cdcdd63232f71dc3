"""Teams that stay away or leave: the sentence, the names and the remedy of each signal, from its figures."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.adoption.rules.adoption import ActiveTeams, AnswerCount, ProjectMonth
from assessments.adoption.rules.adoption_signals import adoption_signals
from assessments.adoption.rules.movement import Known
from assessments.adoption.rules.signals import Answer, Figures, Signal

TEAMS = ("ads", "fraud", "maps", "pricing", "search", "vision")
GPUS = (AnswerCount("GPUs", 3),)


def active(*counts: int) -> list[ActiveTeams]:
    """Months of 2026, each with the first so many of six teams."""
    return [ActiveTeams(date(2026, month, 1), TEAMS[:count]) for month, count in enumerate(counts, start=1)]


def projects(*rows: tuple[int, int], elsewhere: tuple[str, ...] = ()) -> list[ProjectMonth]:
    return [ProjectMonth(date(2026, month, 1), *row, elsewhere) for month, row in enumerate(rows, start=1)]


def signal(id: str, **figures) -> Signal:
    return {signal.id: signal for signal in adoption_signals(Figures(**figures))}[id]


@pytest.mark.parametrize(
    ("months", "count", "answer", "because"),
    [
        ((1, 1, 1), 6, "seen", "1 of 6 teams ran a training in Mar 2026 (17%; threshold 50% in each of 3 months). It has been below for 3 full months."),
        ((6, 1, 1, 1, 1), 6, "seen", "1 of 6 teams ran a training in May 2026 (17%; threshold 50% in each of 3 months). It has been below for 4 full months."),
        ((1, 1, 2), 6, "not_seen", "2 of 6 teams ran a training in Mar 2026 (33%; threshold 50% in each of 3 months). The platform is 3 months old, and the number grows."),
        ((3, 2, 2), 6, "not_seen", "2 of 6 teams ran a training in Mar 2026 (33%; threshold 50% in each of 3 months)."),
        ((1, 1), 6, "unknown", "3 full months of training runs are needed; 2 on record."),
        ((1, 1, 1), None, "unknown", "How many teams there are is not known: enter the number, or the teams by name."),
        ((1, 1, 1), 0, "unknown", "How many teams there are is not known: enter the number, or the teams by name."),
    ],
)  # fmt: skip
def test_the_share_of_active_teams(months, count, answer, because):
    result = signal("active_share", active=active(*months), teams=Known(count, TEAMS))
    assert (result.answer, result.because) == (answer, because)


def test_teams_that_are_not_active_are_named_and_asked():
    low = {"active": active(2, 2, 2), "teams": Known(6, TEAMS)}
    assert signal("active_share", **low).names == ("maps", "pricing", "search", "vision")
    assert signal("active_share", **low).remedy.startswith("Ask each of these teams one question")
    answered = signal("active_share", **low, answers=GPUS)
    assert answered.remedy == "Build what was answered most: “GPUs” (3 answers). Then ask those teams again."


@pytest.mark.parametrize(
    ("months", "answer", "because"),
    [
        ((6, 5, 4), "seen", "Active teams fell for two months in a row: 6 → 5 → 4. They fell from 6 in Jan 2026 to 4 in Mar 2026 (-33%): 6 → 5 → 4."),
        ((6, 5, 5, 4), "seen", "They fell from 6 in Jan 2026 to 4 in Apr 2026 (-33%): 6 → 5 → 5 → 4."),
        ((6, 6, 4), "not_seen", "4 in Mar 2026, at best 6 in Jan 2026; neither two falls in a row nor 25% lost."),
        ((2, 3, 4), "not_seen", "4 in Mar 2026, at best 4 in Mar 2026; neither two falls in a row nor 25% lost."),
        ((2, 1), "unknown", "3 full months of training runs are needed; 2 on record."),
    ],
)  # fmt: skip
def test_active_teams_over_time(months, answer, because):
    result = signal("active_trend", active=active(*months))
    assert (result.answer, result.because) == (answer, because)


def test_teams_that_left_are_named_with_their_last_month():
    result = signal("active_trend", active=active(6, 4, 4, 4), answers=GPUS)
    assert result.names == ("search (last in Jan 2026)", "vision (last in Jan 2026)")
    assert result.remedy.startswith("Sit beside somebody of each team that left")
    assert result.remedy.endswith("Then ask those teams again.")


@pytest.mark.parametrize(
    ("rows", "answer", "because"),
    [
        (((2, 0), (2, 1), (2, 1)), "seen", "2 of 6 new projects of the last 3 full months began on the platform (33%, threshold 50%)."),
        (((2, 1), (2, 1), (2, 1)), "not_seen", "3 of 6 new projects of the last 3 full months began on the platform (50%, threshold 50%)."),
        (((9, 0), (4, 2), (1, 1), (0, 0)), "not_seen", "3 of 5 new projects of the last 3 full months began on the platform (60%, threshold 50%)."),
        (((4, 0), (0, 0), (0, 0), (1, 1)), "seen", "1 of 5 new projects of the last 4 full months began on the platform (20%, threshold 50%)."),
        (((2, 0), (1, 0), (1, 0)), "unknown", "5 new projects are needed; 4 on record in full months."),
    ],
)  # fmt: skip
def test_the_newest_projects_as_far_back_as_it_takes(rows, answer, because):
    result = signal("project_share", projects=projects(*rows))
    assert (result.answer, result.because) == (answer, because)


def test_teams_that_began_elsewhere_are_named_the_most_frequent_first():
    result = signal("project_share", projects=projects(*[(3, 0)] * 3, elsewhere=("maps", "", "ads", "maps")))
    assert result.names == ("maps (6)", "ads (3)")


@pytest.mark.parametrize(
    ("rows", "answer", "because"),
    [
        (((4, 4), (4, 2), (4, 1)), "seen", "The share of new projects on the platform fell for two months in a row: 100% → 50% → 25%."),
        (((4, 4), (4, 2), (4, 2)), "not_seen", "The share of the last three full months: 100% → 50% → 50%."),
        (((4, 4), (0, 0), (4, 1)), "unknown", "3 full months in a row with a new project are needed."),
        (((4, 4), (4, 2)), "unknown", "3 full months in a row with a new project are needed."),
    ],
)  # fmt: skip
def test_new_projects_over_time(rows, answer, because):
    result = signal("project_trend", projects=projects(*rows))
    assert (result.answer, result.because) == (answer, because)
    assert bool(result.remedy) is (result.answer is Answer.SEEN)
