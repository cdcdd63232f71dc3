"""What a pipeline asks: may this version be deployed, and what would a changed definition compute?"""

from __future__ import annotations

import sys
import time
from typing import Any

from ._server import BLOCKED, PASSED, UNREACHABLE, WAITING, WRONG_USE, PlumblineError, Server, path_of

POLL_S, RUN_WAIT_S = 2.0, 600.0
DEFINITION = ("computation_logic", "null_handling", "data_type", "source_table")


def ask_gate(server: Server, model: str, version: str, wait_s: float = 0.0, *, strict: bool = False) -> dict[str, Any]:
    """The decision of the deployment gate. If an override is requested, wait until somebody has decided it. Of a version
    that is only observed the gate advises: that fails with ``strict`` alone."""
    ends_at = time.monotonic() + wait_s
    while True:
        decision = server.post(path_of("models", model, "versions", version, "deployment-gate"))
        decision.update(model=model, version=version, waiting_for=[])
        if decision.get("advisory"):
            return dict(decision, exit_code=advised(decision, strict))
        if decision.get("decision") == "PROCEED":
            return dict(decision, exit_code=PASSED)
        if decision["decision"] != "BLOCKED":
            raise KeyError(decision["decision"])
        requested = requested_overrides(server, model, version)
        if not requested:
            return dict(decision, exit_code=BLOCKED)
        if not _decided(server, model, version, requested, ends_at):
            return dict(decision, exit_code=WAITING, waiting_for=requested)


def advised(decision: dict[str, Any], strict: bool) -> int:
    """The exit code of advice about an observed version: strictly, whatever is missing or blocks fails."""
    passes = decision.get("decision") == "PROCEED" and not decision.get("missing_parts")
    return PASSED if passes or not strict else BLOCKED


def requested_overrides(server: Server, model: str, version: str) -> list[dict[str, Any]]:
    """The overrides of a version that wait for somebody's decision."""
    overrides = server.get("overrides/", model=model, version=version, state="requested")["results"]
    return [{name: override[name] for name in ("id", "requested_by", "expires_at")} for override in overrides]


def _decided(server: Server, model: str, version: str, requested: list[dict[str, Any]], ends_at: float) -> bool:
    log("Waiting for approval of override {} …".format(", ".join(str(override["id"]) for override in requested)))
    while time.monotonic() < ends_at:
        time.sleep(max(0.0, min(POLL_S, ends_at - time.monotonic())))
        if requested_overrides(server, model, version) != requested:
            return True
    return False


def ask_parity(
    server: Server, feature: str, wanted: dict[str, str], dataset: str = "", wait_s: float = RUN_WAIT_S
) -> dict[str, Any]:
    """Compare a proposed definition with the current one, row by row; parts that are left out stay as they are."""
    current = server.get(path_of("features", feature))["current"]
    if not current:
        raise PlumblineError(WRONG_USE, f"{feature} has no version to compare with.")
    now = server.get(path_of("features", feature, "versions", current))
    proposed = {part: wanted.get(part) or now[part] for part in DEFINITION}
    body = {"feature": feature, "proposed": proposed}
    body.update({"dataset": dataset} if dataset else {})
    run = _finished_run(server, server.post("parity/", body)["id"], wait_s)
    report = {"model": feature, "version": "", "run": run["id"], "outcome": run["outcome"], "result": run["result"]}
    report["word"] = (run["outcome"] or run["state"]).replace("_", " ").upper()
    report["reasons"] = [" ".join(filter(None, (run["summary"], run["error"]))) or "The run has not finished."]
    report["would_block"] = (run["result"] or {}).get("would_block", [])
    report["markdown"] = server.get("check-runs/{}/markdown/".format(run["id"]))["markdown"]
    codes = {"passed": PASSED, "failed": BLOCKED, None: WAITING}
    return dict(report, exit_code=codes.get(run["outcome"] if run["state"] != "cancelled" else "", UNREACHABLE))


def _finished_run(server: Server, pk: int, wait_s: float) -> dict[str, Any]:
    ends_at, shown = time.monotonic() + wait_s, ""
    while True:
        run = server.get(f"check-runs/{pk}/")
        if run["state"] in ("finished", "cancelled") or time.monotonic() >= ends_at:
            return run
        if run["progress"]["what"] not in ("", shown):
            shown = run["progress"]["what"]
            log(shown + " …")
        time.sleep(max(0.0, min(POLL_S, ends_at - time.monotonic())))


def log(sentence: str) -> None:
    """Print to the error output, so that the report stays clean."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
