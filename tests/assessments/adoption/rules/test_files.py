"""Files of records: what people really send, each fault at its line and column, laws."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.adoption.rules import files
from assessments.adoption.rules.files import PROJECTS, RELEASES, SHOWSTOPPERS, TRAINING_RUNS, USE_CASES, read
from platform_site.text.csv_files import Unreadable


def rows(text, kind, **options):
    table = read(text.encode() if isinstance(text, str) else text, kind, **options)
    assert not table.faults
    return [row.fields for row in table.rows]


def faults(text, kind, **options):
    return [tuple(fault) for fault in read(text.encode(), kind, **options).faults]


@pytest.mark.parametrize(
    "text",
    [
        "name,team,started_on,on_platform\neta,ads,2026-11-01,yes\n",
        "Team;Name;Started;Platform\nads;eta;01.11.2026;Ja\n",
        "project,squad,started,platform\neta,ads,2026-11-01,yes\n",
        "name\tteam\tmonth\ton the platform\neta\tads\t2026-11\tTRUE\n",
        "\ufeffName, Team, Start date, On platform\r\neta, ads, Nov 1 2026, x\r\n",
        json.dumps([{"name": "eta", "team": "ads", "started_on": "2026-11-01", "on_platform": True}]),
        json.dumps(
            {"count": 1, "results": [{"name": "eta", "team": "ads", "started_on": "2026-11-01", "on_platform": 1}]}
        ),
    ],
)
def test_the_same_project_in_many_shapes(text):
    assert rows(text, PROJECTS) == [
        {"name": "eta", "team": "ads", "started_on": date(2026, 11, 1), "on_platform": True}
    ]


def test_a_run_has_moments_in_the_zone_of_the_file():
    text = "team,model,start,end,status\nads,eta,2026-11-02 09:00,2026-11-02 09:20,success\n"
    (run,) = rows(text, TRAINING_RUNS, zone=ZoneInfo("Europe/Berlin"))
    assert run["started_at"] == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert run["ended_at"] == datetime(2026, 11, 2, 8, 20, tzinfo=UTC)
    assert run["succeeded"] is True


def test_the_order_of_a_date_is_proven_by_the_column_or_asked_for():
    header = "team,answer,day\n"
    clear = rows(header + "a,GPUs,02/03/2026\nb,GPUs,18/03/2026\n", SHOWSTOPPERS)
    assert [row["day"] for row in clear] == [date(2026, 3, 2), date(2026, 3, 18)]
    (unclear,) = faults(header + "a,GPUs,02/03/2026\n", SHOWSTOPPERS)
    assert unclear[:3] == (2, "day", "02/03/2026")
    assert "two readings" in unclear[3]
    assert rows(header + "a,GPUs,02/03/2026\n", SHOWSTOPPERS, order="month_first")[0]["day"] == date(2026, 2, 3)


def test_every_fault_is_reported_with_its_line_and_column():
    text = (
        "name,team,supported,on_platform,cost\n"
        "batch,ads,yes,no,1\n"
        ",ads,perhaps,,1\n"
        "stream,ads,no\n"
        f"{'x' * 121},ads,no,no,1\n"
        "batch,maps,yes,yes,1\n"
    )
    table = read(text.encode(), USE_CASES)
    assert [row.line for row in table.rows] == [2]
    assert table.unused == ("cost",)
    assert table.bad_lines == 4
    assert [fault[:3] for fault in table.faults] == [
        (3, "name", ""), (3, "on_platform", ""), (3, "supported", "perhaps"), (4, "", ""), (5, "name", "x" * 80),
        (6, "", ""),
    ]  # fmt: skip
    messages = [fault.message for fault in table.faults]
    assert messages[2] == "Write yes or no."
    assert messages[3] == "The line has 3 cells, the header 5."
    assert messages[4] == "It has 121 characters; at most 120 are stored."
    assert messages[5] == "The same record is on line 2 already."


@pytest.mark.parametrize(
    ("text", "kind", "fault"),
    [
        ("name,started_on,released_on\ngates,2026-03-02,2026-01-05\n", RELEASES,
         (2, "released_on", "2026-01-05", "It is before started on, 2026-03-02.")),
        ("team,model,started_at,succeeded\nads,eta,2026-11-02,yes\n", TRAINING_RUNS,
         (2, "started_at", "2026-11-02",
          "Write the time too, for example 2026-11-02 09:00: a run is measured in minutes.")),
        ("team,model,started_at,succeeded\nads,eta,2027-11-02 09:00,yes\n", TRAINING_RUNS,
         (2, "started_at", "2027-11-02 09:00", "It is in the future.")),
        ("team,answer,day\nads,GPUs,2026-02-30\n", SHOWSTOPPERS, (2, "day", "2026-02-30", "There is no such day or time.")),
        ("team,answer,day\nads,GPUs,\n", SHOWSTOPPERS, (2, "day", "", "Write a date, for example 2026-11-02.")),
        ('[{"team": "ads", "answer": "\\ud800", "day": "2026-11-02"}]', SHOWSTOPPERS,
         (1, "answer", "\ud800", "A text holds half a surrogate pair.")),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cell(text, kind, fault):
    now = datetime(2026, 11, 23, tzinfo=UTC) if kind is TRAINING_RUNS else None
    assert faults(text, kind, now=now) == [fault]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no header"),
        (b"name,team\n", "A column is missing: supported, on_platform. The file has name, team."),
        (b"[1, 2]", "not a JSON list of objects"),
        (b'[{"a": NaN}]', "not readable JSON"),
        (b"PK\x03\x04" + b"x" * 20, "Excel workbook"),
        (b"name,supported,on_platform\n" + b"x,yes,yes\n" * 5_001, "5,001 rows"),
        (b"x" * (2**20 + 1), "send at most 1,048,576"),
    ],
)
def test_what_cannot_be_read_says_why(content, sentence):
    with pytest.raises(Unreadable) as refused:
        read(content, USE_CASES)
    assert sentence in str(refused.value)


def test_a_release_lists_what_it_serves():
    text = "name;started_on;released_on;answers;use_cases\ngates;2026-01-05;2026-03-02;GPUs | own container;batch\n"
    (release,) = rows(text, RELEASES)
    assert release["answers"] == ["GPUs", "own container"]
    listed = [{"name": "gates", "started_on": "2026-01-05", "released_on": "2026-03-02", "answers": ["GPUs", "x"]}]
    assert rows(json.dumps(listed), RELEASES)[0]["answers"] == ["GPUs", "x"]


def test_runs_without_an_identifier_are_the_same_by_team_model_and_start():
    header = "team,model,started_at,succeeded,run_id\n"
    run = "ads,eta,2026-11-02 09:00,yes,"
    assert faults(f"{header}{run}\n{run}\n", TRAINING_RUNS)[0][0] == 3
    assert not faults(f"{header}{run}1\n{run}2\n", TRAINING_RUNS)


@given(st.text(max_size=60), st.sampled_from(list(files.KINDS.values())))
def test_no_text_breaks_the_reader(text, kind):
    header = ",".join(column.name for column in kind.columns)
    try:
        table = read(f"{header}\n{text}".encode("utf-8", "surrogatepass"), kind)
    except Unreadable:
        return
    good, bad = {row.line for row in table.rows}, {fault.line for fault in table.faults}
    assert not good & bad
