"""The kinds of a CSV file's columns, found in their cells, with the words, marks and formats that they need.

A column is of a kind when its cells are, but for null words and for a few that do not fit: at most 1% of at
least 100 cells, at most three different ones, without a digit. Text that looks like numbers stays text where digits
carry meaning: leading zeros, or more digits than a whole number holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from registry.compute.reading.cells import ISO_DATE, OFFSET, TIME, number_pattern, whole_pattern
from registry.compute.reading.description import Reading

WORDS = (
    "", "NA", "N/A", "n/a", "#N/A", "na", "NULL", "null", "Null", "None", "none", "nil", "NaN", "nan", "<NA>", "\\N", "-", "--",
    ".", "?",
)  # fmt: skip
ALWAYS = ("", "\\N")
NOT_A_NUMBER = ("NaN", "nan")
FEWEST, MOST_SHARE, MOST_DIFFERENT = 100, 0.01, 3
CODES, MOSTLY = r"[A-Z]{2}", 0.8
DATES = (
    (r"\d{4}/\d{1,2}/\d{1,2}", "%Y/%m/%d"),
    (r"\d{4}\.\d{1,2}\.\d{1,2}", "%Y.%m.%d"),
    (r"\d{1,2}\.\d{1,2}\.\d{4}", "%d.%m.%Y"),
)
EITHER_WAY = (
    (r"(?P<first>\d{1,2})/(?P<second>\d{1,2})/\d{4}", "/"),
    (r"(?P<first>\d{1,2})-(?P<second>\d{1,2})-\d{4}", "-"),
)
FEW = 10_000
LONGEST = 200  # characters that are looked at: no number or date has more
LARGEST = "9223372036854775807"
TRUTH = r"(?i:true|false)"
Mask = NDArray[np.bool_]


class Cells(NamedTuple):
    """The different cells of a column, without white space around them, and how often each is there."""

    values: pa.Array
    counts: NDArray[np.int64]

    def fit(self, pattern: str, *, rare: bool = False) -> Mask:
        """Which of them match a pattern from beginning to end; none where none of the first `FEW` do, unless it is ``rare``."""
        begin = self.values.slice(0, len(self.values) if rare else FEW)
        mask: Mask = pc.match_substring_regex(begin, f"^(?:{pattern})$").to_numpy(zero_copy_only=False)
        if len(mask) < len(self.values):
            return self.fit(pattern, rare=True) if mask.any() else np.zeros(len(self.values), bool)
        return mask

    @property
    def few(self) -> Cells:
        """The first of them."""
        return Cells(self.values.slice(0, FEW), self.counts[:FEW])

    def among(self, words: Sequence[str]) -> Mask:
        """Which of them are one of these words."""
        mask: Mask = pc.is_in(self.values, value_set=pa.array(words, pa.string())).to_numpy(zero_copy_only=False)
        return mask

    def rows(self, mask: Mask) -> int:
        return int(self.counts[mask].sum())


class Column(NamedTuple):
    """What a column is: its kind, the null words that it shows to be such, a date format it needs, and what to tell people."""

    kind: str
    words: tuple[str, ...] = ()
    form: str = ""
    note: str = ""


def cells_of(column: pa.ChunkedArray) -> Cells:
    """The different cells of a column of text."""
    counted = pc.value_counts(pc.utf8_trim_whitespace(pc.utf8_slice_codeunits(column.drop_null(), 0, LONGEST)))
    return Cells(counted.field("values"), counted.field("counts").to_numpy(zero_copy_only=False))


def detect(columns: Mapping[str, Cells], reading: Reading) -> tuple[Reading, list[str]]:
    """The description with everything decided that was open, and notes on what could be read in another way."""
    marks = _marks(columns, reading)
    reading = reading._replace(decimal=marks[0], thousands=marks[1])
    stated = dict(reading.kinds)
    detected = {name: _column(cells, reading) for name, cells in columns.items() if name not in stated}
    words = reading.null_words
    if words is None:
        shown = {word for column in detected.values() for word in column.words}
        words = tuple(word for word in WORDS if word in shown | {""} or (word in ALWAYS and _has(columns, word)))
    formats = reading.date_formats
    if formats is None:
        formats = tuple(dict.fromkeys(column.form for column in detected.values() if column.form))
    kinds = {name: column.kind for name, column in detected.items()}
    exceptions = {} if reading.null_words is not None else dict(_codes(columns, kinds, words))
    decided = reading._replace(null_words=words, date_formats=formats)
    decided = decided.over(Reading(kinds=tuple(kinds.items()), null_words_by_column=tuple(exceptions.items())))
    notes = [f"{name}: {column.note}" for name, column in detected.items() if column.note]
    return decided, [*notes, *_words_notes(columns, decided, exceptions)]


def is_tolerable(misfits: Sequence[str], rows: int, of: int, *, looks_alike: bool = False) -> bool:
    """Whether so few cells do not fit a kind that the column is of that kind nevertheless. ``looks_alike``: they have its form,
    as 2024-13-45 has that of a date."""
    few = of >= FEWEST and rows <= of * MOST_SHARE and len(misfits) <= MOST_DIFFERENT
    return not rows or (few and not any(re.search(r"\d", text) for text in misfits if not looks_alike))


def _column(cells: Cells, reading: Reading) -> Column:
    nulls = cells.among(WORDS if reading.null_words is None else (*reading.null_words, ""))
    if not (~nulls).any():
        return Column("text")
    for kind, fits, form, note in _candidates(cells, reading):
        if not fits.any():
            continue
        misfits = ~fits & ~nulls
        different = cells.values.filter(pa.array(misfits)).slice(0, MOST_DIFFERENT + 1).to_pylist()
        if is_tolerable(different, cells.rows(misfits), cells.rows(~nulls)):
            used = cells.values.filter(pa.array(nulls & ~fits)).to_pylist()
            return Column(kind, tuple(used), form, note)
    return Column("text", note=_almost(cells, nulls, reading))


def _candidates(cells: Cells, reading: Reading) -> Iterator[tuple[str, Mask, str, str]]:
    """Each kind with the cells that fit it, the date format that it needs, and a note."""
    yield "truth_value", cells.fit(TRUTH), "", ""
    yield from _dates(cells, reading)
    yield "time", cells.fit(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"), "", ""
    yield from _numbers(cells, reading)


def _dates(cells: Cells, reading: Reading) -> Iterator[tuple[str, Mask, str, str]]:
    forms = [(ISO_DATE, "", ""), *((pattern, form, "") for pattern, form in DATES)]
    forms += [(pattern, *_day_first(cells, pattern, mark)) for pattern, mark in EITHER_WAY]
    for pattern, form, note in forms:
        dates = cells.fit(pattern)
        moments = cells.fit(rf"{pattern}[T ]{TIME}(?:{OFFSET})?")
        if note and (dates | moments).any():
            yield "text", dates | moments, "", note
        elif moments.any():
            yield "timestamp", dates | moments, form, ""
        elif dates.any():
            yield "date", dates, form, ""


def _day_first(cells: Cells, pattern: str, mark: str) -> tuple[str, str]:
    """The format of dates that begin with the day or the month, as their numbers show; a note where they do not."""
    parts = pc.extract_regex(cells.values, f"^{pattern}").drop_null()
    if not len(parts):
        return "", ""
    first, second = (pc.max(parts.field(name).cast(pa.int32())).as_py() for name in ("first", "second"))
    if first > 12 >= second:
        return f"%d{mark}%m{mark}%Y", ""
    if second > 12 >= first:
        return f"%m{mark}%d{mark}%Y", ""
    why = (
        "whether day or month comes first cannot be determined"
        if first <= 12
        else "some begin with the day and some with the month"
    )
    return "", f"Its cells look like dates, but {why}. State a date format and kind date to read them as such."


def _numbers(cells: Cells, reading: Reading) -> Iterator[tuple[str, Mask, str, str]]:
    decimal, thousands = reading.decimal or ".", reading.thousands or ""
    whole = cells.fit(rf"-?(?:{whole_pattern(thousands).removeprefix('[+-]?')})")
    number = cells.fit(number_pattern(decimal, thousands)) & ~cells.fit(r"\+\d+")
    if number.any() and cells.fit(r"[+-]?0\d+.*", rare=True).any():
        yield "text", number, "", "Its cells look like numbers with leading zeros: they stay text."
        return
    digits = pc.utf8_length(pc.replace_substring_regex(cells.values, r"\D", "")).to_numpy(zero_copy_only=False)
    too_long = whole & (digits >= len(LARGEST))
    if too_long.any() and not (number & ~whole & ~cells.among(NOT_A_NUMBER)).any():
        yield "text", number, "", "Its cells have more digits than a whole number holds: they stay text."
        return
    yield "whole_number", whole, "", ""
    if (number & ~cells.among(NOT_A_NUMBER)).any():
        yield "number", number, "", ""


def _almost(cells: Cells, nulls: Mask, reading: Reading) -> str:
    """A hint for text most of which is numbers."""
    fits = cells.fit(number_pattern(reading.decimal or ".", reading.thousands or ""))
    filled, numbers = cells.rows(~nulls), cells.rows(fits & ~nulls)
    if filled and numbers / filled >= MOSTLY:
        return f"{numbers:,} of {filled:,} cells are numbers, the others are not: it stays text. State kind number to read those as unreadable."
    return ""


def _marks(columns: Mapping[str, Cells], reading: Reading) -> tuple[str, str]:
    """The decimal mark and the thousands separator under which the most columns are numbers; of several the plainest."""
    points, commas = (
        [(".", ","), (".", " "), (".", "'"), (".", "\u00a0")],
        [(",", ""), (",", "."), (",", " "), (",", "'"), (",", "\u00a0")],
    )
    options = [(".", ""), *(commas + points if reading.delimiter == ";" else points + commas)]
    allowed = [
        (decimal, thousands)
        for decimal, thousands in options
        if reading.decimal in (None, decimal) and reading.thousands in (None, thousands)
    ]
    few = {name: cells.few for name, cells in columns.items()}
    return max(allowed, key=lambda option: _count(few, option))


def _count(columns: Mapping[str, Cells], marks: tuple[str, str]) -> int:
    pattern = number_pattern(*marks)
    total = 0
    for cells in columns.values():
        misfits = ~cells.fit(pattern) & ~cells.among(WORDS)
        different = cells.values.filter(pa.array(misfits)).slice(0, MOST_DIFFERENT + 1).to_pylist()
        total += is_tolerable(different, cells.rows(misfits), cells.rows(~cells.among(WORDS)))
    return total


def _has(columns: Mapping[str, Cells], word: str) -> bool:
    return any(cells.among([word]).any() for cells in columns.values())


def _codes(
    columns: Mapping[str, Cells], kinds: Mapping[str, str], words: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Columns of two-letter codes in which NA is one of them, as in country codes, where it is Namibia."""
    for name, cells in columns.items():
        if kinds.get(name) == "text" and "NA" in words and cells.among(["NA"]).any():
            others = ~cells.among(WORDS)
            if cells.rows(others & cells.fit(CODES)) >= MOSTLY * max(cells.rows(others), 1) and others.any():
                yield name, tuple(word for word in words if word != "NA")


def _words_notes(
    columns: Mapping[str, Cells], reading: Reading, exceptions: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Words that often mean null and are read as text, and columns in which NA is a code."""
    kinds = dict(reading.kinds)
    for name, cells in columns.items():
        if name in exceptions:
            yield f"{name}: NA is read as text, because the other cells are two-letter codes, too."
            continue
        if kinds.get(name) == "text":
            candidates = [word for word in WORDS if word not in reading.words_of(name) and len(word) > 1]
            for word in cells.values.filter(pa.array(cells.among(candidates))).to_pylist():
                rows = cells.rows(cells.among([word]))
                yield f"{name}: {word} stands in {rows:,} cell{'s' if rows != 1 else ''} and is read as text. Add it to the null words if it means null."
