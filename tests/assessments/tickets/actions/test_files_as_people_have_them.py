"""The files that people have: each becomes the right tickets, or a question; never something else without a word."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assessments.models import Ticket
from assessments.tickets.actions import import_runs
from assessments.tickets.actions.imports import confirm_import, offer_import
from assessments.tickets.queries.imports import preview
from assessments.tickets.queries.triage import triage_of
from assessments.tickets.rules.rows import Reading
from platform_site.errors import Invalid

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
FILES = Path(__file__).parents[3] / "data" / "tickets"


def stored(lea, name, file_format="csv", source="desk", content=None, good_rows_only=False, **reading):
    content = (FILES / name).read_bytes() if content is None else content
    offered = offer_import(
        source=source, file_format=file_format, filename=name, content=content, reading=Reading(**reading),
        to_store=True, actor=lea,
    )  # fmt: skip
    confirm_import(offered, good_rows_only=good_rows_only, actor=lea)
    import_runs.execute(offered.pk)
    offered.refresh_from_db()
    return offered


def tickets(*fields):
    return list(Ticket.objects.order_by("external_id").values_list("external_id", *fields))


def test_pages_glued_together_are_all_read(lea):
    imported = stored(lea, "t1.json", "github")
    assert (imported.state, imported.created_count) == ("finished", 4)
    assert tickets() == [(f"acme/platform#{number}",) for number in range(1, 5)]


def test_half_of_a_character_becomes_the_mark_for_it(lea):
    assert stored(lea, "t2.json", "github").state == "finished"
    assert tickets("title") == [("acme/platform#1", "\ufffd broken")]


def test_what_gh_lists_is_read_with_its_labels(lea):
    stored(lea, "t3.json", "github")
    assert tickets("requester", "labels", "type", "resolved_at") == [
        (f"acme/platform#{number}", "u1", "bug", "bug", datetime(2024, 2, 4, 10, tzinfo=UTC)) for number in (1, 2)
    ]


def test_a_long_body_is_cut_and_counted(lea):
    imported = stored(lea, "t4.json", "github")
    assert (imported.created_count, imported.cut_count, len(Ticket.objects.get().body)) == (1, 1, 20_000)


@pytest.mark.parametrize("file_format", ["csv", "jira"])
def test_dates_of_jiras_in_other_languages_are_read(lea, file_format):
    imported = stored(lea, "t5.csv", file_format, time_zone="Europe/Berlin")
    assert imported.created_count == 4
    afternoon = datetime(2024, 2, 3, 13, 15, tzinfo=UTC)
    assert tickets("opened_at") == [
        ("OPS-1", afternoon), ("OPS-2", afternoon.replace(hour=14)), ("OPS-3", afternoon.replace(second=33)),
        ("OPS-4", afternoon),
    ]  # fmt: skip


def test_resolved_that_day_is_not_before_it_was_opened(lea):
    assert stored(lea, "t6.csv").state == "finished"
    assert tickets("resolved_at") == [("1", datetime(2024, 2, 3, 14, 15, tzinfo=UTC))]


def test_a_moment_that_stands_for_never_is_a_bad_row_and_costs_nothing(lea):
    imported = stored(lea, "t7.csv", good_rows_only=True)
    assert (imported.created_count, imported.bad_count) == (0, 1)
    assert "in the future. Leave it empty while the ticket is open." in imported.bad_rows[0][2][0]
    window = {"start": datetime(2024, 1, 1, tzinfo=UTC), "end": datetime(2025, 1, 1, tzinfo=UTC)}
    assert triage_of(None, **window).total == 0


def test_zendesks_columns_are_known(lea):
    imported = stored(lea, "t8.csv")
    assert (imported.unused_columns, imported.notes[0]) == ([], "The columns are those of Zendesk.")
    assert tickets("team", "resolved_at") == [("77", "ML support", datetime(2024, 2, 4, 14, 15, tzinfo=UTC))]


def test_the_unit_of_the_effort_is_asked_and_remembered(lea):
    with pytest.raises(Invalid) as refused:
        stored(lea, "t9.csv")
    assert [fault.field for fault in refused.value.faults] == ["effort_unit"]
    stored(lea, "t9.csv", effort_unit="hours")
    assert tickets("effort_hours") == [("1", 2.5)]
    again = stored(lea, "t9.csv")
    assert (again.effort_unit, again.changed_count) == ("hours", 1)
    assert "as in the last file of this source" in again.notes[-1]


def test_two_repositories_never_share_an_id(lea):
    with pytest.raises(Invalid, match="as owner/name") as refused:
        stored(lea, "t10_first.json", "github")
    assert [fault.field for fault in refused.value.faults] == ["repository"]
    stored(lea, "t10_first.json", "github", repository="acme/p")
    with pytest.raises(Invalid, match="as owner/name"):  # it is not the one of the file before
        stored(lea, "t10_second.json", "github")
    stored(lea, "t10_second.json", "github", repository="acme/q")
    assert tickets("title") == [("acme/p#1", "from repository p"), ("acme/q#1", "from repository q")]


US = "id,title,created\n" + "".join(f"{day},t,09/{day}/2026 02:00\n" for day in range(1, 31))


def test_american_dates_are_read_where_one_of_them_shows_it(lea):
    imported = stored(lea, "us.csv", content=US.encode())
    assert (imported.created_count, imported.date_format) == (30, "month_first")
    assert imported.notes[0] == "Dates have the month first, as '09/13/2026 02:00' shows."
    assert Ticket.objects.get(external_id="2").opened_at == datetime(2026, 9, 2, 2, tzinfo=UTC)


def test_a_date_with_two_readings_is_asked_and_remembered(lea):
    content = b"id,title,created\n1,t,02/03/2026\n"
    with pytest.raises(Invalid) as refused:
        stored(lea, "x.csv", content=content)
    assert [fault.field for fault in refused.value.faults] == ["date_format"]
    for _ in range(2):
        stored(lea, "x.csv", content=content, **({} if Ticket.objects.exists() else {"date_format": "day_first"}))
        assert Ticket.objects.get().opened_at.date().isoformat() == "2026-03-02"
    assert stored(lea, "x.csv", content=content, source="other", date_format="month_first").state == "finished"


def test_every_question_is_asked_at_once(lea):
    content = b"id,title,created,time spent\n1,t,02/03/2026,2.5\n"
    with pytest.raises(Invalid) as refused:
        stored(lea, "x.csv", content=content)
    assert [fault.field for fault in refused.value.faults] == ["date_format", "effort_unit"]
    with pytest.raises(Invalid) as refused:
        stored(lea, "x.csv", content=content, date_format="dd", effort_unit="years", time_zone="Mars")
    assert [fault.field for fault in refused.value.faults] == ["date_format", "effort_unit", "time_zone"]


def test_a_preview_asks_and_reads_nothing_until_it_is_answered(lea):
    content = b"id,title,created\n1,t,02/03/2026\n"
    offered = offer_import(source="desk", file_format="csv", filename="x", content=content, actor=lea)
    shown = preview(offered)
    assert (shown.rows, "two readings" in shown.fault, shown.begins[0]) == (0, True, ["id", "1"])
    with pytest.raises(Invalid, match="two readings"):
        confirm_import(offered, actor=lea)


def test_one_fault_in_five_hundred_rows_is_one_line_of_the_preview(lea):
    content = "id,title,created\n" + "".join(f"{n},,2026-11-02\n" for n in range(500))
    shown = preview(offer_import(source="d", file_format="csv", filename="x", content=content.encode(), actor=lea))
    assert shown.bad_reasons == [("title is empty.", 500, [2, 3, 4, 5, 6])]


def test_labels_and_types_of_the_tracker_are_evidence_and_stay(lea):
    content = b"Issue key,Issue id,Summary,Issue Type,Labels,Labels,Created\nA-1,1,Nightly job,Bug,gpu,eu,2026-11-02\n"
    stored(lea, "x.csv", content=content)
    assert tickets("type", "labels", "typed_by", "confidence") == [("A-1", "bug", "Bug, gpu, eu", "rule", 0.85)]
    stored(lea, "x.csv", content=b"Issue key,Summary,Created\nA-1,Nightly job,2026-11-02\n", source="desk")
    assert tickets("type", "labels", "confidence") == [("A-1", "bug", "Bug, gpu, eu", 0.85)]


def test_a_file_that_breaks_off_is_refused_before_anything_is_stored(lea):
    with pytest.raises(Invalid, match="breaks off after issue 1"):
        stored(lea, "x.json", "github", content=b'[{"number": 1, "title": "t"}')


def test_a_column_that_came_later_joins_the_remembered_mapping(lea):
    stored(lea, "x.csv", content=b"id,title,created,colour\n1,t,2026-11-02,red\n")
    again = stored(lea, "x.csv", content=b"id,title,created,colour,Hours spent\n1,t,2026-11-02,red,2\n")
    assert again.unused_columns == ["colour"]
    assert Ticket.objects.get().effort_hours == 2
