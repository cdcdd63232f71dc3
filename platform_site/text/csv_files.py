"""CSV files as people have them: encoding, delimiter, header, and rows by line.

What a cell means is read by `platform_site.text.dates` and `platform_site.text.durations`.
"""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

DELIMITERS = (",", ";", "\t", "|")
LARGEST_BYTES = 64 * 2**20
MOST_ROWS = 250_000
LONGEST_CELL = 1_000_000
csv.field_size_limit(LONGEST_CELL)
NOT_TEXT = "The file is not text in UTF-8, UTF-16 or Windows-1252. Save it as CSV in UTF-8 and send it again."
PACKED = {
    b"PK\x03\x04": "The file is an Excel workbook or a zip archive. Save the sheet as CSV and send that.",
    b"\xd0\xcf\x11\xe0": "The file is an old Excel workbook. Save the sheet as CSV and send that.",
    b"\x1f\x8b": "The file is compressed by gzip. Unpack it and send what is in it.",
    b"PAR1": "The file is Parquet. Save it as CSV and send that.",
}


class Unreadable(ValueError):
    """The file as a whole cannot be read; the message says what to change."""


class Row(NamedTuple):
    """The line it begins on, from 1, and the text of each column; ``fault`` reports too many or too few cells.

    ``more`` has the further values of a column whose name the header repeats.
    """

    line: int
    cells: dict[str, str]
    fault: str = ""
    more: Mapping[str, Sequence[str]] = {}


class Decoded(NamedTuple):
    """A file's text, and what had to be assumed to read it."""

    text: str
    note: str = ""


def decode(content: bytes) -> Decoded:
    """UTF-8, UTF-16 with a byte order mark, else Windows-1252, which the note then reports.

    >>> decode("id;größe".encode("cp1252")).note
    'The file is not UTF-8; it was read as Windows-1252.'
    """
    for mark, sentence in PACKED.items():
        if content.startswith(mark):
            raise Unreadable(sentence)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Decoded(_strictly(content, "utf-16"), "The file was read as UTF-16.")
    try:
        return Decoded(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        note = "The file is not UTF-8; it was read as Windows-1252."
        return Decoded(_strictly(content, "cp1252"), note)


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(NOT_TEXT) from error


def delimiter_of(text: str) -> str:
    """The delimiter that the header has most often outside quotes; a comma when there is none.

    >>> delimiter_of('id;"a, b, c";title')
    ';'
    """
    outside = "".join(text.lstrip("\r\n").partition("\n")[0].split('"')[::2])
    return max(DELIMITERS, key=lambda mark: outside.count(mark))


def columns_of(text: str) -> list[str]:
    """The names of the columns in order, each once."""
    return list(dict.fromkeys(filter(None, _header(text))))


def repeated_columns(text: str) -> dict[str, int]:
    """The names that the header has more than once, each with how often.

    >>> repeated_columns("id,effort,effort\\n1,2,3")
    {'effort': 2}
    """
    often = Counter(filter(None, _header(text)))
    return {name: count for name, count in often.items() if count > 1}


def rows_of(text: str) -> Iterator[Row]:
    """The rows below the header. Of a column that the header names twice, the first value counts; ``more`` has the others."""
    header, reader, before = _header(text), _reader(text), 1
    next(reader)
    while True:
        line = before + 1 if before > 1 else reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(f"Line {line} is not readable CSV: {error}.") from error
        before = reader.line_num
        if any(cells):
            yield _row(line, header, cells)


def _header(text: str) -> list[str]:
    try:
        header: list[str] = next(_reader(text), [])
    except csv.Error as error:
        raise Unreadable(f"The header is not readable CSV: {error}.") from error
    if not any(header):
        raise Unreadable("The file has no header. Its first line must name the columns.")
    return [name.strip() for name in header]


def _reader(text: str) -> Any:
    return csv.reader(_pieces(text.lstrip("\r\n")), delimiter=delimiter_of(text))


def _pieces(text: str) -> Iterator[str]:
    """Line by line; a StringIO would hold four bytes for each letter."""
    end_mark, start = "\n" if "\n" in text else "\r", 0
    while start < len(text):
        end = text.find(end_mark, start) + 1 or len(text)
        yield text[start:end]
        start = end


def _row(line: int, header: list[str], cells: list[str]) -> Row:
    values: dict[str, str] = {}
    more: dict[str, list[str]] = {}
    for name, cell in zip(header, map(str.strip, cells), strict=False):
        if name and not values.get(name):
            values[name] = cell
        elif name and cell:
            more.setdefault(name, []).append(cell)
    fault = f"The line has {len(cells)} cells, the header {len(header)}." if len(cells) != len(header) else ""
    return Row(line, values, fault, more)
