"""What the figures speak of, in words."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.adoption.rules.adoption import ActiveTeams, Coverage, ProjectMonth
from assessments.adoption.rules.diagnosis import Answer, Figures, diagnose, sentence
from assessments.adoption.rules.velocity import YearMedian

MONTHS = [date(2026, month, 1) for month in (8, 9, 10)]
SLOWER, STEADY = (
    [YearMedian(2024, 4, 4.0), YearMedian(2026, 4, 10.0)],
    [YearMedian(2024, 4, 4.0), YearMedian(2026, 4, 5.0)],
)


def figures(active=(5, 6, 7), projects=((4, 2), (4, 3), (4, 4)), coverage=(6, 5, 2), years=STEADY):
    return Figures(
        [ActiveTeams(month, teams) for month, teams in zip(MONTHS, active, strict=False)],
        [ProjectMonth(month, *item) for month, item in zip(MONTHS, projects, strict=False)],
        Coverage(*coverage),
        years,
    )


def answers(**fields):
    return {row.id: row.answer for row in diagnose(figures(**fields))}


@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        ({}, set()),
        ({"active": (7, 6, 5)}, {"adoption_failure"}),
        ({"projects": ((4, 4), (4, 3), (4, 2))}, {"adoption_failure"}),
        ({"years": SLOWER}, {"bottleneck"}),
        ({"active": (2, 2, 2), "coverage": (6, 3, 0)}, {"premature_complexity"}),
        ({"active": (2, 2, 2), "coverage": (2, 0, 0)}, set()),
        ({"active": (3, 3, 3), "coverage": (6, 3, 0)}, set()),
        ({"active": (4, 3, 2), "coverage": (6, 1, 0), "years": SLOWER}, {
            "adoption_failure", "bottleneck", "premature_complexity",
        }),
    ],
)  # fmt: skip
def test_each_failure_is_seen_by_its_own_figures(changed, seen):
    result = answers(**changed)
    assert {name for name, answer in result.items() if answer == Answer.SEEN} == seen
    assert Answer.UNKNOWN not in result.values()


def test_without_figures_everything_is_unknown():
    nothing = {"active": (), "projects": (), "coverage": (0, 0, 0), "years": []}
    assert set(answers(**nothing).values()) == {Answer.UNKNOWN}
    assert sentence(diagnose(figures(**nothing))) == "Too little is known for a diagnosis yet."


@pytest.mark.parametrize(
    ("active", "projects", "answer"),
    [
        ((5, 6), ((4, 2), (4, 3)), Answer.UNKNOWN),
        ((5, 6), ((4, 2), (0, 0), (4, 3)), Answer.UNKNOWN),
        ((5, 6), ((4, 2), (4, 2), (4, 3)), Answer.NOT_SEEN),
        ((5, 6, 7), (), Answer.NOT_SEEN),
        ((), ((4, 4), (4, 3), (4, 2)), Answer.SEEN),
    ],
)
def test_two_months_are_too_few_to_say_that_nothing_falls(active, projects, answer):
    assert answers(active=active, projects=projects)["adoption_failure"] == answer


def test_the_figures_stand_behind_the_word():
    adoption, bottleneck, early = diagnose(figures(active=(7, 6, 5), projects=((4, 4), (4, 3), (4, 2)), years=SLOWER))
    assert "7 → 6 → 5" in adoption.because
    assert "100% → 75% → 50%" in adoption.because
    assert "10.0 weeks in 2026 and 4.0 in 2024: 2.5×, threshold 2×" in bottleneck.because
    assert "1 of 6 supported use cases" in early.because


def test_one_sentence_says_what_is_seen_and_what_is_not_known():
    assert sentence(diagnose(figures(active=(7, 6, 5), years=SLOWER))) == (
        "These figures suggest an adoption problem and a bottleneck."
    )
    assert "Not known: bottleneck" in sentence(diagnose(figures(years=[])))
    assert sentence(diagnose(figures())) == "The figures show no problem."
