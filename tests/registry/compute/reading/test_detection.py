"""The kinds of columns by their cells, with the words, marks and formats that these need, and what people should know."""

from __future__ import annotations

import pyarrow as pa
import pytest

from registry.compute.reading.description import Reading
from registry.compute.reading.detection import cells_of, detect, is_tolerable

COMMAS = Reading(delimiter=",")


def detected(*cells: str, reading: Reading = COMMAS):
    """What is decided about one column, and the notes on it."""
    return detect({"x": cells_of(pa.chunked_array([list(cells)], pa.string()))}, reading)


def kind_of(*cells: str) -> str:
    return dict(detected(*cells)[0].kinds)["x"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-2", ""], "whole_number"),
        (["1", "2.5"], "number"),
        (["1e3"], "number"),
        (["NaN", "1"], "whole_number"),
        (["true", "FALSE"], "truth_value"),
        (["T", "F"], "text"),
        (["yes", "no"], "text"),
        (["2024-01-31"], "date"),
        (["2024-01-31", "2024-01-31 10:00"], "timestamp"),
        (["2024-01-31T10:00:00Z"], "timestamp"),
        (["10:30", "9:15:00"], "time"),
        (["007", "12"], "text"),
        (["0", "0.5"], "number"),
        (["9223372036854775807", "1"], "text"),
        (["1" * 25, "0.5"], "number"),
        (["+49301234"], "text"),
        (["1", "A12"], "text"),
        (["", "NA"], "text"),
        ([], "text"),
    ],
)
def test_the_kind_of_a_column(cells, kind):
    assert kind_of(*cells) == kind


@pytest.mark.parametrize(
    ("cells", "formats"),
    [
        (["31.12.2024"], ("%d.%m.%Y",)),
        (["2024/12/31"], ("%Y/%m/%d",)),
        (["31/12/2024", "01/02/2024"], ("%d/%m/%Y",)),
        (["12/31/2024"], ("%m/%d/%Y",)),
        (["31-12-2024 10:30"], ("%d-%m-%Y",)),
        (["2024-12-31"], ()),
    ],
)
def test_the_format_that_dates_need(cells, formats):
    assert detected(*cells)[0].date_formats == formats


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (["01/02/2024"], "whether day or month comes first cannot be determined"),
        (["31/12/2024", "12/31/2024"], "some begin with the day and some with the month"),
        (["0123", "4567"], "leading zeros"),
        (["123456789012345678901"], "more digits than a whole number holds"),
        (["1"] * 9 + ["low"], "9 of 10 cells are numbers"),
    ],
)
def test_text_that_looks_like_something_else_has_a_note(cells, note):
    reading, notes = detected(*cells)
    assert dict(reading.kinds)["x"] == "text"
    assert note in notes[0]


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (["1.5", "2"], (".", "")),
        (["1,5", "2"], (",", "")),
        (["1.234,5", "1"], (",", ".")),
        (["1,234.5", "1"], (".", ",")),
        (["1,234", "12,000"], (".", ",")),
        (["1'234.5"], (".", "'")),
        (["1 234,5"], (",", " ")),
    ],
)
def test_the_marks_under_which_the_cells_are_numbers(cells, marks):
    reading, _ = detected(*cells)
    assert (reading.decimal, reading.thousands) == marks
    assert dict(reading.kinds)["x"] in ("number", "whole_number")


def test_between_semicolons_a_comma_is_the_decimal_mark():
    assert detected("1,234", reading=Reading(delimiter=";"))[0].decimal == ","


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["NA", "1"], ("", "NA")),
        (["\\N", "a"], ("", "\\N")),
        (["NULL", "-", "2.5"], ("", "NULL", "-")),
        (["NA", "low"], ("",)),
    ],
)
def test_words_mean_null_where_a_column_shows_it(cells, words):
    assert detected(*cells)[0].null_words == words


def test_a_word_that_is_read_as_text_is_named_with_its_cells():
    assert detected("NA", "NA", "low")[1] == [
        "x: NA stands in 2 cells and is read as text. Add it to the null words if it means null."
    ]


def test_among_codes_of_two_letters_na_is_one():
    columns = {"country": ["NA", "DE", "FR"], "n": ["NA", "1", "2"]}
    reading, notes = detect({name: cells_of(pa.chunked_array([cells])) for name, cells in columns.items()}, Reading())
    assert (reading.words_of("n"), reading.words_of("country")) == (("", "NA"), ("",))
    assert notes == ["country: NA is read as text, because the other cells are two-letter codes, too."]


def test_what_is_stated_stays():
    stated = Reading(kinds=(("x", "text"),), null_words=("?",), decimal=",", thousands="", date_formats=("%d.%m.%y",))
    reading, _ = detected("1.5", "NA", reading=stated)
    assert reading == stated


@pytest.mark.parametrize(
    ("misfits", "rows", "of", "looks_alike", "tolerable"),
    [
        ([], 0, 0, False, True),
        (["oops"], 1, 100, False, True),
        (["oops"], 1, 99, False, False),
        (["oops"], 2, 100, False, False),
        (["a", "b", "c"], 10, 1_000, False, True),
        (["a", "b", "c", "d"], 10, 1_000, False, False),
        (["A12"], 1, 1_000, False, False),
        (["2024-13-45"], 1, 1_000, True, True),
    ],
)
def test_a_few_cells_without_digits_do_not_decide(misfits, rows, of, looks_alike, tolerable):
    assert is_tolerable(misfits, rows, of, looks_alike=looks_alike) is tolerable


def test_cells_are_counted_without_white_space_and_nulls():
    cells = cells_of(pa.chunked_array([[" a", "a ", None], ["b"]]))
    assert dict(zip(cells.values.to_pylist(), cells.counts.tolist(), strict=True)) == {"a": 2, "b": 1}
    assert cells.rows(cells.among(["a"])) == 2


def test_a_pattern_that_none_of_the_first_cells_fits_is_not_looked_for_further(monkeypatch):
    monkeypatch.setattr("registry.compute.reading.detection.FEW", 2)
    cells = cells_of(pa.chunked_array([["a", "b", "1"]]))
    assert cells.fit(r"\d").tolist() == [False, False, False]
    assert cells.fit(r"\d", rare=True).tolist() == [False, False, True]
    assert cells.fit("[a1]").tolist() == [True, False, True]
    assert cells.few.values.to_pylist() == ["a", "b"]
