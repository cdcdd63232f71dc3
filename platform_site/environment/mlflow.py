"""The MLflow servers that an installation knows: how to sign in to each, and what may be written back to it.

>>> servers = parse_servers('{"eu": {"url": "https://mlflow.example/", "username": "ada", "password": "secret"}}')
>>> servers["eu"].url, servers["eu"].guard_aliases, servers["eu"].restore_aliases
('https://mlflow.example', ('champion', 'production'), False)
"""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platform_site.environment.variables import KEY, TOKEN, Kind, NotValid, hide, split_address

DEFAULT = "default"  # the name of the server that MLFLOW_TRACKING_URI names
NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}\Z")
GUARDED = ("champion", "production")
IMPORT_MINUTES, MOST_MINUTES = 60, 1_000_000
WORKSPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\Z")
EXAMPLE = '{"eu": {"url": "https://mlflow.example", "username": "reader", "password": "…"}}'


@dataclass(frozen=True)
class MlflowServer:
    """A server: its address, who signs in, the certificate authority and workspace, and what its events may do here.

    With an ``owner_team`` it is imported for that team, every ``import_minutes``. An alias of ``guard_aliases`` asks the gate;
    ``restore_aliases`` allows to put it back where the gate blocks, and to move aliases from here; ``read_artifacts`` to
    compute the digests of artifacts from their files.
    """

    name: str
    url: str
    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    cert_path: str = ""
    workspace: str = ""
    webhook_secret: str = field(default="", repr=False)
    owner_team: str = ""
    guard_aliases: tuple[str, ...] = GUARDED
    restore_aliases: bool = False
    read_artifacts: bool = False
    import_minutes: int = IMPORT_MINUTES

    @property
    def origin(self) -> str:
        """What records of it are known by: its address, with the workspace where it has one."""
        return f"{self.url} ({self.workspace})" if self.workspace else self.url

    @property
    def headers(self) -> dict[str, str]:
        """The headers that sign in and choose the workspace."""
        headers = {"X-MLFLOW-WORKSPACE": self.workspace} if self.workspace else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        elif self.username:
            pair = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        return headers


def parse_servers(text: str) -> dict[str, MlflowServer]:
    """The servers that JSON describes, by name; NotValid with every fault."""
    try:
        described = json.loads(text)
    except ValueError:
        described = None
    if not isinstance(described, dict):
        raise NotValid(f"the value is not a JSON object of servers such as {EXAMPLE}.")
    faults = [fault for name, fields in described.items() for fault in _faults(name, fields)]
    if faults:
        raise NotValid(*faults)
    return {name: _server(name, fields) for name, fields in described.items()}


FIELDS = tuple(entry.name for entry in dataclasses.fields(MlflowServer) if entry.name != "name")


def _server(name: str, fields: dict[str, Any]) -> MlflowServer:
    values = dict(fields)
    if "guard_aliases" in values:
        values["guard_aliases"] = tuple(values["guard_aliases"])
    values["url"] = values["url"].strip().rstrip("/")
    return MlflowServer(name, **values)


def _faults(name: str, fields: Any) -> list[str]:
    if not NAME.match(name) or name == DEFAULT:
        return [
            f"{name[:63]!r} is not a name of a server. Write lower-case letters, digits, _ and -, and not {DEFAULT}."
        ]
    if not isinstance(fields, dict):
        return [f"{name} is not an object with a url."]
    faults = [f"{name}.{key}: not a field. Choose from {', '.join(FIELDS)}." for key in fields if key not in FIELDS]
    faults += [f"{name}.{key}: {wrong}" for key, wrong in _wrong_values(fields).items()]
    if "token" in fields and "username" in fields:
        faults.append(f"{name}: give token, or username and password, not both.")
    if ("username" in fields) != ("password" in fields):
        faults.append(f"{name}: username and password go together.")
    return faults


def _wrong_values(fields: dict[str, Any]) -> dict[str, str]:
    wrong = {} if "url" in fields else {"url": "missing."}
    for key, value in fields.items():
        if key == "guard_aliases":
            if not isinstance(value, list) or not all(isinstance(alias, str) and alias for alias in value):
                wrong[key] = "not a list of aliases."
        elif key in ("restore_aliases", "read_artifacts"):
            if not isinstance(value, bool):
                wrong[key] = "neither true nor false."
        elif key == "import_minutes":
            if type(value) is not int or not 1 <= value <= MOST_MINUTES:
                wrong[key] = f"not a whole number from 1 to {MOST_MINUTES}."
        elif not isinstance(value, str) or not value.strip():
            wrong[key] = "not a text."
        elif key in CHECKS and (sentence := CHECKS[key](value)):
            wrong[key] = sentence
    return wrong


def _kind(kind: Kind) -> Any:
    def check(value: str) -> str:
        try:
            kind.read(value)
        except NotValid:
            return f"not {kind.expects}."
        return ""

    return check


def _address(value: str) -> str:
    try:
        parts = split_address(value, "http", "https")
    except ValueError:
        return "not an http or https address."
    return "write it without a user and a password." if "@" in parts.netloc else ""


CHECKS = {
    "url": _address,
    "token": _kind(TOKEN),
    "webhook_secret": _kind(KEY),
    "workspace": lambda value: "" if WORKSPACE.match(value) else "not the name of a workspace.",
    "cert_path": lambda value: "" if Path(value).is_file() else "not a file of certificates (PEM).",
}
SERVERS = Kind(f"JSON such as {EXAMPLE}", parse_servers, hide)
WORKSPACE_NAME = Kind(
    "the name of a workspace", lambda text: (WORKSPACE.match(text.strip()) and text.strip()) or _not(text)
)
CERTIFICATES = Kind(
    "a file of certificates (PEM)", lambda text: text.strip() if Path(text.strip()).is_file() else _not(text)
)


def _not(text: str) -> str:
    raise ValueError(text)
