"""CSV files as cells of text: RFC 4180 in a stated encoding, with quoted line breaks of any length.

The one parser of CSV. What is wrong with a file's form is raised with the file and the line, never with a value.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.csv as arrow_csv

from registry.compute.engines.row_source import Unreadable
from registry.compute.reading.description import Reading

BLOCK, LARGEST_BLOCK = 4 << 20, 1 << 30
HEAD, LONGEST_HEADER, CHUNK = 1 << 18, 16 << 20, 1 << 20
FIRST = 100  # characters, in which a NUL shows another encoding
UTF_8 = "utf-8"


class Header(NamedTuple):
    """The names of a file's columns; ``skip``: how many records stand before the rows, blank lines included; ``ends``: whether
    the file ends with it."""

    names: tuple[str, ...]
    skip: int
    ends: bool


def read_header(path: Path, name: str, reading: Reading) -> Header:
    """The columns of a file. Unreadable when it is empty, is not text in the encoding, or names a column twice."""
    size = HEAD
    while True:
        text, is_whole = head(path, name, reading.encoding or UTF_8, size)
        if is_whole and not text.strip("\r\n\ufeff"):
            raise Unreadable(f"{name} is empty. Write a header line and rows into it, or remove it.", "empty_file")
        first = _first_record(text, reading, is_whole)
        if first is not None:
            return _header(name, *first, reading)
        if is_whole or size > LONGEST_HEADER:
            raise Unreadable(f"{name}, line 1: the line does not end. Close its quotation mark.", "open_quote")
        size *= 8


def head(path: Path, name: str, encoding: str, size: int = HEAD) -> tuple[str, bool]:
    """The first characters of a file, without a byte order mark, and whether they are all. Unreadable."""
    with path.open("rb") as stream:
        content = stream.read(size)
        is_whole = not stream.read(1)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(content, is_whole)
    except UnicodeError as error:
        raise undecodable(path, name, encoding) from error
    if "\0" in text[:FIRST].split("\n", 1)[0]:
        sentence = f"{name}, line 1: this is not text in {encoding.upper()}: it has NUL characters."
        raise Unreadable(f"{sentence} State its encoding, for example utf-16-le.", "wrong_encoding")
    return text.removeprefix("\ufeff"), is_whole


def batches(path: Path, name: str, reading: Reading, top: Header, *, block: int = BLOCK) -> Iterator[pa.RecordBatch]:
    """The rows of a file as text, some at a time, under the names of its header. Unreadable."""
    if top.ends:
        return
    done, last = 0, None
    while True:
        try:
            skip = done
            for batch in _parsed(path, reading, top, block):
                fresh = batch.slice(min(skip, batch.num_rows))
                skip -= batch.num_rows - fresh.num_rows
                if fresh.num_rows:
                    done, last = done + fresh.num_rows, fresh
                    yield fresh
        except (pa.ArrowInvalid, UnicodeError) as error:
            too_long = "straddl" in str(error) or "out of sync" in str(error)
            if not too_long or block >= LARGEST_BLOCK:
                raise _malformed(path, name, reading, len(top.names)) from error
            block = min(8 * block, LARGEST_BLOCK)
        else:
            break
    if last is not None and _may_be_open(last) and _is_open(path, reading):
        raise Unreadable(f"{name}: a quotation mark is open at the end of the file. Close it.", "open_quote")


def lines_of(path: Path, reading: Reading, rows: set[int]) -> list[int]:
    """The lines on which these rows begin, counted from 1; rows from 0. As many as can be determined."""
    lines: list[int] = []
    last = max(rows, default=-1)
    for row, (line, _) in enumerate(_records(path, reading), start=-1 if reading.header else 0):
        if row in rows:
            lines.append(line)
        if row >= last:
            break
    return lines


def undecodable(path: Path, name: str, encoding: str) -> Unreadable:
    """Why a file is not text in an encoding, with the first line that is not."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as stream:
        while content := stream.read(CHUNK):
            try:
                line += decoder.decode(content).count("\n")
            except UnicodeError:
                line += _lines_before_the_fault(content, encoding)
                break
    choose = "Save it as UTF-8, or state its encoding, for example windows-1252."
    if encoding != UTF_8:
        choose = "State another encoding, or save it as UTF-8."
    return Unreadable(f"{name}, line {line}: this is not text in {encoding.upper()}. {choose}", "wrong_encoding")


def _lines_before_the_fault(content: bytes, encoding: str) -> int:
    low, high = 0, len(content)
    while high - low > 1:  # the longest beginning that can be decoded
        middle = (low + high) // 2
        try:
            codecs.getincrementaldecoder(encoding)().decode(content[:middle])
            low = middle
        except UnicodeError:
            high = middle
    return codecs.getincrementaldecoder(encoding)().decode(content[:low]).count("\n")


def _first_record(text: str, reading: Reading, is_whole: bool) -> tuple[list[str], int, bool] | None:
    """The first record that is not blank, how many blank ones stand before it, and whether the text ends with it."""
    lines = io.StringIO(text, newline="")
    blank = 0
    try:
        for record in csv.reader(lines, **dialect(reading)):
            if record:
                ends = not lines.read().strip("\r\n")
                is_open = ends and any("\n" in cell for cell in record) and text.count(reading.quote or '"') % 2
                return None if (ends and not is_whole) or is_open else (record, blank, ends)
            blank += 1
    except csv.Error:
        return None
    return None


def _header(name: str, record: list[str], blank: int, ends: bool, reading: Reading) -> Header:
    if not reading.header:
        return Header(tuple(f"column_{place}" for place in range(1, len(record) + 1)), blank, False)
    names = tuple(text or f"column_{place}" for place, text in enumerate(record, start=1))
    repeated = next((text for text in names if names.count(text) > 1), None)
    if repeated is not None:
        places = " and ".join(str(place) for place, text in enumerate(names, start=1) if text == repeated)
        sentence = f"{name}, line 1: column {repeated} is there twice (as columns {places}). Rename one of them."
        raise Unreadable(f"{sentence} If the file has no header line, state header: false.", "repeated_column")
    return Header(names, blank + 1, ends)


def dialect(reading: Reading) -> dict[str, Any]:
    """The description as Python's csv module takes it."""
    options: dict[str, Any] = {"delimiter": reading.delimiter or ",", "escapechar": reading.escape or None}
    if reading.quote == "":
        return options | {"quoting": csv.QUOTE_NONE, "quotechar": None}
    return options | {"quotechar": reading.quote or '"', "doublequote": not reading.escape}


def _parsed(path: Path, reading: Reading, top: Header, block: int) -> Iterator[pa.RecordBatch]:
    placed = [str(place) for place in range(len(top.names))]
    with pa.OSFile(str(path)) as stream:
        rows = arrow_csv.open_csv(
            stream,
            read_options=arrow_csv.ReadOptions(
                block_size=block,
                column_names=placed,
                skip_rows_after_names=top.skip,
                encoding="utf8" if reading.encoding in (None, UTF_8) else reading.encoding,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=reading.delimiter or ",",
                quote_char=False if reading.quote == "" else reading.quote or '"',
                double_quote=not reading.escape,
                escape_char=reading.escape or False,
                newlines_in_values=True,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(placed, pa.string()), strings_can_be_null=False
            ),
        )
        for batch in rows:
            yield batch.rename_columns(list(top.names))


def _records(path: Path, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank with the line on which it begins; they end where Python's parser gives up."""
    with path.open(encoding=reading.encoding or UTF_8, newline="", errors="replace") as lines:
        parsed = csv.reader(lines, **dialect(reading))
        line = 1
        try:
            for record in parsed:
                if record:
                    yield line, record
                line = parsed.line_num + 1
        except csv.Error:
            return


def _malformed(path: Path, name: str, reading: Reading, columns: int) -> Unreadable:
    """What is wrong with a file that could not be parsed."""
    encoding = reading.encoding or UTF_8
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while content := stream.read(CHUNK):
                decoder.decode(content)
            decoder.decode(b"", True)
    except UnicodeError:
        return undecodable(path, name, encoding)
    for line, record in _records(path, reading):
        if len(record) != columns:
            fields = f"{len(record):,} field{'s' if len(record) != 1 else ''} where the first line has {columns:,}"
            change = "Quote cells that contain the delimiter, or state another delimiter."
            if any("\n" in cell for cell in record):
                change = "A quotation mark may be open. " + change
            return Unreadable(f"{name}, line {line}: {fields}. {change}", "field_count")
    return Unreadable(
        f"{name} cannot be read as CSV: a line is longer than 1 GiB or a quotation mark is open.", "open_quote"
    )


def _may_be_open(batch: pa.RecordBatch) -> bool:
    """Whether the last cell of all contains a line break, as it would if its quotation mark were open."""
    return "\n" in batch.column(batch.num_columns - 1)[-1].as_py()


def _is_open(path: Path, reading: Reading) -> bool:
    if reading.quote == "" or reading.escape or (reading.encoding or UTF_8).startswith("utf-16"):
        return False
    quote, count = (reading.quote or '"').encode(), 0
    with path.open("rb") as stream:
        while content := stream.read(CHUNK):
            count += content.count(quote)
    return count % 2 == 1
