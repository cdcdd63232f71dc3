"""More was built than anybody needs yet: both signals at their thresholds."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.adoption.rules.adoption import ActiveTeams, Coverage, UseCase
from assessments.adoption.rules.complexity_signals import complexity_signals
from assessments.adoption.rules.movement import Known
from assessments.adoption.rules.signals import Figures, Maturity, Signal


def unused(supported: int, used: int, teams: int, count: int | None, **figures) -> Signal:
    active = [ActiveTeams(date(2026, 10, 1), tuple(f"t{number}" for number in range(teams)))]
    values = {"active": active, "coverage": Coverage(supported, used, 0), "teams": Known(count)}
    return complexity_signals(Figures(**values | figures))[0]


def level(maturity: Maturity | None) -> Signal:
    return complexity_signals(Figures(maturity=maturity))[1]


@pytest.mark.parametrize(
    ("supported", "used", "teams", "count", "answer"),
    [
        (4, 2, 2, None, "seen"),  # half of four, and two teams are few
        (4, 2, 3, None, "not_seen"),
        (4, 2, 3, 7, "seen"),  # three of seven are less than half
        (4, 2, 3, 6, "not_seen"),
        (4, 3, 2, None, "not_seen"),
        (3, 1, 0, None, "seen"),
        (2, 0, 0, None, "not_seen"),  # little is built
    ],
)
def test_much_that_hardly_a_team_uses(supported, used, teams, count, answer):
    assert unused(supported, used, teams, count).answer == answer


def test_the_figures_and_the_names_stand_behind_it():
    cases = [UseCase("Batch", True, True), UseCase("A/B", True, False, "ads"), UseCase("Shadow", True, False)]
    result = unused(3, 1, 2, 12, use_cases=[*cases, UseCase("Streams", False, False)])
    assert result.names == ("A/B (ads)", "Shadow")
    assert result.because == (
        "2 of 3 supported use cases run elsewhere (threshold 50% of at least 3); "
        "active teams in the last full month: 2 of 12."
    )


@pytest.mark.parametrize("figures", [{"active": ()}, {"coverage": Coverage(0, 0, 3)}])
def test_without_runs_or_supported_use_cases_nothing_is_known(figures):
    assert unused(4, 0, 0, None, **figures).answer == "unknown"


@pytest.mark.parametrize(
    ("maturity", "answer", "because"),
    [
        (None, "unknown", "No assessment is published."),
        (Maturity("Gold", None), "unknown", "Gold is a level of your own: no condition is attached to it."),
        (Maturity("Level 0", 0), "not_seen", "Level 0 is confirmed; 0 of 5 conditions for a platform are met. That level takes none."),
        (Maturity("Level 1", 1, ("Scale",)), "not_seen", "Level 1 is confirmed; 1 of 5 conditions for a platform are met. That level takes 1."),
        (Maturity("Level 1", 1), "seen", "Level 1 is confirmed; 0 of 5 conditions for a platform are met. That level takes 1."),
        (Maturity("Level 2", 2, ("Scale", "Pain"), ("Compliance",)), "unknown", "Level 2 is confirmed; 2 of 5 conditions for a platform are met, 1 unknown. That level takes 3."),
        (Maturity("Level 2", 2, ("Scale",), ("Compliance",)), "seen", "Level 2 is confirmed; 1 of 5 conditions for a platform are met, 1 unknown. That level takes 3."),
    ],
)  # fmt: skip
def test_a_level_beside_the_conditions_that_call_for_it(maturity, answer, because):
    result = level(maturity)
    assert (result.answer, result.because) == (answer, because)


@pytest.mark.parametrize(
    ("maturity", "names_are", "names"),
    [
        (Maturity("Level 2", 2, ("Scale",), ("Cost", "Pain")), "Not known", ("Cost", "Pain")),
        (Maturity("Level 2", 2, ("Scale",), ()), "Conditions met", ("Scale",)),
    ],
)
def test_the_names_are_those_that_decide(maturity, names_are, names):
    assert (level(maturity).names_are, level(maturity).names) == (names_are, names)
