"""The forms of assessments and levels."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.health.forms import LARGEST_FILE, BeginForm, CellForm, RubricForm
from platform_site.errors import Fault, Invalid, Refused

pytestmark = pytest.mark.django_db
BEGIN = {"organization": "exampleco", "assessed_on": "2026-11-02", "start": "file"}


def begin_from(text: str) -> BeginForm:
    return BeginForm(BEGIN, {"file": SimpleUploadedFile("c.csv", text.encode())})


def test_a_file_becomes_the_items_of_the_draft(organization):
    form = begin_from("capability,status\nlineage,partial\n")
    assert form.is_valid(), form.errors
    assert form.arguments()["items"] == ({"capability": "lineage", "status": "partial"},)
    assert form.arguments()["from_last"] is True


def test_a_start_from_the_catalogue_ignores_the_last_one(organization):
    form = BeginForm(BEGIN | {"start": "catalogue"})
    assert form.is_valid(), form.errors
    assert (form.arguments()["items"], form.arguments()["from_last"]) == ((), False)


def test_a_start_from_a_file_needs_one(organization):
    form = BeginForm(BEGIN)
    assert not form.is_valid()
    assert form.errors["file"] == ["Choose the file to start from."]


@pytest.mark.parametrize(("size", "too_large"), [(LARGEST_FILE, False), (LARGEST_FILE + 1, True)])
def test_a_file_is_read_up_to_its_limit(organization, size, too_large):
    header = "capability,notes\nlineage,"
    form = begin_from(header + "n" * (size - len(header)))
    assert form.is_valid() is not too_large
    assert ("at most 1,000,000 are allowed" in str(form.errors)) is too_large


def test_a_fault_in_a_row_names_the_row_counted_from_1():
    form = BeginForm()
    assert form.message_of(Fault("items.0.status", "invalid", "No.")) == "Row 1: No."
    assert form.message_of(Fault("assessed_on", "invalid", "No.")) == "No."


def test_a_refused_cell_remembers_the_refusal_and_a_fault_does_not():
    form = CellForm({"revision": 0, "status": "partial", "priority": "high"})
    assert form.is_valid(), form.errors

    def refuse(refusal):
        raise refusal

    assert form.act(refuse, Invalid([Fault("lineage.notes", "invalid", "Too long.")])) is None
    assert form.refusal is None
    assert form.act(refuse, Refused("capability_restated", "Somebody was faster.", detail={"revision": 2})) is None
    assert form.refusal.detail == {"revision": 2}
    assert form.non_field_errors() == ["Too long.", "Somebody was faster."]


def test_levels_are_read_one_per_line_with_the_first_that_requires_each(organization):
    fields = {
        "names": "1 = Stored\n\n2 = Traced = well\n",
        "reason": "Agreed.",
        "from_artifact_store": "1",
        "from_lineage": "2",
    }
    unused = {
        name: "0" for name in RubricForm(organization=organization, rubric=None).fields if name.startswith("from_")
    }
    form = RubricForm(unused | fields, organization=organization, rubric=None)
    assert form.is_valid(), form.errors
    assert form.arguments()["levels"] == (
        ("1", "Stored", ("artifact_store",)),
        ("2", "Traced = well", ("artifact_store", "lineage")),
    )
