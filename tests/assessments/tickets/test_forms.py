"""The forms of the tickets' pages: defaults for what is missing or invalid, limits at their edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from assessments.models import Ticket, TicketImport
from assessments.tickets import forms
from assessments.tickets.forms import ImportForm, MappingForm, SimulatorForm, TicketFilter, TriageForm

OPENED = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(("size", "valid"), [(9, True), (10, True), (11, False)])
def test_a_file_is_refused_by_its_size_with_the_limit(monkeypatch, size, valid):
    monkeypatch.setattr(forms, "LARGEST_BYTES", 10)
    file = SimpleUploadedFile("desk.csv", b"x" * size)
    form = ImportForm({"format": "csv", "source": "desk"}, {"file": file})
    assert form.is_valid() is valid
    if valid:
        assert form.arguments() == {
            "source": "desk", "file_format": "csv", "filename": "desk.csv", "content": b"x" * size,
        }  # fmt: skip
    else:
        assert form.errors["file"] == ["The file has 11 bytes; at most 10 are read. Split it and send the parts."]


def test_a_mapping_offers_the_columns_and_needs_three_fields():
    form = MappingForm({"title": "B"}, offered=TicketImport(mapping={"title": "A"}), columns=["A", "B"])
    assert form.fields["team"].choices == [("", "not in the file"), ("A", "A"), ("B", "B")]
    assert form["title"].initial == "A"
    assert set(form.errors) == {"external_id", "opened_at"}


def test_the_window_of_a_triage_ends_after_its_last_day():
    form = TriageForm({"weeks": "4", "to": "2026-11-02", "team": "ads", "on_platform": "no"}, teams=["", "ads"])
    end = datetime(2026, 11, 3, tzinfo=UTC)
    assert form.selection() == {"start": end - timedelta(weeks=4), "end": end, "team": "ads", "on_platform": False}
    assert form.fields["team"].choices == [("", "all"), ("ads", "ads")]


def test_what_is_not_valid_is_left_at_its_default_and_said():
    form = TriageForm({"weeks": "5", "to": "soon", "team": "nobody"}, teams=["ads"])
    selection = form.selection()
    assert selection["end"] - selection["start"] == timedelta(weeks=4)
    assert (selection["team"], selection["on_platform"]) == (None, None)
    assert set(form.errors) == {"weeks", "to", "team"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "ids"),
    [({}, "123"), ({"q": "log"}, "1"), ({"q": "3"}, "3"), ({"type": "bug"}, "2"), ({"type": "untagged"}, "3"),
     ({"team": "ads"}, "13"), ({"open": "on"}, "23"), ({"team": "ads", "open": "on"}, "3"), ({"type": "x"}, "123")],
)  # fmt: skip
def test_tickets_are_filtered(query, ids):
    rows = [
        {"external_id": "1", "title": "Log in", "type": "how_to", "team": "ads", "resolved_at": OPENED},
        {"external_id": "2", "title": "Crash", "type": "bug", "team": "ml"},
        {"external_id": "3", "title": "Odd", "type": "", "team": "ads"},
    ]
    Ticket.objects.bulk_create(Ticket(source="s", opened_at=OPENED, **row) for row in rows)
    tickets = TicketFilter(query, teams=["ads", "ml"]).filtered(Ticket.objects.order_by("external_id"))
    assert "".join(tickets.values_list("external_id", flat=True)) == ids


def test_a_cut_is_a_percentage_and_what_is_not_valid_cuts_nothing():
    form = SimulatorForm(QueryDict("access=80&bug=101&weeks=26"))
    assert form.reductions() == {"access": 0.8, "how_to": 0, "feature_request": 0, "bug": 0, "other": 0}
    assert set(form.errors) == {"bug"}
    window = form.window()
    assert window["end"] - window["start"] == timedelta(weeks=26)


def test_a_slider_ends_at_its_ceiling_and_a_cut_beyond_counts_as_the_ceiling():
    form = SimulatorForm(QueryDict("access=100&bug=60&ceiling_bug=60&ceiling_other=x"))
    assert (form.reductions()["access"], form.reductions()["bug"]) == (0.9, 0.6)
    assert [field.field.widget.attrs["max"] for field in form.levers[:5]] == [90, 80, 50, 60, 20]
    assert form.ceilings() == {"access": 0.9, "how_to": 0.8, "feature_request": 0.5, "bug": 0.6, "other": 0.2}
    assert set(form.errors) == {"ceiling_other"}
    window = form.window()
    assert window["end"] - window["start"] == timedelta(weeks=4)
