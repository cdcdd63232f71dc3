"""Files of tickets as rows: CSV of any tracker, Jira's CSV export, and issues of GitHub.

A row is its line (or place in the list, from 1) and the text of each column. What the cells mean is decided in
`assessments.tickets.rules.rows`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from assessments.tickets.rules import issues
from platform_site.text import csv_files
from platform_site.text.csv_files import Row, Unreadable

JSON_AS_CSV = "This is JSON, not CSV. Choose the format github for issues of GitHub."


class Format(StrEnum):
    """Where a file comes from."""

    CSV = "csv"
    GITHUB = "github"
    JIRA = "jira"


def rows_of(text: str, file_format: str, repository: str = "") -> Iterator[Row]:
    """The rows of a file; Unreadable when it is not of this format."""
    return issues.rows_of(text, repository) if file_format == Format.GITHUB else csv_files.rows_of(text)


def notes_on_columns(text: str, file_format: str, mapping: Mapping[str, str]) -> list[str]:
    """What is read of a column that the header names more than once, one sentence for each that is mapped.

    >>> notes_on_columns("id,effort,effort\\n1,2,3", "csv", {"effort_hours": "effort"})
    ['The header has 2 columns named effort: of each row the first of them that is not empty is read.']
    """
    if file_format == Format.GITHUB:
        return []
    named = {column: field for field, column in mapping.items()}
    return [
        f"The header has {count} columns named {name}: "
        + (
            "every value of them counts as a label."
            if named[name] == "labels"
            else "of each row the first of them that is not empty is read."
        )
        for name, count in csv_files.repeated_columns(text).items()
        if name in named
    ]


def columns_of(text: str, file_format: str) -> list[str]:
    """The names of the columns in order, each once."""
    if file_format == Format.GITHUB:
        return list(issues.COLUMNS)
    if text.lstrip()[:1] in ("[", "{"):
        raise Unreadable(JSON_AS_CSV)
    return csv_files.columns_of(text)
