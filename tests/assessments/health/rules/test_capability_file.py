"""Files of capabilities: CSV and JSON, every bad row at its line."""

from __future__ import annotations

import json

import pytest

from assessments.health.rules.capability_file import MOST_ROWS, read_capability_file


def rows(count: int) -> list[dict[str, str]]:
    return [{"capability": f"c{number}", "status": "partial"} for number in range(count)]


def as_csv(count: int) -> str:
    return "capability,status\n" + "".join(f"{row['capability']},partial\n" for row in rows(count))


@pytest.mark.parametrize("text", [as_csv(MOST_ROWS), json.dumps(rows(MOST_ROWS))], ids=["csv", "json"])
def test_as_many_rows_as_allowed_are_read(text):
    content = read_capability_file(text)
    assert (len(content.items), content.faults) == (MOST_ROWS, ())


@pytest.mark.parametrize("text", [as_csv(MOST_ROWS + 1), json.dumps(rows(MOST_ROWS + 1))], ids=["csv", "json"])
def test_one_row_more_is_refused_with_both_numbers(text):
    content = read_capability_file(text)
    assert content.items == ()
    assert content.faults == ("The file has 1,001 rows; at most 1,000 are allowed.",)


def test_empty_cells_and_unknown_columns_are_left_out():
    content = read_capability_file("\ufeffcapability,status,colour\nlineage,,red\naudit_log, partial ,\n")
    assert content.items == ({"capability": "lineage"}, {"capability": "audit_log", "status": "partial"})


def test_json_is_a_list_or_an_object_with_items_and_nulls_are_left_out():
    item = {"capability": "lineage", "status": None, "notes": "n"}
    expected = ({"capability": "lineage", "notes": "n"},)
    assert read_capability_file(json.dumps([item])).items == expected
    assert read_capability_file(json.dumps({"items": [item]})).items == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "first line must name the columns"),
        ("status\npartial\n", "first line must name the columns"),
        ("capability,status\n", "The file has no rows."),
        ("[]", "The file has no rows."),
        ("[1]", "must be a list of objects"),
        ('{"items": 3}', "must be a list of objects"),
        ("[" * 100_000, "neither a CSV table nor a JSON list"),
    ],
)
def test_what_cannot_be_read_says_why(text, fault):
    content = read_capability_file(text)
    assert content.items == ()
    assert fault in content.faults[0]


def test_a_bad_item_of_json_is_named_by_its_number():
    rows = [{"capability": "lineage", "status": "half"}, {"capability": "audit_log", "status": "partial"}]
    assert [fault.partition(":")[0] for fault in read_capability_file(json.dumps(rows)).faults] == ["Item 1"]


def test_every_bad_row_is_named_with_its_line():
    text = "capability,status,priority\nlineage,half,\n,partial,\nlineage,partial,urgent\n"
    assert read_capability_file(text).faults == (
        "Line 2: half is not a status. Choose implemented, partial, missing or not_applicable.",
        "Line 3: capability is empty; name one.",
        "Line 4: lineage is in the file twice.",
        "Line 4: urgent is not a priority. Choose critical, high, medium or low.",
    )


def test_a_guarded_formula_reads_as_it_was_written():
    assert read_capability_file("capability,notes\nlineage,'=half\n").items[0]["notes"] == "=half"


def test_the_shape_of_capabilities_by_name_is_read_whatever_the_case_of_a_status():
    rows = [
        {"name": "lineage", "group": "Observability", "status": "Partial", "notes": "half", "priority": "High"},
        {"name": "gpu_quota", "group": "Training", "status": "NOT APPLICABLE", "notes": "No GPUs."},
    ]
    content = read_capability_file(json.dumps({"organization": "x", "capabilities": rows}))
    assert content.faults == ()
    assert content.items == (
        {"capability": "lineage", "status": "partial", "priority": "high", "notes": "half", "group": "Observability"},
        {"capability": "gpu_quota", "status": "not_applicable", "notes": "No GPUs.", "group": "Training"},
    )
