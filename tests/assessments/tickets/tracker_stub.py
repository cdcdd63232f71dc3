"""A tracker on this machine that answers as GitHub's and Jira's published APIs do, with as many issues as wanted."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(number: int) -> str:
    return (START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def github_issue(number: int, **others: Any) -> dict[str, Any]:
    return {
        "number": number,
        "html_url": f"https://github.com/acme/ml/issues/{number}",
        "title": f"Access to the queue {number}",
        "body": "Please.",
        "user": {"login": "ann"},
        "labels": [{"name": "team:forecasting"}],
        "created_at": at(number),
        "updated_at": at(number),
        "closed_at": None,
    } | others


def jira_issue(number: int) -> dict[str, Any]:
    time = at(number).replace("Z", ".000+0000")
    fields = {"summary": f"Access {number}", "description": "Please.", "reporter": {"displayName": "Ann"}, "labels": []}
    return {
        "key": f"ML-{number}",
        "fields": fields | {"issuetype": {"name": "Task"}, "created": time, "updated": time, "resolutiondate": None},
    }


class Stub(ThreadingHTTPServer):
    """Its issues, the requests that came, and a hook that runs before each answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.issues: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.written: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.before_answer = lambda number: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Who hangs up early is expected here."""


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        stub, parts = self.server, urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        stub.paths.append(self.path)
        stub.headers.append(dict(self.headers))
        stub.before_answer(len(stub.paths))
        if parts.path.endswith("/labels"):
            content: Any = self._issue(parts.path.split("/")[5])["labels"]
        else:
            content = self._github(query) if parts.path.startswith("/repos/") else self._jira(parts.path, query)
        body = json.dumps(content if stub.status == 200 else {"message": "Bad credentials"}).encode()
        self.send_response(stub.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Labels that are added to an issue of GitHub; those that it has stay."""
        labels = self._issue(self.path.split("/")[5])["labels"]
        labels += [{"name": name} for name in self._content()["labels"] if {"name": name} not in labels]
        self._written()

    def do_DELETE(self) -> None:
        """A label that is taken from an issue of GitHub; 404 where it has none of the name."""
        number, name = self.path.split("/")[5], unquote(self.path.split("/")[7])
        labels = self._issue(number)["labels"]
        here = {"name": name} in labels
        self._issue(number)["labels"] = [label for label in labels if label["name"] != name]
        self._written(200 if here else 404)

    def do_PUT(self) -> None:
        """An issue of Jira that is edited: labels are added and removed one by one, as its `update` says."""
        key = self.path.rpartition("/")[2]
        fields = next(issue["fields"] for issue in self.server.issues if issue["key"] == key)
        for change in self._content()["update"]["labels"]:
            fields["labels"] = [label for label in fields["labels"] if label not in change.values()]
            fields["labels"] += [change["add"]] if "add" in change else []
        self._written(204)

    def _issue(self, number: str) -> dict[str, Any]:
        return next(issue for issue in self.server.issues if issue["number"] == int(number))

    def _content(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _written(self, status: int = 200) -> None:
        self.server.written.append(f"{self.command} {self.path}")
        self.send_response(self.server.status if self.server.status != 200 else status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _github(self, query: dict[str, str]) -> list[dict[str, Any]]:
        since = query.get("since", "")
        rows = sorted(
            (issue for issue in self.server.issues if issue["updated_at"] >= since),
            key=lambda issue: issue["updated_at"],
        )
        start = (int(query["page"]) - 1) * int(query["per_page"])
        return rows[start : start + int(query["per_page"])]

    def _jira(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        size = int(query["maxResults"])
        start = int(query.get("nextPageToken") or query.get("startAt") or 0)
        rows = self.server.issues[start : start + size]
        more = start + size < len(self.server.issues)
        if path.endswith("/jql"):
            return {"issues": rows} | ({"nextPageToken": str(start + size)} if more else {"isLast": True})
        return {"issues": rows, "startAt": start, "maxResults": size, "total": len(self.server.issues)}

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextlib.contextmanager
def stubbed() -> Iterator[Stub]:
    server = Stub()
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
