"""Each way to fail, by level and by trend: tables of cases, and laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.adoption.rules.adoption import ActiveTeams, AnswerCount, Coverage, ProjectMonth, UseCase
from assessments.adoption.rules.diagnosis import Answer, diagnose, sentence
from assessments.adoption.rules.movement import Known
from assessments.adoption.rules.signals import Figures, Maturity, Support
from assessments.adoption.rules.velocity import Release, yearly

TODAY = date(2026, 11, 23)
TEAMS = tuple(f"team-{letter}" for letter in "abcdefghijkl")
CALM = Support(40, 8.0, 0.4, 20.0, 6)
MATURE = Maturity("Level 1 — Repeatable Pipelines", 1, ("Scale",), ())


def month(index):
    """The month before this one, and those before it: 0 is October 2026."""
    number = TODAY.year * 12 + TODAY.month - 2 - index
    return date(number // 12, number % 12 + 1, 1)


def active(*counts):
    return [ActiveTeams(month(len(counts) - 1 - i), TEAMS[:count]) for i, count in enumerate(counts)]


def projects(*rows):
    return [ProjectMonth(month(len(rows) - 1 - i), *row) for i, row in enumerate(rows)]


def releases(**weeks_of):
    """y2025=[4, 4, 4]: three releases of 2025, each with its weeks."""
    return [
        Release(f"{year}-{n}", day - timedelta(weeks=weeks), day)
        for year, values in weeks_of.items()
        for n, weeks in enumerate(values)
        for day in [date(int(year[1:]), 6, 1 + n)]
    ]


def figures(teams=(7, 8, 9), started=((4, 2), (4, 3), (4, 4)), coverage=(6, 5, 2), of=12, **changed):
    shipped = changed.pop("shipped", releases(y2025=[4, 4, 4], y2026=[5, 5, 5]))
    defaults = {
        "active": active(*teams), "projects": projects(*started), "coverage": Coverage(*coverage),
        "years": yearly(shipped), "releases": shipped, "teams": Known(of, TEAMS), "support": CALM, "maturity": MATURE,
        "today": TODAY,
    }  # fmt: skip
    return Figures(**defaults | changed)


def answers(**changed):
    return {finding.id: finding.answer for finding in diagnose(figures(**changed))}


def signals(**changed):
    return {signal.id: signal for finding in diagnose(figures(**changed)) for signal in finding.signals}


def seen(**changed):
    return {signal.id for signal in signals(**changed).values() if signal.answer == Answer.SEEN}


def test_a_good_platform_has_no_finding():
    assert set(answers().values()) == {Answer.NOT_SEEN}
    assert not any(finding.unknown for finding in diagnose(figures()))
    assert sentence(diagnose(figures())) == "The figures show no problem."


@pytest.mark.parametrize(
    ("teams", "expected"),
    [
        ((2,) * 10, {"active_share"}),  # 2 of 12 for ten months: nothing falls, and nothing is well
        ((12, 12, 11, 11, 10, 10, 9, 9, 8, 7), {"active_trend"}),  # 12 to 7 in steps ends in two falls
        ((12, 11, 11, 10, 10, 9, 9, 8, 8, 7), {"active_trend"}),  # no two falls in a row anywhere
        ((12, 11, 11, 10, 10, 7, 7), {"active_trend"}),
        ((12, 11, 11, 10, 10), set()),  # a sixth lost: below the threshold
        ((9, 8, 7), {"active_trend"}),
        ((12, 12, 12, 7), set()),  # one bad month is no trend yet
        ((12, 12, 12, 7, 7), {"active_trend"}),
        ((8, 7, 8, 6), set()),
        ((3, 3, 3), {"active_share"}),
        ((2, 3, 4), set()),  # young, and growing
        ((1, 1, 1, 2, 3, 4), {"active_share"}),  # six months on, growth alone is no excuse
        ((6, 6, 6), set()),  # half is the threshold
        ((5, 5, 6), set()),
    ],
)
def test_teams_by_level_and_by_trend(teams, expected):
    assert seen(teams=teams) & {"active_share", "active_trend"} == expected


@pytest.mark.parametrize(
    ("started", "expected"),
    [
        (((1, 0),) * 9 + ((1, 1),), {"project_share"}),  # 1 of 10
        (((4, 4), (4, 3), (4, 2)), {"project_trend"}),
        (((4, 2), (4, 2), (4, 2)), set()),
        (((10, 0), (10, 0), (10, 0), (2, 2), (2, 2), (2, 2)), set()),  # what is new counts, not what was
        (((3, 1), (3, 1), (3, 1)), {"project_share"}),
        (((1, 0), (1, 0), (1, 0)), set()),  # too few to say
    ],
)
def test_projects_by_level_and_by_trend(started, expected):
    assert seen(started=started) & {"project_share", "project_trend"} == expected


@pytest.mark.parametrize(
    ("shipped", "expected"),
    [
        (releases(y2025=[30, 30], y2026=[30, 30]), {"release_weeks"}),  # 30 weeks two years running
        (releases(y2025=[30], y2026=[30]), {"release_weeks"}),
        (releases(y2024=[4, 4, 4], y2026=[10, 10, 10]), {"release_trend"}),
        (releases(y2024=[1], y2026=[2]), set()),  # one release a year is no feature tax
        (releases(y2024=[6, 6, 6], y2026=[14, 14, 14]), {"release_weeks", "release_trend"}),
        (releases(y2020=[30, 30, 30]), set()),  # long ago
    ],
)
def test_releases_by_level_and_by_trend(shipped, expected):
    assert seen(shipped=shipped) & {"release_weeks", "release_trend"} == expected


@pytest.mark.parametrize(
    ("support", "expected"),
    [
        (CALM, set()),
        (CALM._replace(per_engineer_per_day=1.0), {"load"}),
        (CALM._replace(median_wait_hours=130.0), {"waiting"}),
        (CALM._replace(open_now=40), {"backlog"}),
        (Support(4, 1.0, 9.0, 900.0, 90), set()),  # four tickets are too few to say
    ],
)
def test_tickets_make_a_bottleneck_too(support, expected):
    assert seen(support=support) == expected


@pytest.mark.parametrize(
    ("maturity", "answer"),
    [
        (Maturity("Level 0", 0), Answer.NOT_SEEN),
        (Maturity("Level 1", 1), Answer.SEEN),
        (Maturity("Level 1", 1, (), ("Scale",)), Answer.UNKNOWN),
        (Maturity("Level 2", 2, ("Scale", "Incidents")), Answer.SEEN),
        (Maturity("Level 2", 2, ("Scale", "Incidents"), ("Compliance",)), Answer.UNKNOWN),
        (Maturity("Level 2", 2, ("Scale", "Incidents", "Compliance")), Answer.NOT_SEEN),
        (Maturity("Gold", None), Answer.UNKNOWN),
        (None, Answer.UNKNOWN),
    ],
)
def test_a_level_is_held_against_the_conditions(maturity, answer):
    assert signals(maturity=maturity)["level"].answer == answer


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"teams": (2, 2, 2), "coverage": (6, 3, 0)}, True),
        ({"teams": (2, 2, 2), "coverage": (2, 0, 0)}, False),
        ({"teams": (7, 7, 7), "coverage": (6, 3, 0)}, False),
        ({"teams": (5, 5, 5), "coverage": (6, 3, 0)}, True),
        ({"teams": (5, 5, 5), "coverage": (6, 3, 0), "teams_known": Known(None)}, False),
    ],
)
def test_what_is_built_and_not_used_is_too_early(changed, expected):
    known = changed.pop("teams_known", None)
    fields = {**changed, **({"teams": changed["teams"]} if known is None else {})}
    result = figures(**fields)
    result = result._replace(teams=known) if known else result
    unused = next(s for f in diagnose(result) for s in f.signals if s.id == "unused")
    assert (unused.answer == Answer.SEEN) is expected


def test_without_figures_everything_is_unknown_and_the_reasons_say_what_is_needed():
    findings = diagnose(Figures())
    assert {finding.answer for finding in findings} == {Answer.UNKNOWN}
    assert {signal.answer for finding in findings for signal in finding.signals} == {Answer.UNKNOWN}
    assert not any(finding.remedies for finding in findings)
    for finding in findings:
        assert finding.unknown == tuple(signal.title for signal in finding.signals)
    assert sentence(findings) == "Too little is known for a diagnosis yet."


@pytest.mark.parametrize(
    ("teams", "started", "answer"),
    [
        ((5, 6), ((4, 2), (4, 3)), Answer.NOT_SEEN),  # eight projects, six of them here
        ((5, 6), ((1, 1), (0, 0), (1, 1)), Answer.UNKNOWN),
        ((5, 6, 7), (), Answer.NOT_SEEN),
        ((), ((4, 4), (4, 3), (4, 2)), Answer.SEEN),
    ],
)
def test_what_is_not_known_is_never_good(teams, started, answer):
    assert answers(teams=teams, started=started)["adoption_failure"] == answer


def test_names_and_figures_stand_behind_the_word():
    months = [ActiveTeams(month(3), ("ads", "fraud", "maps")), *[ActiveTeams(month(n), ("ads",)) for n in (2, 1, 0)]]
    answered = (AnswerCount("GPUs", 3, ("fraud",)),)
    result = figures(active=months, teams=(), answers=answered, started=((4, 0), (4, 0), (4, 0)))
    result = result._replace(active=months, teams=Known(4, ("ads", "fraud", "maps", "vision")))
    adoption, bottleneck, _ = diagnose(result)
    share, trend, *_ = adoption.signals
    assert share.names == ("fraud", "maps", "vision")
    assert "1 of 4 teams ran a training in Oct 2026 (25%; threshold 50% in each of 3 months)" in share.because
    assert "below for 3 full months" in share.because
    assert trend.names == ("fraud (last in Jul 2026)", "maps (last in Jul 2026)")
    assert "from 3 in Jul 2026 to 1 in Oct 2026 (-67%): 3 → 1 → 1 → 1" in trend.because
    assert any("“GPUs” (3 answers)" in remedy for remedy in adoption.remedies)
    assert bottleneck.answer == Answer.NOT_SEEN


def test_slow_releases_questions_and_unused_use_cases_have_their_names():
    slow = signals(shipped=releases(y2025=[30, 31], y2026=[29, 40]))["release_weeks"]
    assert slow.names[0] == "y2026-1 (40 weeks)"
    assert "median of the 4 releases of the last two years took 30.5 weeks, threshold 13" in slow.because
    busy = CALM._replace(median_wait_hours=240.0, questions=(AnswerCount("How do I get a GPU?", 9),))
    assert signals(support=busy)["waiting"].names == ("How do I get a GPU? (9)",)
    built = [UseCase("Batch", True, True), UseCase("A/B", True, False, "ads"), UseCase("Stream", False, False)]
    assert signals(use_cases=built)["unused"].names == ("A/B (ads)",)


def test_one_sentence_says_what_is_seen_and_what_is_not_known():
    assert sentence(diagnose(figures(teams=(2,) * 10, shipped=releases(y2025=[30, 30])))) == (
        "These figures suggest an adoption problem and a bottleneck."
    )
    three = {"maturity": Maturity("Level 2", 2), "teams": (2,) * 10, "support": CALM._replace(open_now=90)}
    assert sentence(diagnose(figures(**three))).endswith(
        "suggest an adoption problem, a bottleneck and premature complexity."
    )
    assert "Not known: bottleneck" in sentence(diagnose(figures(shipped=[], support=None)))


COUNTS = st.lists(st.integers(0, 12), max_size=12)


@given(COUNTS, st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda p: (max(p), min(p))), max_size=11))
def test_every_seen_finding_has_a_remedy_and_no_other_has_one(counts, started):
    for finding in diagnose(figures(teams=counts, started=started)):
        assert bool(finding.remedies) == (finding.answer == Answer.SEEN)
        assert finding.because


@given(st.integers(0, 5), st.integers(6, 12))
def test_a_level_below_half_is_found_however_steady(count, months):
    assert "active_share" in seen(teams=(count,) * months)


@given(COUNTS.filter(lambda counts: len(counts) >= 3))
def test_a_month_with_every_team_is_neither_low_nor_falling(counts):
    assert not seen(teams=[*counts, 12]) & {"active_share", "active_trend"}


@given(st.lists(st.integers(13, 60), min_size=2, max_size=8))
def test_no_mix_of_slow_releases_is_well(weeks):
    assert "release_weeks" in seen(shipped=releases(y2026=weeks))
