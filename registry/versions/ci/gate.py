#!/usr/bin/env python3
"""Ask the deployment gate of Plumbline from a pipeline. One file for Python 3.8 or newer, with nothing to install.

    curl -fsSO https://plumbline.example/gate.py
    python3 -I gate.py MODEL VERSION --server https://plumbline.example
    python3 -I gate.py --parity FEATURE --logic "$(cat feature.sql)" --server https://plumbline.example

The token is read from PLUMBLINE_TOKEN and needs the scopes read and write; without --server the address is read from
PLUMBLINE_SERVER. Exit codes: 0 passed, 1 blocked, 2 wrong usage, 3 waiting for approval or timed out, 4 server or
sign-in error.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

PASSED, BLOCKED, WRONG_USE, WAITING, UNREACHABLE = range(5)
WORDS = {PASSED: "PROCEED", BLOCKED: "BLOCKED", WRONG_USE: "WRONG USAGE", WAITING: "WAITING", UNREACHABLE: "ERROR"}
PAUSES_S = (0.5, 1.0, 2.0)  # before a call is retried
LONGEST_PAUSE_S, ANSWER_TIMEOUT_S, POLL_S, RUN_WAIT_S = 60.0, 30.0, 2.0, 600.0
LONGEST_ANSWER = 16 * 2**20
RETRIED = {429, 500, 502, 503, 504}
DEFINITION = ("computation_logic", "null_handling", "data_type", "source_table")
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NoDecision(Exception):
    """The gate could not be asked: the exit code, and a message that says what to change."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, which would send the token to another address."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Server:
    """A Plumbline server. Calls can be retried: a POST carries an Idempotency-Key."""

    def __init__(self, address: str, token: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
            raise NoDecision(WRONG_USE, "--server must be the address of Plumbline, such as https://plumbline.example.")
        if not token:
            raise NoDecision(
                UNREACHABLE, "PLUMBLINE_TOKEN is not set. Set it to a token with the scopes read and write."
            )
        if not token.isascii() or not token.isprintable():
            raise NoDecision(UNREACHABLE, "PLUMBLINE_TOKEN contains characters that no token has.")
        self.root, self.token = address.rstrip("/") + "/api/v1/", token
        self.opener = urllib.request.build_opener(NoRedirect())

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self.call("GET", path + ("?" + urlencode(query) if query else ""))[1]

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """The status and the answer; NoDecision when there is no usable answer."""
        headers = {"Authorization": "Bearer " + self.token, "Accept": "application/json"}
        content = None
        if method == "POST":
            content = b"" if body is None else json.dumps(body).encode()
            headers.update({"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"})
        request = urllib.request.Request(self.root + path, content, headers, method=method)  # noqa: S310 - checked above
        for pause in (*PAUSES_S, None):
            status, answer, wait = self._once(request)
            if not (status in RETRIED or status is None or answer.get("code") == "in_progress") or pause is None:
                break
            time.sleep(min(max(pause, wait), LONGEST_PAUSE_S))
        return self._usable(status, answer)

    def _once(self, request: urllib.request.Request) -> tuple[int | None, dict[str, Any], float]:
        try:
            with self.opener.open(request, timeout=ANSWER_TIMEOUT_S) as answer:
                return answer.status, _object(answer.read(LONGEST_ANSWER)), 0.0
        except urllib.error.HTTPError as error:
            with error:
                if 300 <= error.code < 400:
                    sentence = "The server redirects. Set --server to the address that it redirects to."
                    raise NoDecision(UNREACHABLE, sentence) from error
                after = error.headers.get("Retry-After") or "0"
                return error.code, _object(error.read(LONGEST_ANSWER)), float(after) if after.isdigit() else 0.0
        except (OSError, ValueError) as error:
            return None, {"detail": str(getattr(error, "reason", error))}, 0.0

    def _usable(self, status: int | None, answer: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        sentences = [str(fault.get("message")) for fault in answer.get("errors") or () if isinstance(fault, dict)]
        detail = " ".join(sentences) or str(answer.get("detail") or "it gave no details")
        if status is None:
            raise NoDecision(UNREACHABLE, "The server does not answer: " + detail)
        if not answer:
            raise NoDecision(UNREACHABLE, f"The answer {status} is not Plumbline's. Check the address in --server.")
        if status in (400, 404, 422):
            raise NoDecision(WRONG_USE, detail)
        if status >= 400 and answer.get("code") != "gate_blocked":
            raise NoDecision(UNREACHABLE, f"{status}: {detail}")
        return status, answer


def _object(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content.decode())
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


# -- the two requests -------------------------------------------------------------------------------------------------


def ask_gate(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    """The decision of the deployment gate. If an override is requested, wait until somebody has decided it."""
    model, version, ends_at = options.model, options.version, time.monotonic() + (options.wait or 0)
    path = "models/{}/versions/{}/deployment-gate/".format(quote(model, safe=""), quote(version, safe=""))
    while True:
        decision = server.call("POST", path)[1]
        decision.update(model=model, version=version, waiting_for=[])
        if decision.get("decision") == "PROCEED":
            return dict(decision, exit_code=PASSED)
        requested = _requested_overrides(server, model, version)
        if not requested:
            return dict(decision, exit_code=BLOCKED)
        if not _decided(server, model, version, requested, ends_at):
            return dict(decision, exit_code=WAITING, waiting_for=requested)


def _requested_overrides(server: Server, model: str, version: str) -> list[dict[str, Any]]:
    overrides = server.get("overrides/", model=model, version=version, state="requested")["results"]
    return [{name: override[name] for name in ("id", "requested_by", "expires_at")} for override in overrides]


def _decided(server: Server, model: str, version: str, requested: list[dict[str, Any]], ends_at: float) -> bool:
    log("Waiting for approval of override {} …".format(", ".join(str(override["id"]) for override in requested)))
    while time.monotonic() < ends_at:
        time.sleep(max(0.0, min(POLL_S, ends_at - time.monotonic())))
        if _requested_overrides(server, model, version) != requested:
            return True
    return False


def ask_parity(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    """Compare a proposed definition with the current one, row by row; parts that are left out stay as they are."""
    name = quote(options.parity, safe="")
    current = server.get(f"features/{name}/")["current"]
    if not current:
        raise NoDecision(WRONG_USE, f"{options.parity} has no version to compare with.")
    now = server.get(f"features/{name}/versions/{current}/")
    wanted = {
        "computation_logic": options.logic,
        "null_handling": options.null_handling,
        "data_type": options.data_type,
    }
    proposed = {part: wanted.get(part) or now[part] for part in DEFINITION}
    body = {"feature": options.parity, "proposed": proposed}
    body.update({"dataset": options.dataset} if options.dataset else {})
    run = server.call("POST", "parity/", body)[1]
    run = _finished_run(server, run["id"], RUN_WAIT_S if options.wait is None else options.wait)
    report = {
        "model": options.parity,
        "version": "",
        "run": run["id"],
        "outcome": run["outcome"],
        "result": run["result"],
    }
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


# -- the report --------------------------------------------------------------------------------------------------------


def text(report: dict[str, Any]) -> str:
    """The report for people who read the log of a pipeline: the server's message, where it sent one."""
    if report.get("message"):
        lines = str(report["message"]).splitlines()
    else:
        lines = [f"{_word(report)}  {_subject(report)}".rstrip()]
        lines += [f"  {reason}" for reason in report.get("reasons", ())]
        lines += [_would_block(version) for version in report.get("would_block", ())]
    return "\n".join([*lines, *map(_waits, report.get("waiting_for", ()))]) + "\n"


def _would_block(version: dict[str, Any]) -> str:
    too = ", as the current definition does" if version.get("already") else ""
    return "  would block {model} {version}".format(**version) + too


def junit(report: dict[str, Any]) -> str:
    """The report as test results: one case for each reason, or a single one that passed."""
    code = report["exit_code"]
    kind = "" if code == PASSED else "failure" if code in (BLOCKED, WAITING) else "error"
    reasons = [] if code == PASSED else list(report.get("reasons", ())) or [_word(report)]
    counted = {"tests": str(max(1, len(reasons))), "failures": "0", "errors": "0"}
    counted.update({kind + "s": str(len(reasons))} if kind else {})
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(suites, "testsuite", counted, name="plumbline gate")
    for reason in reasons or [_word(report)]:
        names = {"classname": _legal(_subject(report) or "gate"), "name": _legal(reason)}
        case = ElementTree.SubElement(suite, "testcase", names)
        if kind:
            ElementTree.SubElement(case, kind, message=_legal(reason), type=_word(report)).text = _legal(text(report))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def markdown(report: dict[str, Any]) -> str:
    """The report for the summary that GitHub shows below a run: the server's, where it sent one."""
    lines = [str(report["markdown"]).rstrip()] if report.get("markdown") else _own_markdown(report)
    return "\n".join([*lines, *("- " + _plain(_waits(override)) for override in report.get("waiting_for", ()))]) + "\n"


def _own_markdown(report: dict[str, Any]) -> list[str]:
    reasons = ("- " + _plain(reason) for reason in report.get("reasons", ()))
    return [f"## {_word(report)} {_plain(_subject(report))}", "", *reasons]


def as_json(report: dict[str, Any]) -> str:
    """The report for programs: the server's answer and the exit code."""
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


FORMATS = {"text": text, "json": as_json, "junit": junit}


def _word(report: dict[str, Any]) -> str:
    return str(report.get("word") or WORDS[report["exit_code"]])


def _subject(report: dict[str, Any]) -> str:
    return "{} {}".format(report.get("model") or "", report.get("version") or "").strip()


def _waits(override: dict[str, Any]) -> str:
    return "  override {id}, requested by {requested_by}, waits for approval".format(**override)


def _legal(value: str) -> str:
    """The text without characters that XML does not allow."""
    return NOT_XML.sub("?", value)


def _plain(value: Any) -> str:
    """Text that stays in its table cell and is not read as markup."""
    escaped = str(value).replace("\\", "\\\\").replace("|", "\\|").replace("`", "'").replace("<", "&lt;")
    return " ".join(escaped.split())[:500]


def log(sentence: str) -> None:
    """Print to the error output, so that the report stays clean."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


# -- the command -------------------------------------------------------------------------------------------------------


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gate.py",
        description="Ask the deployment gate of Plumbline, or compare a proposed feature definition with the current one.",
        epilog="Exit codes: 0 passed, 1 blocked, 2 wrong usage, 3 waiting for approval or timed out, 4 server error.",
    )
    parser.add_argument("model", nargs="?", help="the model's name")
    parser.add_argument("version", nargs="?", help="the model version")
    parser.add_argument(
        "--server",
        default=os.environ.get("PLUMBLINE_SERVER", ""),
        help="the address of Plumbline; default: PLUMBLINE_SERVER",
    )
    parser.add_argument(
        "--wait", type=_seconds, help="seconds to wait for an approval (default 0) or a parity run (default 600)"
    )
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--output", default="", help="write the report to this file instead of the standard output")
    parser.add_argument("--parity", default="", metavar="FEATURE", help="compare a proposed definition of this feature")
    parser.add_argument("--logic", default="", help="the proposed SQL expression; default: the current one")
    parser.add_argument(
        "--null-handling", default="", help="none, forward_fill, zero_fill or drop; default: the current one"
    )
    parser.add_argument("--data-type", default="", help="the proposed data type; default: the current one")
    parser.add_argument("--dataset", default="", help="the data set to compare over; default: that of the source table")
    return parser


def _seconds(value: str) -> float:
    seconds = float(value)
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError("choose from 0 to 86400 seconds")
    return seconds


def main(words: Sequence[str] | None = None) -> int:
    parser = arguments()
    options = parser.parse_args(words)
    if options.parity and (options.model or options.version):
        parser.error("give MODEL and VERSION, or --parity FEATURE")
    if not options.parity and not (options.model and options.version):
        parser.error("give MODEL and VERSION, or --parity FEATURE")
    try:
        server = Server(options.server, os.environ.get("PLUMBLINE_TOKEN", ""))
        report = ask_parity(server, options) if options.parity else ask_gate(server, options)
    except NoDecision as failure:
        report = {"exit_code": failure.code, "reasons": [failure.sentence], "model": options.model or options.parity}
        report["version"] = options.version
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        sentence = f"The answer has an unknown format. Fetch gate.py from this server again ({error!r})."
        report = {"exit_code": UNREACHABLE, "reasons": [sentence], "model": options.model or options.parity}
    return _write(report, options)


def _write(report: dict[str, Any], options: argparse.Namespace) -> int:
    content = FORMATS[options.format](report)
    try:
        if options.output:
            Path(options.output).write_text(content, encoding="utf-8")
        if os.environ.get("GITHUB_STEP_SUMMARY"):
            with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as file:
                file.write(markdown(report))
    except OSError as error:
        log(f"The report cannot be written: {error}")
        return int(report["exit_code"]) or WRONG_USE
    if options.output or report["exit_code"] in (WRONG_USE, UNREACHABLE):
        log(text(report).rstrip())
    if not options.output and (options.format != "text" or report["exit_code"] not in (WRONG_USE, UNREACHABLE)):
        sys.stdout.buffer.write(content.encode())
    return int(report["exit_code"])


if __name__ == "__main__":
    sys.exit(main())
