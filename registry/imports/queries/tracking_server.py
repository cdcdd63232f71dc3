"""Read an MLflow tracking server by its REST interface: registered models, versions, and the run of each version.

The address is somebody's: the rules of `platform_site.outbound` hold for every call, and the installation's token goes to
the one server that the administrator named it for. Pages, calls, bytes and time are bounded.
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
from registry.imports.rules.findings import Unreadable

API = "/api/2.0/mlflow/"
PER_PAGE, MOST = 200, 1_000
LONGEST_ANSWER, PATIENCE_S, WHOLE_S = 8 * 2**20, 15.0, 90.0
TOLD = {
    401: "It wants to know who asks: an administrator sets MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN.",
    403: "The token of MLFLOW_TRACKING_TOKEN may not read it.",
    404: "There is no MLflow tracking server: give the address that MLFLOW_TRACKING_URI has in your notebooks.",
}


class TrackingServer:
    """One tracking server, read within one limit of time."""

    def __init__(self, url: str) -> None:
        self.url = url.strip().rstrip("/")
        if fault := client.address_fault(self.url, settings.OUTBOUND_ALLOW):
            raise _refused(fault)
        if "?" in self.url or "#" in self.url:
            raise _refused("Give the address alone, without ? and #.")
        self.ends_at = time.monotonic() + WHOLE_S

    def read(self) -> dict[str, Any]:
        """``{registered_models, model_versions, runs: {run_id: run}}``, each as MLflow tells it; Invalid when it does
        not answer as one."""
        models = self._pages("registered-models/search", "registered_models")
        versions = self._pages("model-versions/search", "model_versions")
        named = {version.get("run_id") for version in versions if isinstance(version, dict)}
        runs = {run_id: self._run(run_id) for run_id in sorted(one for one in named if one and isinstance(one, str))}
        return {"registered_models": models, "model_versions": versions, "runs": runs}

    def _pages(self, path: str, name: str) -> list[Any]:
        found: list[Any] = []
        for page in self._each_page(path):
            listed = page.get(name, [])
            found += listed if isinstance(listed, list) else [listed]
            if len(found) > MOST:
                raise _refused(
                    f"It has more than {MOST:,} of {name.replace('_', ' ')}: that many are not read at once."
                )
        return found

    def _each_page(self, path: str) -> Iterator[dict[str, Any]]:
        token, seen = "", set()
        while token not in seen:
            seen.add(token)
            page = self._ask(path, max_results=str(PER_PAGE), **({"page_token": token} if token else {}))
            yield page
            token = page.get("next_page_token") or ""
            if not token or not isinstance(token, str):
                return
        raise _refused("It gives the same page twice.")

    def _run(self, run_id: str) -> dict[str, Any]:
        """The run of a version; an empty one when it was deleted since."""
        told = self._ask("runs/get", run_id=run_id, missing={"run": {}})
        return told.get("run", {})

    def _ask(self, path: str, *, missing: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise _refused(f"It was not read within {WHOLE_S:g} s.")
        try:
            answer = client.get(
                f"{self.url}{API}{path}?{urlencode(query)}", self._headers(), longest=LONGEST_ANSWER,
                patience_s=min(PATIENCE_S, left), allowed=settings.OUTBOUND_ALLOW,
            )  # fmt: skip
            if answer.status == 404 and missing is not None:
                return missing
            if not answer.is_taken:
                raise _refused(TOLD.get(answer.status, f"It answered with status {answer.status}."))
            return document.document(answer.body)
        except client.NotSent as error:
            raise _refused(str(error)) from error
        except Unreadable as error:
            raise _refused(f"What it answers is not what MLflow tells. {error}") from error

    def _headers(self) -> dict[str, str]:
        ours = settings.MLFLOW_TRACKING_TOKEN and self.url == settings.MLFLOW_TRACKING_URI
        return {"Accept": "application/json"} | (
            {"Authorization": f"Bearer {settings.MLFLOW_TRACKING_TOKEN}"} if ours else {}
        )


def _refused(sentence: str) -> Invalid:
    return Invalid([Fault("url", "unreadable", sentence)])
