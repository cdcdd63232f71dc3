"""Files of tickets as rows: CSV of any tracker, Jira's CSV export, and the list of issues of GitHub's REST API.

A row is its line (or place in the list, from 1) and the text of each column. What the cells mean is decided in
`assessments.tickets.rules.rows`.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

DELIMITERS = (",", ";", "\t", "|")
LARGEST_BYTES = 64 * 2**20
MOST_ROWS = 250_000
LONGEST_CELL = 1_000_000
csv.field_size_limit(LONGEST_CELL)


class Format(StrEnum):
    """Where a file comes from."""

    CSV = "csv"
    GITHUB = "github"
    JIRA = "jira"


class Unreadable(ValueError):
    """The file as a whole cannot be read; the message says what to change."""


class Row(NamedTuple):
    """The line it begins on, from 1, and the text of each column; ``fault`` reports too many or too few cells."""

    line: int
    cells: dict[str, str]
    fault: str = ""


class Decoded(NamedTuple):
    """A file's text, and what had to be assumed to read it."""

    text: str
    note: str = ""


def decode(content: bytes) -> Decoded:
    """UTF-8, UTF-16 with a byte order mark, else Windows-1252, which the note then reports.

    >>> decode("id;größe".encode("cp1252")).note
    'The file is not UTF-8; it was read as Windows-1252.'
    """
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
        sentence = "The file is not text in UTF-8, UTF-16 or Windows-1252. Save it as CSV in UTF-8 and send it again."
        raise Unreadable(sentence) from error


def rows_of(text: str, file_format: str) -> Iterator[Row]:
    """The rows of a file; Unreadable when it is not of this format."""
    return _issues(text) if file_format == Format.GITHUB else _lines(text)


def columns_of(text: str, file_format: str) -> list[str]:
    """The names of the columns in order, each once."""
    return list(GITHUB_COLUMNS) if file_format == Format.GITHUB else list(dict.fromkeys(filter(None, _header(text))))


def delimiter_of(text: str) -> str:
    """The delimiter that the header has most often outside quotes; a comma when there is none.

    >>> delimiter_of('id;"a, b, c";title')
    ';'
    """
    outside = "".join(text.lstrip("\r\n").partition("\n")[0].split('"')[::2])
    return max(DELIMITERS, key=lambda mark: outside.count(mark))


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


def _lines(text: str) -> Iterator[Row]:
    """Jira names a column again for each further value; the first one with a value counts."""
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


def _row(line: int, header: list[str], cells: list[str]) -> Row:
    values: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        if name and not values.get(name):
            values[name] = cell.strip()
    fault = f"The line has {len(cells)} cells, the header {len(header)}." if len(cells) != len(header) else ""
    return Row(line, values, fault)


GITHUB_COLUMNS = ("id", "title", "body", "user", "team", "created_at", "closed_at", "labels")


def _issues(text: str) -> Iterator[Row]:
    """One issue at a time, so that a long list never stands in memory as objects. Pull requests are left out."""
    decoder, position, number = json.JSONDecoder(parse_int=_integer), _after(text, 0, "["), 0
    while (position := _skip(text, position)) < len(text) and text[position] != "]":
        number += 1
        try:
            issue, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"Issue {number} is not readable JSON.") from error
        position = _skip(text, position)
        if text[position : position + 1] not in (",", "]"):
            raise Unreadable(f"The list breaks off after issue {number}. Export it again.")
        position += text[position] == ","
        if not isinstance(issue, dict):
            yield Row(number, {}, "This is not an issue: a JSON object was expected.")
        elif "pull_request" not in issue:
            yield Row(number, issue_cells(issue))


def issue_cells(issue: dict[str, Any]) -> dict[str, str]:
    """An issue as the cells of a row; its id names the repository where that is known.

    >>> issue_cells({"number": 7, "html_url": "https://github.com/acme/platform/issues/7"})["id"]
    'acme/platform#7'
    """
    address, user, labels = _text(issue.get("html_url")), issue.get("user"), _labels(issue.get("labels"))
    parts = address.split("/")
    repository = "/".join(parts[3:5]) if len(parts) > 6 else ""
    number = _text(issue.get("number"))
    return {
        "id": f"{repository}#{number}" if number else "",
        "title": _text(issue.get("title")),
        "body": _text(issue.get("body")),
        "user": _text(user.get("login")) if isinstance(user, dict) else "",
        "team": next((label.partition(":")[2].strip() for label in labels if label.lower().startswith("team:")), ""),
        "created_at": _text(issue.get("created_at")),
        "closed_at": _text(issue.get("closed_at")),
        "labels": ", ".join(labels),
    }


def _labels(value: Any) -> list[str]:
    labels = value if isinstance(value, list) else []
    return [_text(label.get("name") if isinstance(label, dict) else label) for label in labels]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _whole_characters(value).strip()
    return str(value) if isinstance(value, int) else ""


def _whole_characters(text: str) -> str:
    """JSON can hold half of a character, where an exporter cut a text inside an emoji; no database stores that.

    >>> _whole_characters("\\ud83d broken")
    '\ufffd broken'
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _integer(text: str) -> int:
    return int(text) if len(text) <= 20 else 0


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _after(text: str, position: int, mark: str) -> int:
    position = _skip(text, position)
    if text[position : position + 1] != mark:
        raise Unreadable("This is not a list of issues. Send the JSON list that GitHub's REST API returns.")
    return position + 1
