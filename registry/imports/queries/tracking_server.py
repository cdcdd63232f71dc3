"""Read an MLflow tracking server over its REST API: registered models, versions, and the run of each version.

Somebody typed the address, so the rules of `platform_site.outbound` hold for every call, and the installation's sign-in is
sent only to the server that the administrator set it for. Pages, calls, bytes and time are limited: one look reads a part,
and says from where the next look goes on.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from django.conf import settings

from platform_site.environment.mlflow import MlflowServer
from platform_site.errors import Fault, Invalid
from platform_site.outbound import client
from registry.imports.queries.artifact_digests import digest_of
from registry.imports.rules import document
from registry.imports.rules.candidates import Unreadable
from registry.models import Observation

API = "/api/2.0/mlflow/"
PER_PAGE, MOST = 200, 1_000
LONGEST_ANSWER, CALL_TIMEOUT_S, TOTAL_TIMEOUT_S = 8 * 2**20, 15.0, 90.0
LOOK_S = 45.0  # a look that lasts longer ends with the page that it is at
LONGEST_FILTER, LONGEST_CURSOR, LONGEST_WORDS = 120, 500, 300
MODELS, VERSIONS = "models", "versions"
PATHS = {
    MODELS: ("registered-models/search", "registered_models"),
    VERSIONS: ("model-versions/search", "model_versions"),
}
STATUS_MESSAGES = {
    403: "Whoever signs in has no permission to read this server.",
    404: "There is no MLflow tracking server at this address. Give the value of MLFLOW_TRACKING_URI in your notebooks.",
}
UNKNOWN = (
    "The server requires to sign in. An administrator sets MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN, or its user "
)
UNKNOWN += "and password, or names the server in MLFLOW_SERVERS."
REFUSED = "The server does not accept what {name} signs in with. An administrator corrects the token, or the user and password."


class Look(NamedTuple):
    """What one look read, as MLflow returns it, and where the next one goes on; empty where everything was read."""

    document: dict[str, Any]
    next_cursor: str = ""


def server_of(address: str) -> MlflowServer:
    """The server of an address, or that an administrator named so; one that nobody named is read without a sign-in."""
    wanted = address.strip().rstrip("/")
    for server in settings.MLFLOW_SERVERS.values():
        if wanted in (server.name, server.origin, server.url):
            return server
    return MlflowServer("", wanted)


class TrackingServer:
    """A tracking server, read within a time limit."""

    def __init__(self, address: str) -> None:
        self.server = server_of(address)
        self.url, self.origin = self.server.url, self.server.origin
        if fault := client.address_fault(self.url, settings.OUTBOUND_ALLOW):
            raise refused(fault)
        if "?" in self.url or "#" in self.url:
            raise refused("Give the address without ? and #.")
        self.began = time.monotonic()
        self.ends_at = self.began + TOTAL_TIMEOUT_S

    def look(self, *, name: str = "", cursor: str = "") -> Look:
        """``{registered_models, model_versions, runs: {run_id: run}}``, each as MLflow returns it: models first, then versions.

        ``name`` is a part of the models' names; ``cursor`` where the last look ended. Raises Invalid when the server does
        not answer as one.
        """
        start, _, token = (cursor or f"{MODELS}:").partition(":")
        if start not in PATHS or len(cursor) > LONGEST_CURSOR:
            sentence = "It is not where a look ended. Leave it out to begin anew."
            raise Invalid([Fault("cursor", "malformed", sentence)])
        read: dict[str, list[Any]] = {MODELS: [], VERSIONS: []}
        runs: dict[str, Any] = {}
        next_cursor = ""
        for kind, records, after in self._each_page(start, token, name):
            read[kind] += records
            if kind == VERSIONS:
                self._add_runs(records, runs)
            if after and self._is_enough(read):
                next_cursor = after
                break
        content = {"registered_models": read[MODELS], "model_versions": read[VERSIONS], "runs": runs}
        return Look(content, next_cursor)

    def version(self, name: str, number: str) -> dict[str, Any]:
        """One version with its model and its run, in the same form."""
        model = self.call("registered-models/get", {"name": name}).get("registered_model", {})
        version = self.call("model-versions/get", {"name": name, "version": number}).get("model_version", {})
        runs: dict[str, Any] = {}
        self._add_runs([version], runs)
        return {"registered_models": [model], "model_versions": [version], "runs": runs}

    def write(self, path: str, body: dict[str, Any], *, method: str = "POST") -> None:
        """A call that writes; Invalid when the server does not take it."""
        headers = self._headers() | {"Content-Type": "application/json"}
        try:
            answer = client.send(
                method, f"{self.url}{API}{path}", json.dumps(body).encode(), headers, allowed=settings.OUTBOUND_ALLOW,
                tls=self._tls(),
            )  # fmt: skip
        except client.NotSent as error:
            raise refused(str(error)) from error
        if not answer.is_taken:
            raise refused(f"The server did not take {path}: {_words(answer) or f'status {answer.status}'}.")

    def _is_enough(self, read: dict[str, list[Any]]) -> bool:
        return sum(map(len, read.values())) >= MOST or time.monotonic() > self.began + LOOK_S

    def _each_page(self, kind: str, token: str, name: str) -> Iterator[tuple[str, list[Any], str]]:
        """Each page of models, then of versions: its kind, its records, and where to go on after it."""
        seen: set[tuple[str, str]] = set()
        while kind:
            if (kind, token) in seen:
                raise refused("The server sent the same page twice.")
            seen.add((kind, token))
            path, field = PATHS[kind]
            query = {"max_results": str(PER_PAGE)} | ({"page_token": token} if token else {})
            if name:
                query["filter"] = f"name ILIKE '%{_escaped(name)}%'"
            page = self.call(path, query)
            listed, following = page.get(field, []), page.get("next_page_token") or ""
            token = following if isinstance(following, str) else ""
            records = listed if isinstance(listed, list) else [listed]
            here, kind = kind, kind if token else VERSIONS if kind == MODELS else ""
            yield here, records, f"{kind}:{token}" if kind else ""

    def _add_runs(self, versions: list[Any], runs: dict[str, Any]) -> None:
        """The runs of versions, MLflow's own record of the model where a version names it, and the artifact's digest where an
        administrator lets us read it."""
        for version in versions:
            if not isinstance(version, dict):
                continue
            run_id, logged = version.get("run_id"), version.get("model_id")
            if isinstance(run_id, str) and run_id and run_id not in runs:
                runs[run_id] = self._run(run_id)
            if isinstance(logged, str) and logged:
                answer = self.call(f"logged-models/{quote(logged, safe='')}", {}, missing={})
                version["logged_model"] = answer.get("model", {})
        if self.server.read_artifacts:
            self._add_digests(versions)

    def _add_digests(self, versions: list[Any]) -> None:
        """The digests of artifacts that are not known yet, as long as a look lasts; the others are read by a later one."""
        named = {
            f"{version.get('name')}/{version.get('version')}": version
            for version in versions
            if isinstance(version, dict)
        }
        rows = Observation.objects.filter(origin=self.origin, external_id__in=named)
        known = {row.external_id for row in rows if (row.parts.get("artifact") or {}).get("digest")}
        for external_id, version in named.items():
            if external_id not in known and time.monotonic() < self.began + LOOK_S:
                read = digest_of(self, str(version.get("name")), str(version.get("version")))
                version["artifact_digest"], version["artifact_note"] = read

    def _run(self, run_id: str) -> dict[str, Any]:
        """The run of a version; empty when it has been deleted."""
        response = self.call("runs/get", {"run_id": run_id}, missing={"run": {}})
        return response.get("run", {})

    def call(self, path: str, query: dict[str, str], *, missing: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer to one GET; ``missing`` instead of a 404. Invalid when there is no usable answer."""
        answer = self.fetch(f"{API}{path}", query)
        if answer.status == 404 and missing is not None:
            return missing
        if not answer.is_taken:
            raise refused(self._why(answer))
        try:
            return document.document(answer.body)
        except Unreadable as error:
            raise refused(f"The server does not answer as MLflow does. {error}") from error

    def fetch(self, path: str, query: dict[str, str], *, longest: int = LONGEST_ANSWER) -> client.Answer:
        """One GET, with the sign-in and within what is left of the time; Invalid when there is no answer."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise refused(f"The server could not be read within {TOTAL_TIMEOUT_S:g} s.")
        try:
            return client.get(
                f"{self.url}{path}{'?' if query else ''}{urlencode(query)}", self._headers(), longest=longest,
                patience_s=min(CALL_TIMEOUT_S, left), allowed=settings.OUTBOUND_ALLOW, tls=self._tls(),
            )  # fmt: skip
        except client.NotSent as error:
            raise refused(str(error)) from error

    def _why(self, answer: client.Answer) -> str:
        if answer.status == 401:
            return REFUSED.format(name=self.server.name) if "Authorization" in self.server.headers else UNKNOWN
        if answer.status != 403 and (words := _words(answer)):
            return f"MLflow answers with status {answer.status}: {words}."
        return STATUS_MESSAGES.get(answer.status, f"The server answered with status {answer.status}.")

    def _headers(self) -> dict[str, str]:
        return {"Accept": "application/json"} | self.server.headers

    def _tls(self) -> ssl.SSLContext | None:
        """TLS with the certificate authority of this server, where it has one of its own."""
        path = self.server.cert_path
        if not path or not self.url.startswith("https://"):
            return None
        try:
            return ssl.create_default_context(cafile=path)
        except (OSError, ssl.SSLError) as error:
            raise refused(f"The certificate authority of {self.server.name} cannot be read: {error}.") from error


def _escaped(name: str) -> str:
    if len(name) > LONGEST_FILTER or "'" in name or '"' in name:
        sentence = f"Write a part of the models' names without quotes, at most {LONGEST_FILTER} characters."
        raise Invalid([Fault("name", "malformed", sentence)])
    return name


def _words(answer: client.Answer) -> str:
    """What MLflow says of a call that it refused, such as a model, version or workspace that it does not know; empty where
    what answers is not MLflow."""
    try:
        content = document.document(answer.body)
    except Unreadable:
        return ""
    message = content.get("message")
    text = message if "error_code" in content and isinstance(message, str) else ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text[:LONGEST_WORDS]).split()).rstrip(".")


def refused(sentence: str) -> Invalid:
    """That the server cannot be read, at its address."""
    return Invalid([Fault("url", "unreadable", sentence)])
