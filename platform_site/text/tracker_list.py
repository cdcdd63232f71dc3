"""The trackers whose issues become tickets, as an administrator lists them. Standard library alone."""

from __future__ import annotations

import json
import re
from typing import NamedTuple
from urllib.parse import urlsplit

GITHUB, JIRA, JIRA_CLOUD = "github", "jira", "jira_cloud"
KINDS = (GITHUB, JIRA, JIRA_CLOUD)
FIELDS = ("name", "kind", "address", "project", "token", "organization", "write_labels")
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}\Z")
PROJECT = {
    GITHUB: re.compile(r"[\w.-]+/[\w.-]+\Z"),
    JIRA: re.compile(r"[A-Z][A-Z0-9_]{0,99}\Z"),
    JIRA_CLOUD: re.compile(r"[A-Z][A-Z0-9_]{0,99}\Z"),
}


class Tracker(NamedTuple):
    """One tracker: the name that its tickets have as their source, where it is, and what is read of it; whether the types that
    people chose are written to its issues, as labels."""

    name: str
    kind: str
    address: str
    project: str
    token: str = ""
    organization: str = ""
    write_labels: bool = False


def read_trackers(text: str) -> tuple[Tracker, ...]:
    """The trackers that a JSON list names; ValueError where it is none.

    >>> read_trackers('[{"name": "ml", "kind": "github", "address": "https://api.github.com", "project": "acme/ml"}]')[0].kind
    'github'
    """
    entries = json.loads(text)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("not a list of objects")
    trackers = tuple(_tracker(entry) for entry in entries)
    if len({tracker.name for tracker in trackers}) != len(trackers):
        raise ValueError("a name twice")
    return trackers


def _tracker(entry: dict[str, object]) -> Tracker:
    if not {"name", "kind", "address", "project"} <= entry.keys() <= set(FIELDS):
        raise ValueError("fields")
    values = {name: str(value) for name, value in entry.items() if name != "write_labels"}
    written = entry.get("write_labels", False)
    if not isinstance(written, bool) or (written and not values.get("token")):
        raise ValueError("write_labels")
    parts = urlsplit(values["address"])
    is_open = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1"))
    plain = is_open and parts.hostname and not (parts.query or parts.fragment or "@" in parts.netloc)
    kind = values["kind"]
    if kind not in KINDS or not plain or not NAME.match(values["name"]) or not PROJECT[kind].match(values["project"]):
        raise ValueError("values")
    return Tracker(**values | {"address": values["address"].rstrip("/")}, write_labels=written)
