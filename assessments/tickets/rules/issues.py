"""Issues of GitHub in every shape that its tools write: REST, pages glued together, `gh issue list --json`, GraphQL's
answers, one object a line. Half a character, where an exporter cut a text, becomes U+FFFD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from platform_site.text.csv_files import Row, Unreadable

COLUMNS = ("id", "title", "body", "user", "team", "created_at", "closed_at", "labels", "issue_type")
BLANKS = " \t\r\n\x1e\ufeff"  # \x1e begins each value of a JSON text sequence
DEEPEST = 8
OWN_LABEL = "plumbline:"  # what we wrote there is no evidence for a type
# https://github.com/acme/ml/issues/7, https://api.github.com/repos/acme/ml/issues/7, https://ghe.acme.com/api/v3/repos/…
ADDRESS = re.compile(r"https?://[^/]+/(?:api/v3/)?(?:repos/)?([^/]+/[^/]+)(?:/(issues|pull)/\d+)?/?")
NOT_A_LIST = (
    "This is not a list of issues. Send the JSON that GitHub's REST or GraphQL API returns, or that "
    "`gh issue list --json` writes."
)
NO_REPOSITORY = "It does not say its repository."
SAY_IT = "Say it for the whole file, as owner/name, or export the url of each issue too."


def rows_of(text: str, repository: str = "") -> Iterator[Row]:
    """One issue at a time, so that a long list never stands in memory as objects. Pull requests are left out.

    ``repository`` is that of issues which name none.
    """
    number = 0
    for value in _values(text):
        for issue, owner in _issues_in(value, repository):
            number += 1
            if not isinstance(issue, dict):
                yield Row(number, {}, "This is not an issue: a JSON object was expected.")
            elif not _is_pull_request(issue):
                cells = issue_cells(issue, owner)
                yield Row(number, cells, "" if cells["id"] or not issue.get("number") else f"{NO_REPOSITORY} {SAY_IT}")


def issue_cells(issue: dict[str, Any], repository: str = "") -> dict[str, str]:
    """An issue as the cells of a row. Its id names its repository: without one, two repositories would share ids.

    >>> issue_cells({"number": 7, "html_url": "https://github.com/acme/platform/issues/7"})["id"]
    'acme/platform#7'
    >>> issue_cells({"number": 7})["id"]
    ''
    """
    named = [_text(label.get("name") if isinstance(label, dict) else label) for label in _nodes(issue.get("labels"))]
    labels = [label for label in named if not label.startswith(OWN_LABEL)]
    number, owner = _text(issue.get("number")), _repository(issue) or repository
    user = issue.get("user") or issue.get("author")
    kind = issue.get("type") or issue.get("issueType")
    return {
        "id": f"{owner}#{number}" if number and owner else "",
        "title": _text(issue.get("title")),
        "body": _text(issue.get("body") or issue.get("bodyText")),
        "user": _text(user.get("login") if isinstance(user, dict) else user),
        "team": next((label.partition(":")[2].strip() for label in labels if label.lower().startswith("team:")), ""),
        "created_at": _text(issue.get("created_at") or issue.get("createdAt")),
        "closed_at": _text(issue.get("closed_at") or issue.get("closedAt")),
        "labels": ", ".join(labels),
        "issue_type": _text(kind.get("name") if isinstance(kind, dict) else kind),
    }


def _values(text: str) -> Iterator[Any]:
    """The values in lists that follow one another, or that stand one a line; the lists themselves are never built."""
    decoder = json.JSONDecoder(parse_int=_integer)
    position, depth, number, complete = _skip(text, 0), 0, 0, False
    if text[position : position + 1] not in ("[", "{"):
        raise Unreadable(NOT_A_LIST)
    while position < len(text):
        mark = text[position]
        if mark == "]" and depth:
            depth, complete, position = depth - 1, True, position + 1
        elif mark == "," and depth and complete:
            complete, position = False, position + 1
        elif depth and complete:
            raise Unreadable(f"The list breaks off after issue {number}. Export it again.")
        elif mark == "[":
            depth, complete, position = depth + 1, False, position + 1
        else:
            number += 1
            try:
                value, position = decoder.raw_decode(text, position)
            except (ValueError, RecursionError) as error:
                raise Unreadable(f"Issue {number} is not readable JSON.") from error
            complete = True
            yield value
        position = _skip(text, position)
    if depth:
        raise Unreadable(f"The list breaks off after issue {number}. Export it again.")


def _issues_in(value: Any, repository: str) -> Iterator[tuple[Any, str]]:
    """The issues of a value, each with its repository: the value is one, or an answer that holds many."""
    if not isinstance(value, dict) or _is_issue(value):
        yield value, repository
        return
    if isinstance(value.get("message"), str) or value.get("errors"):
        raise Unreadable(
            f"GitHub answered with an error instead of issues: {_error(value)[:200]!r}. Export them again."
        )
    if not value.keys() & {"data", "items", "nodes", "edges"}:
        yield None, repository
        return
    yield from _below(value, repository, 0)


def _below(value: Any, repository: str, depth: int) -> Iterator[tuple[Any, str]]:
    if isinstance(value, dict) and _is_issue(value):
        yield value, repository
    elif isinstance(value, dict) and depth < DEEPEST:
        repository = _text(value.get("nameWithOwner")) or repository
        for child in value.values():
            yield from _below(child, repository, depth + 1)
    elif isinstance(value, list) and depth < DEEPEST:
        for child in value:
            yield from _below(child, repository, depth + 1)


def _is_issue(value: dict[str, Any]) -> bool:
    return "number" in value or "title" in value


def _is_pull_request(issue: dict[str, Any]) -> bool:
    match = ADDRESS.fullmatch(_text(issue.get("html_url")) or _text(issue.get("url")))
    is_pull = match is not None and match[2] == "pull"
    return is_pull or bool(issue.keys() & {"pull_request"}) or issue.get("__typename") == "PullRequest"


def _repository(issue: dict[str, Any]) -> str:
    for name in ("html_url", "url", "repository_url"):
        match = ADDRESS.fullmatch(_text(issue.get(name)))
        if match:
            return match[1]
    about = issue.get("repository")
    return _text(about.get("nameWithOwner") or about.get("full_name")) if isinstance(about, dict) else ""


def _error(answer: dict[str, Any]) -> str:
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else answer
    return _text(first.get("message") if isinstance(first, dict) else first)


def _nodes(value: Any) -> list[Any]:
    """A list as REST writes it, or the nodes of GraphQL's connection."""
    if isinstance(value, dict):
        edges = value.get("edges") if isinstance(value.get("edges"), list) else []
        value = value.get("nodes") or [edge.get("node") for edge in edges or [] if isinstance(edge, dict)]
    return value if isinstance(value, list) else []


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
    while position < len(text) and text[position] in BLANKS:
        position += 1
    return position
