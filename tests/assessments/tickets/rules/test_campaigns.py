"""The rules of a labelling campaign: its period, who labelled, what the few types make, and the file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from assessments.tickets.rules.campaigns import (
    Credit,
    Labels,
    Typed,
    as_markdown,
    credit,
    days_left,
    few_of,
    period_faults,
    report,
)
from assessments.tickets.rules.halving import HOURS, TICKETS
from assessments.tickets.rules.triage import Pareto, ParetoLine

TODAY = date(2026, 11, 30)
NO_LABELS = Labels({}, 0, 0)
BY_ADA = Typed("bug", "person", "ada", "access")


def pareto(*shares, counted_in=HOURS):
    names = ["access", "bug", "how_to", "other", "feature_request"]
    return Pareto(counted_in, [ParetoLine(name, 10.0, share) for name, share in zip(names, shares, strict=False)])


@pytest.mark.parametrize(("start", "end", "fields"), [
    (TODAY, date(2026, 12, 28), []),
    (date(2026, 12, 1), date(2026, 12, 28), ["starts_on"]),
    (TODAY, TODAY, ["ends_on"]),
    (date(2026, 10, 1), date(2026, 11, 29), ["ends_on"]),
    (TODAY, date(2027, 6, 1), ["ends_on"]),
    (date(2026, 12, 2), date(2026, 12, 1), ["starts_on", "ends_on"]),
])  # fmt: skip
def test_a_period_begins_now_or_before_and_ends_later(start, end, fields):
    assert [field for field, _ in period_faults(start, end, TODAY)] == fields


@pytest.mark.parametrize(("before", "kind", "typed_by", "by", "credited"), [
    (Typed("bug", "rule"), "access", "person", "ada", Credit("ada", "bug")),
    (Typed("bug", "model"), "bug", "person", "ada", Credit("ada", "bug")),
    (Typed(), "bug", "person", "ada", Credit("ada", "")),
    (Typed(), "bug", "person", "", Credit("", "")),  # with a file
    (BY_ADA, "access", "person", "cora", Credit("cora", "access")),
    (BY_ADA, "bug", "person", "cora", Credit("ada", "access")),  # only its title was changed
    (BY_ADA, "other", "person", "", Credit("", "access")),  # a file has another type
    (BY_ADA, "access", "rule", "", Credit("", "")),  # the label was removed
    (Typed("bug", "rule"), "access", "rule", "cora", Credit("", "")),
])  # fmt: skip
def test_a_label_is_credited_to_who_chose_it_last_and_keeps_what_was_suggested_first(
    before, kind, typed_by, by, credited
):
    assert credit(before, kind, typed_by, by) == credited


@pytest.mark.parametrize(("shares", "names", "sentence"), [
    ((0.5, 0.85, 1.0), ["access", "bug"], "Access and Bug make 85.0% of the hours."),
    ((0.9, 1.0), ["access"], "Access makes 90.0% of the hours."),
    ((0.3, 0.5, 0.7, 0.9, 1.0), ["access", "bug", "how_to"],
     "No 3 types make 80% of the hours: the largest, Access, Bug and How to, make 70.0%."),
    ((), [], "No ticket of this time has a type yet, so it is not known where the hours go."),
])  # fmt: skip
def test_at_most_three_types_are_named(shares, names, sentence):
    assert [kind for kind, *_ in few_of(pareto(*shares))] == names
    assert report((3, 1), NO_LABELS, [], pareto(*shares), 0).types_sentence == sentence


def test_without_hours_it_counts_tickets_and_says_so():
    result = report((2, 1), NO_LABELS, [], pareto(0.9, 1.0, counted_in=TICKETS), 1)
    assert result.types_sentence == "Access makes 90.0% of the tickets (no hours are recorded)."
    assert result.automatic_sentence == "This counts 1 ticket by a suggested type that nobody has confirmed."


def test_an_empty_campaign_has_no_figures():
    result = report((0, 0), NO_LABELS, ["ada"], pareto(), 0)
    assert (result.complete, result.reached, result.by_person) == (False, False, [("ada", 0)])
    assert result.labels_sentence == "No ticket was opened in this time."
    assert result.suggestions_sentence == "None of the labelled tickets had a suggested type before."


def test_days_left_count_today():
    assert [days_left(TODAY, day) for day in (date(2026, 11, 29), TODAY, date(2026, 12, 1))] == [2, 1, 0]


def test_the_file_has_every_figure_and_no_markup_of_others():
    at = datetime(2026, 11, 30, 9, 15, tzinfo=UTC)
    campaign = SimpleNamespace(
        organization=SimpleNamespace(name="Example <b>Co</b>"), starts_on=TODAY, ends_on=date(2026, 12, 28),
        started_by="lea", started_at=at, ended_by="lea", ended_at=at,
    )  # fmt: skip
    labels = Labels({"ada|x": 1, "cora": 1}, suggested=2, right=1)
    text = as_markdown(campaign, report((4, 3), labels, ["ada|x"], pareto(0.5, 0.85, 1.0), 1))
    assert text.startswith("# Labelling campaign of Example &lt;b\\>Co&lt;/b\\>\n")
    for line in ("3 of 4 tickets are labelled by a person.", "| ada\\|x | 1 |", "| with an import | 1 |",
                 "| Bug | 10 | 85.0% |", "Of 2 labelled tickets with a suggested type, it was right for 1 (50.0%).",
                 "- Ended by lea, 2026-11-30 09:15 UTC"):  # fmt: skip
        assert line in text.splitlines()
