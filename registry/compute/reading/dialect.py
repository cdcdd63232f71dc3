"""What separates the cells of a CSV file, and how its text is encoded: found where the file leaves no doubt.

>>> delimiter_of("id;amount;city\\n0;0,5;Paris\\n1;1,5;Lyon\\n", is_whole=True)
';'
>>> delimiter_of('note\\n"a, b; c"\\n"d, e"\\n', is_whole=True)
','
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from pathlib import Path

from registry.compute.reading.csv_text import dialect
from registry.compute.reading.description import Reading

DELIMITERS = (",", ";", "\t", "|")
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
MOST_RECORDS = 1_000
OPEN = Reading()


def encoding_of(path: Path) -> str:
    """The encoding that a byte order mark states; UTF-8 without one, which every byte of the file is then held to."""
    with path.open("rb") as stream:
        start = stream.read(4)
    return next((name for mark, name in MARKS.items() if start.startswith(mark)), "utf-8")


def delimiter_of(text: str, *, is_whole: bool, reading: Reading = OPEN) -> str:
    """The character that cuts every record into the same number of fields, the most if several do; else the one that cuts
    the first record into the most, if most records agree with it; a comma where none does."""
    cut = {mark: _fields(text, reading._replace(delimiter=mark), is_whole) for mark in DELIMITERS}
    even = {mark: fields[0] for mark, fields in cut.items() if fields and len(set(fields)) == 1 and fields[0] > 1}
    if even:
        return max(even, key=lambda mark: even[mark])
    agreeing = {
        mark: fields[0]
        for mark, fields in cut.items()
        if fields and fields[0] > 1 and Counter(fields).most_common(1)[0][0] == fields[0]
    }
    return max(agreeing, key=lambda mark: agreeing[mark], default=",")


def _fields(text: str, reading: Reading, is_whole: bool) -> list[int]:
    """The number of fields of each record; without the last, which may have been cut off."""
    counts: list[int] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), **dialect(reading)):
            if record:
                counts.append(len(record))
            if len(counts) > MOST_RECORDS:
                break
    except csv.Error:  # a cell longer than Python's parser takes: what stands before it decides
        return counts
    return counts if is_whole or len(counts) == 1 else counts[:-1]
