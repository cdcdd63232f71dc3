"""What a file says about itself, and what has to be asked; nothing is guessed without a word."""

from __future__ import annotations

import pytest

from assessments.tickets.rules.rows import Reading
from assessments.tickets.rules.study import study
from platform_site.text.csv_files import Row

MAPPING = {
    "external_id": "id",
    "title": "title",
    "opened_at": "created",
    "resolved_at": "done",
    "effort_hours": "spent",
}
COLUMNS = ["id", "title", "created", "done", "spent", "colour"]
NOTHING = Reading()


def studied(*cells, columns=COLUMNS, file_format="csv", mapping=MAPPING, chosen=NOTHING, before=NOTHING):
    rows = [Row(line, {"created": "2026-01-05 09:00Z"} | row) for line, row in enumerate(cells, start=2)]
    return study(rows, columns, mapping, file_format, chosen=chosen, before=before)


def test_a_plain_file_asks_nothing_and_names_what_nothing_uses():
    result = studied({"created": "2026-01-05T09:00Z"})
    assert (result.reading, result.questions, result.notes) == (Reading("", "UTC"), [], [])
    assert result.unused == ["colour"]


@pytest.mark.parametrize(
    ("dates", "chosen", "before", "expected", "questions"),
    [
        (["02/03/2026"], "", "", "", ["date_format"]),
        (["02/03/2026"], "month_first", "", "month_first", []),
        (["02/03/2026"], "", "day_first", "day_first", []),
        (["02/03/2026", "18/03/2026"], "", "month_first", "day_first", []),  # the file itself says it
        (["18/03/2026", "03/18/2026"], "", "", "", ["date_format"]),
        (["18/03/2026", "03/18/2026"], "day_first", "", "day_first", []),
        (["09/18/2026 02:00"] * 3, "", "", "month_first", []),
    ],
)
def test_the_order_is_chosen_or_shown_or_asked(dates, chosen, before, expected, questions):
    rows = [{"created": date} for date in dates]
    result = studied(*rows, chosen=Reading(date_format=chosen), before=Reading(date_format=before))
    assert (result.reading.date_format, [field for field, _ in result.questions]) == (expected, questions)


@pytest.mark.parametrize(
    ("column", "cell", "fields", "unit", "questions"),
    [
        ("spent", "2.5", {}, "", ["effort_unit"]),
        ("spent", "2h", {}, "", []),
        ("Hours spent", "2.5", {}, "hours", []),
        ("Effort (min)", "90", {}, "minutes", []),
        ("spent", "2.5", {"chosen": Reading(effort_unit="hours")}, "hours", []),
        ("spent", "2.5", {"before": Reading(effort_unit="minutes")}, "minutes", []),
        ("Time Spent", "5400", {"file_format": "jira"}, "seconds", []),
        ("Time Spent", "5400", {"columns": ["Issue ID", "URL", "Author Username", "Time Spent"]}, "seconds", []),
    ],
)
def test_the_unit_is_said_or_named_or_the_trackers_or_asked(column, cell, fields, unit, questions):
    result = studied({column: cell}, mapping=MAPPING | {"effort_hours": column}, **fields)
    assert (result.reading.effort_unit, [field for field, _ in result.questions]) == (unit, questions)


def test_times_without_a_zone_are_said():
    assert studied({"created": "2026-01-05 09:00"}).notes == [
        "Times that name no time zone, such as '2026-01-05 09:00', are read as UTC."
    ]
    berlin = studied({"created": "2026-01-05 09:00"}, before=Reading(time_zone="Europe/Berlin"))
    assert "read as Europe/Berlin" in berlin.notes[0]
    assert berlin.reading.time_zone == "Europe/Berlin"
    assert studied({"created": "2026-01-05"}).notes == []


def test_a_repository_is_asked_once_for_all_issues():
    from assessments.tickets.rules.issues import NO_REPOSITORY

    rows = [Row(line, {}, NO_REPOSITORY) for line in (1, 2)]
    result = study(rows, [], {}, "github", chosen=NOTHING, before=NOTHING)
    assert result.questions[0][0] == "repository"
    assert result.questions[0][1].startswith("2 issues do not say of which repository. Say it for the whole file")
