"""Names that the registry gives to what was read, and each name once."""

from __future__ import annotations

import pytest

from registry.imports.rules.candidates import (
    Candidate,
    Extract,
    Fault,
    Unmapped,
    Unreadable,
    canonical,
    unique_by_name,
    unnamed,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Orders", "orders"), ("a--b..c", "a_b_c"), ("_a_", "a"), ("9lives", ""), ("", ""), ("___", ""),
        ("x" * 128, "x" * 128), ("x" * 129, ""),
    ],
)  # fmt: skip
def test_a_name_is_lower_case_and_begins_with_a_letter(text, name):
    assert canonical(text) == name


def test_the_first_of_a_name_stays_and_the_same_name_of_another_kind_too():
    first, second, other = (
        Candidate("model", "a", "A", {}),
        Candidate("model", "a", "a!", {}),
        Candidate("feature", "a", "a", {}),
    )
    candidates, duplicates = unique_by_name([first, second, other, first])
    assert candidates == [first, other]
    assert duplicates == [Unmapped("model", "a!", "It would have the same name as A, a. Rename one of them.")]


def test_an_extract_is_stored_under_the_keys_that_a_plan_reads():
    stored = Extract("shop", (Candidate("model", "a", "A", {}),), (unnamed("model", "9"),)).as_dict()
    assert [Candidate(**fields).name for fields in stored["wanted"]] == ["a"]
    assert [Unmapped(**fields).external_id for fields in stored["unmapped"]] == ["9"]


def test_a_document_that_cannot_be_read_says_all_that_is_wrong_with_it():
    unreadable = Unreadable([Fault("a", "type", "a is not a list."), Fault("b", "missing", "b is missing.")])
    assert str(unreadable) == "a is not a list. b is missing."
    assert [fault.field for fault in unreadable.faults] == ["a", "b"]
