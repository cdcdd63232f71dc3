"""What a review says, from values alone."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.health.rules.evidence import Coverage, Measurement, compare, unmeasured
from assessments.health.rules.maturity import Level
from assessments.health.rules.scoring import Item, health_score
from assessments.organizations.rules.catalogue import Status
from assessments.review.rules import sections
from assessments.review.rules.document import document_of
from assessments.review.rules.moves import EvidenceMove, Stand, evidence_moves, moves
from assessments.review.rules.sections import DAY, NUMBER, POINTS, Column, Load, Loads, Period, Row, Section
from platform_site.text.documents import as_markdown

AUGUST, NOVEMBER = date(2026, 8, 3), date(2026, 11, 2)
PERIOD = Period(AUGUST, date(2026, 11, 30))
LEVELS = (Level("1", "One", ("a",)), Level("2", "Two", ("a", "b")), Level("3", "Three", ("a", "b", "c")))


def stand(day=AUGUST, levels=LEVELS, **statuses) -> Stand:
    return Stand(day, [Item(name, "", status) for name, status in statuses.items()], levels)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": "implemented"}, {"a": "implemented"}, []),
        ({"a": "missing", "b": "missing"}, {"a": "partial", "b": "missing"}, [("A", "missing", "partial", 0.0, "")]),
        (
            {"a": "missing", "b": "missing"},
            {"a": "implemented", "b": "implemented"},
            [("A", "missing", "implemented", 50.0, "One"), ("B", "missing", "implemented", 50.0, "Two")],
        ),
        (
            {"a": "implemented", "b": "implemented"},
            {"a": "implemented", "b": "partial"},
            [("B", "implemented", "partial", -50.0, "Two")],
        ),
        ({"a": "implemented"}, {"a": "implemented", "d": "missing"}, [("D", None, "missing", -50.0, "")]),
        ({"a": "implemented", "d": "missing"}, {"a": "implemented"}, [("D", "missing", None, 50.0, "")]),
        # What is not applicable without a reason counts as missing, as in the score.
        ({"a": "missing"}, {"a": "not_applicable"}, []),
    ],
    ids=str,
)
def test_what_moved_the_score_and_the_level(before, after, expected):
    assert [tuple(move) for move in moves(stand(**before), stand(NOVEMBER, **after))] == expected


def test_the_points_of_all_moves_add_up_to_the_difference_of_the_scores():
    before = stand(a="missing", b="implemented", c="partial", d="missing", e="implemented", f="missing", g="missing")
    after = stand(a="implemented", b="missing", c="implemented", d="implemented", e="implemented", h="implemented")
    points = [move.points for move in moves(before, after)]
    assert round(sum(points), 1) == round(health_score(after.items) - health_score(before.items), 1)
    assert len(points) == 7


def test_a_level_judged_by_another_rubric_is_credited_to_nobody():
    other = (Level("9", "Nine", ("a",)),)
    [move] = moves(stand(a="missing"), stand(a="implemented", levels=other))
    assert (move.points, move.level) == (100.0, "")
    section = sections.score_and_level(
        stand(a="missing"), stand(NOVEMBER, a="implemented", levels=other), [move], PERIOD
    )
    assert "judged by another rubric now: Nine" in section.sentence


def evidence(name, having, total):
    if not total:
        return unmeasured(name, Status.MISSING)
    return compare(name, Status.PARTIAL, Measurement(having, total, "model versions", Coverage(9, 9)))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((3, 40), (20, 40), ("3 of 40 model versions", "20 of 40 model versions", "gained")),
        ((3, 4), (3, 5), ("3 of 4 model versions", "3 of 5 model versions", "lost")),
        ((1, 2), (2, 4), None),
        ((0, 0), (1, 3), ("not measured", "1 of 3 model versions", "gained")),
        ((0, 0), (0, 3), None),
        ((2, 3), (0, 0), ("2 of 3 model versions", "not measured", "lost")),
        ((0, 3), (0, 0), None),
        ((0, 0), (0, 0), None),
    ],
    ids=str,
)
def test_evidence_gained_and_lost(before, after, expected):
    moved = evidence_moves([evidence("lineage", *before)], [evidence("lineage", *after)], {"lineage": "Lineage of all"})
    assert moved == ([EvidenceMove("Lineage of all", *expected)] if expected else [])


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (None, None, "No assessment is published yet, so there is no score and no level."),
        (None, stand(NOVEMBER, a="implemented"),
         "No assessment is from 3 Aug 2026 or earlier to compare with that of 2 Nov 2026: 100%, One."),
        (stand(a="implemented"), stand(a="implemented"),
         "No assessment was published since 3 Aug 2026: the last is of 3 Aug 2026, 100%, One."),
        (stand(a="missing"), stand(NOVEMBER, a="implemented"),
         "The score went from 0% to 100%, the level from Level 0 — Ad hoc to One."),
        (stand(a="missing"), stand(NOVEMBER, a="partial"), "The score stayed at 0%; the level stayed Level 0 — Ad hoc."),
    ],
    ids=str,
)  # fmt: skip
def test_the_sentence_of_the_score_is_built_from_both_assessments(before, after, sentence):
    assert sections.score_and_level(before, after, [], PERIOD).sentence == sentence


LINE = {"tickets_before": 10, "tickets_planned": 5, "tickets_since": 6, "hours_planned": 1, "hours_since": 2}
EMPTY = [
    (sections.evidence(None, None, []), "There are not two assessments whose stored evidence could be compared."),
    (
        sections.evidence(stand(), stand(NOVEMBER), []),
        "Nothing was measured when the assessments of 3 Aug 2026 and 2 Nov 2026 were published.",
    ),
    (
        sections.evidence(stand(), stand(NOVEMBER), [], 4),
        "No share moved between the assessments of 3 Aug 2026 and 2 Nov 2026; 4 capabilities are measured.",
    ),
    (sections.initiatives([], PERIOD), "No initiative was done since 3 Aug 2026, and none has a due date."),
    (
        sections.initiatives([], PERIOD, undated=2),
        "No initiative was done since 3 Aug 2026. 2 open initiatives have no due date.",
    ),
    (sections.incidents([], [], PERIOD), "No postmortem was published since 3 Aug 2026."),
    (
        sections.tickets([], None, Loads(Load(0, None), Load(0, None), AUGUST), PERIOD),
        "No ticket was opened since 3 Aug 2026. No plan for the tickets is stored.",
    ),
    (
        sections.tickets([], None, Loads(None, None, AUGUST), PERIOD),
        "It is less than a week since 3 Aug 2026: too short for a load. No plan for the tickets is stored.",
    ),
    (
        sections.tickets([], None, Loads(Load(2, None), None, AUGUST), PERIOD),
        "2 tickets a week (no hours recorded) since 3 Aug 2026; there is no full week of tickets before to compare "
        "with. No plan for the tickets is stored.",
    ),
    (
        sections.teams([], AUGUST, known=False),
        "No training run from before August 2026 is on record, so nobody can be won or lost.",
    ),
    (sections.teams([], AUGUST, known=True), "No team was won or lost since August 2026."),
    (sections.releases([], PERIOD), "Nothing was released since 3 Aug 2026."),
    (sections.blocked([], 0), "No model version is in production here, so no gate was compared."),
    (sections.blocked([], 3), "None of 3 production model versions is blocked now."),
    (sections.overrides([], 0, PERIOD), "No gate was asked since 3 Aug 2026."),
    (sections.overrides([], 12, PERIOD), "None of 12 gate decisions since 3 Aug 2026 rests on an override."),
    (
        sections.tickets([], None, Loads(Load(2, 4.0, 1.5), None, AUGUST, date(2026, 8, 20)), PERIOD),
        "2 tickets and 4 engineering hours (1.5 of them estimated) a week since 20 Aug 2026, when the first ticket on "
        "record was opened. No plan for the tickets is stored.",
    ),
]


@pytest.mark.parametrize(("section", "sentence"), EMPTY, ids=lambda value: getattr(value, "name", ""))
def test_an_empty_section_says_what_is_not_there(section, sentence):
    assert (section.sentence, list(section.rows)) == (sentence, [])


def test_a_full_section_counts_and_names():
    moved = [EvidenceMove("A", "1 of 3", "2 of 3", "gained"), EvidenceMove("B", "2 of 2", "1 of 2", "lost")]
    assert sections.evidence(stand(), stand(NOVEMBER), moved).sentence == "Gained: A. Lost: B."
    work = [
        Row({"owner": owner, "title": "x", "progress": progress, "due_on": due})
        for owner, progress, due in (("", "due", NOVEMBER), ("Ads", "overdue", NOVEMBER), ("Ads", "done", AUGUST))
    ]
    by_owner = sections.initiatives(work, PERIOD)
    assert by_owner.sentence == "Ads: 1 done, 1 overdue. Without an owner: 1 due."
    assert [row.values["progress"] for row in by_owner.rows] == ["done", "overdue", "due"]
    line = Row({"type": "access", "as_planned": "as_planned", **LINE})
    loads = Loads(Load(6, 8), Load(10, 20), date(2026, 6, 1))
    assert sections.tickets([line], AUGUST, loads, PERIOD).sentence == (
        "6 tickets and 8 engineering hours a week since 3 Aug 2026; before, from 1 Jun 2026 on: 10 tickets and 20 "
        "engineering hours a week. Of the plan of 3 Aug 2026, 1 of 1 type came as planned."
    )
    early = Row({"type": "access", "as_planned": "too_early", **LINE})
    assert sections.tickets([early], AUGUST, loads, PERIOD).sentence.endswith(
        "The plan of 3 Aug 2026 is less than a week old: too early to compare."
    )
    teams = [Row({"team": "maps", "change": "won", "month": NOVEMBER})]
    assert sections.teams(teams, AUGUST, known=True).sentence.endswith("Won: maps.")
    shipped = [Row({"name": str(weeks), "released_on": NOVEMBER, "weeks": weeks}) for weeks in (2.0, 4.0)]
    assert sections.releases(shipped, PERIOD).sentence == "2 releases since 3 Aug 2026, with a median of 3 weeks."
    version = Row({"model": "demand", "version": "v1"})
    assert sections.blocked([version], 0).sentence == "1 production model version blocked: demand v1."
    assert (
        sections.overrides([version, version], 0, PERIOD).sentence
        == "2 overrides opened a gate since 3 Aug 2026: demand v1."
    )


def test_a_sentence_names_five_owners():
    rows = [Row({"owner": name, "title": "x", "progress": "due", "due_on": NOVEMBER}) for name in "abcdefg"]
    assert (
        sections.initiatives(rows, PERIOD).sentence
        == "a: 1 due. b: 1 due. c: 1 due. d: 1 due. e: 1 due. And 2 more owners."
    )


def test_markdown_has_each_cell_as_text():
    columns = (Column("name", "Name"), Column("day", "Day", DAY), Column("n", "N", NUMBER), Column("p", "P", POINTS))
    row = Row({"name": "a|b <i>", "day": NOVEMBER, "n": None, "p": -5.88})
    text = as_markdown(document_of("Example_Co", PERIOD, [Section("x", "X", "Two *stars*.", columns, [row])]))
    assert text.endswith(
        "| Name | Day | N | P |\n| --- | --- | ---: | ---: |\n| a\\|b &lt;i\\> | 2 Nov 2026 | – | -5.9 |\n"
    )
    assert "# Example\\_Co: review" in text
    assert "Two \\*stars\\*." in text
