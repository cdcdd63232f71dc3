"""The law of one reader: what Python's csv module wrote, every reader reads back, whatever separates, quotes and encodes it."""

from __future__ import annotations

import csv
import io
import math
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Unreadable
from registry.compute.reading.description import Reading
from tests.registry.compute.reading.written import by_every_reader, csv_file

KINDS = {
    "text": "text",
    "whole": "whole_number",
    "number": "number",
    "day": "date",
    "at": "timestamp",
    "flag": "truth_value",
}


class Way(NamedTuple):
    """A way to write a CSV file."""

    delimiter: str
    quote: str
    quoting: int
    end: str
    encoding: str
    null: str
    decimal: str

    @property
    def reading(self) -> Reading:
        alone = self.quoting == csv.QUOTE_NONE
        return Reading(
            delimiter=self.delimiter,
            quote="" if alone else self.quote,
            escape="\\" if alone else "",
            header=True,
            encoding=self.encoding,
            null_words=(self.null,),
            decimal=self.decimal,
            thousands="",
            date_formats=(),
            time_zone="UTC",
            kinds=tuple(KINDS.items()),
        )


WAYS = st.builds(
    Way,
    st.sampled_from([",", ";", "\t", "|", ":"]),
    st.sampled_from(['"', "'"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_NONE]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-16", "windows-1252", "iso-8859-1"]),
    st.sampled_from(["", "NA", "NULL", "-"]),
    st.sampled_from([".", ","]),
)
LETTERS = "abyz AZ,;|:\t\"'\\\n.09-éüß€"
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.none() | st.text(LETTERS, max_size=12),
            "whole": st.none() | st.integers(-(2**63), 2**63 - 1),
            "number": st.none() | st.floats(allow_nan=False),
            "day": st.none() | st.dates(),
            "at": st.none() | st.datetimes(),
            "flag": st.none() | st.booleans(),
        }
    ),
    min_size=1,
    max_size=20,
)


def written(way: Way, rows: list[dict[str, Any]]) -> bytes:
    options = {"quotechar": way.quote, "quoting": way.quoting, "lineterminator": way.end}
    options |= {"escapechar": "\\"} if way.quoting == csv.QUOTE_NONE else {}
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=way.delimiter, **options)
    writer.writerow(KINDS)
    writer.writerows([cell(row[name], way) for name in KINDS] for row in rows)
    return lines.getvalue().encode(way.encoding)


def cell(value: Any, way: Way) -> Any:
    if value is None:
        return way.null
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).replace(".", way.decimal)
    return value.isoformat() if isinstance(value, date | datetime) else value


def as_read(rows: list[dict[str, Any]], way: Way) -> dict[str, list[Any]]:
    """The rows that were written. A text that is the null word is null; no reader can tell."""
    for row in rows:
        row["text"] = None if row["text"] == way.null else row["text"]
    return {name: [row[name] for row in rows] for name in KINDS}


def encodable(rows: list[dict[str, Any]], way: Way) -> list[dict[str, Any]]:
    for row in rows:
        row["text"] = row["text"] and row["text"].encode(way.encoding, "ignore").decode(way.encoding)
    return rows


@pytest.mark.slow
@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])  # each starts a sandbox
@given(WAYS, ROWS)
def test_every_reader_reads_back_what_was_written(way, rows):
    rows = encodable(rows, way)
    content, expected = written(way, rows), as_read(rows, way)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as copies:
        files = csv_file(Path(folder), content)._replace(reading=way.reading)
        for reader, columns in by_every_reader(files, Path(copies)).items():
            assert columns == expected, reader


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(WAYS, ROWS)
def test_a_page_reads_back_what_was_written(way, rows):
    rows = encodable(rows, way)
    content, expected = written(way, rows), as_read(rows, way)
    with tempfile.TemporaryDirectory() as folder:
        files = csv_file(Path(folder), content)._replace(reading=way.reading)
        shown = files.first_rows(100)
        assert {name: [row[name] for row in shown] for name in KINDS} == expected
        assert files.described(look=True).unreadable == {}
        assert files.snapshot().rows == len(rows)


@pytest.mark.slow
def test_line_breaks_inside_quotes_beyond_every_block_are_read(tmp_path):
    long = "one\ntwo\r\n" * 3_000_000  # 27 MB in one cell
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([["id", "note", "x"], [1, "a", 0.5], [2, long, 1.5], [3, "c", math.inf]])
    folder = tmp_path / "copies"
    folder.mkdir()
    for columns in by_every_reader(csv_file(tmp_path, lines.getvalue()), folder).values():
        assert columns == {"id": [1, 2, 3], "note": ["a", long, "c"], "x": [0.5, 1.5, math.inf]}


REASONS = {"empty_file", "field_count", "open_quote", "repeated_column", "wrong_encoding"}


def accepted(files: Files) -> tuple[Reading | None, str]:
    """The description by which files are read, or the reason why they are refused."""
    try:
        return files.described(look=True).reading, ""
    except Unreadable as refused:
        return None, refused.reason


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.text("ab01-.,;:\"'\n\r\t TNA/é", max_size=120))
def test_what_is_accepted_can_be_read_and_nothing_else_is(content):
    """The door's law: a file is refused with a reason, or a run reads as many rows as the snapshot counts."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as copies:
        files = csv_file(Path(folder), content)
        reading, reason = accepted(files)
        if reading is None:
            assert reason in REASONS
            return
        whole = files._replace(reading=reading)
        assert whole.at_hand(Path(copies)).snapshot().rows == whole.snapshot().rows == files.described(look=True).rows
