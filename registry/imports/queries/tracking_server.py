"""Read an MLflow tracking server over its REST API: registered models, versions, and the run of each version.

Somebody typed the address, so the rules of `platform_site.outbound` hold for every call, and the installation's token is
sent only to the server that the administrator set it for. Pages, calls, bytes and time are limited.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from platform_site.errors import Fault, Invalid
from platform_site.outbound import client
from registry.imports.rules import document
from registry.imports.rules.candidates import Unreadable

API = "/api/2.0/mlflow/"
PER_PAGE, MOST = 200, 1_000
LONGEST_ANSWER, CALL_TIMEOUT_S, TOTAL_TIMEOUT_S = 8 * 2**20, 15.0, 90.0
STATUS_MESSAGES = {
    401: "The server requires a token. An administrator sets MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN.",
    403: "The token in MLFLOW_TRACKING_TOKEN has no permission to read this server.",
    404: "There is no MLflow tracking server at this address. Give the value of MLFLOW_TRACKING_URI in your notebooks.",
}


class TrackingServer:
    """A tracking server, read within a time limit."""

    def __init__(self, url: str) -> None:
        self.url = url.strip().rstrip("/")
        if fault := client.address_fault(self.url, settings.OUTBOUND_ALLOW):
            raise _refused(fault)
        if "?" in self.url or "#" in self.url:
            raise _refused("Give the address without ? and #.")
        self.ends_at = time.monotonic() + TOTAL_TIMEOUT_S

    def read(self) -> dict[str, Any]:
        """``{registered_models, model_versions, runs: {run_id: run}}``, each as MLflow returns it.

        Raises Invalid when the server does not answer as one.
        """
        models = self._pages("registered-models/search", "registered_models")
        versions = self._pages("model-versions/search", "model_versions")
        run_ids = {version.get("run_id") for version in versions if isinstance(version, dict)}
        named = sorted(run_id for run_id in run_ids if run_id and isinstance(run_id, str))
        runs = {run_id: self._run(run_id) for run_id in named}
        return {"registered_models": models, "model_versions": versions, "runs": runs}

    def _pages(self, path: str, name: str) -> list[Any]:
        records: list[Any] = []
        for page in self._each_page(path):
            listed = page.get(name, [])
            records += listed if isinstance(listed, list) else [listed]
            if len(records) > MOST:
                raise _refused(
                    f"The server has more than {MOST:,} {name.replace('_', ' ')}. At most {MOST:,} are read."
                )
        return records

    def _each_page(self, path: str) -> Iterator[dict[str, Any]]:
        token, seen = "", set()
        while token not in seen:
            seen.add(token)
            page = self._call(path, {"max_results": str(PER_PAGE)} | ({"page_token": token} if token else {}))
            yield page
            token = page.get("next_page_token") or ""
            if not token or not isinstance(token, str):
                return
        raise _refused("The server sent the same page twice.")

    def _run(self, run_id: str) -> dict[str, Any]:
        """The run of a version; empty when it has been deleted."""
        response = self._call("runs/get", {"run_id": run_id}, missing={"run": {}})
        return response.get("run", {})

    def _call(self, path: str, query: dict[str, str], *, missing: dict[str, Any] | None = None) -> dict[str, Any]:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise _refused(f"The server could not be read within {TOTAL_TIMEOUT_S:g} s.")
        try:
            answer = client.get(
                f"{self.url}{API}{path}?{urlencode(query)}", self._headers(), longest=LONGEST_ANSWER,
                patience_s=min(CALL_TIMEOUT_S, left), allowed=settings.OUTBOUND_ALLOW,
            )  # fmt: skip
            if answer.status == 404 and missing is not None:
                return missing
            if not answer.is_taken:
                raise _refused(STATUS_MESSAGES.get(answer.status, f"The server answered with status {answer.status}."))
            return document.document(answer.body)
        except client.NotSent as error:
            raise _refused(str(error)) from error
        except Unreadable as error:
            raise _refused(f"The server does not answer as MLflow does. {error}") from error

    def _headers(self) -> dict[str, str]:
        ours = settings.MLFLOW_TRACKING_TOKEN and self.url == settings.MLFLOW_TRACKING_URI
        return {"Accept": "application/json"} | (
            {"Authorization": f"Bearer {settings.MLFLOW_TRACKING_TOKEN}"} if ours else {}
        )


def _refused(sentence: str) -> Invalid:
    return Invalid([Fault("url", "unreadable", sentence)])
