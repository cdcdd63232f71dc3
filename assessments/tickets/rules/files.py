"""Files of tickets as rows: CSV of any tracker, Jira's CSV export, and the list of issues of GitHub's REST API.

A row is its line (or place in the list, from 1) and the text of each column. What the cells mean is decided in
`assessments.tickets.rules.rows`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from platform_site.text import csv_files
from platform_site.text.csv_files import Row, Unreadable


class Format(StrEnum):
    """Where a file comes from."""

    CSV = "csv"
    GITHUB = "github"
    JIRA = "jira"


def rows_of(text: str, file_format: str) -> Iterator[Row]:
    """The rows of a file; Unreadable when it is not of this format."""
    return _issues(text) if file_format == Format.GITHUB else csv_files.rows_of(text)


def columns_of(text: str, file_format: str) -> list[str]:
    """The names of the columns in order, each once."""
    return list(GITHUB_COLUMNS) if file_format == Format.GITHUB else csv_files.columns_of(text)


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
