#!/usr/bin/env python3
"""Ask Plumbline's gate from a pipeline. One file for Python 3.8 or newer; nothing to install.

    curl -fsSO https://plumbline.example/gate.py
    python3 -I gate.py MODEL VERSION --server https://plumbline.example
    python3 -I gate.py --parity FEATURE --logic "$(cat feature.sql)" --server https://plumbline.example

The token comes from PLUMBLINE_TOKEN, with the scopes read and write; the server from PLUMBLINE_SERVER when --server is
left out. Exit code: 0 passed, 1 blocked, 2 wrong use, 3 waiting for approval or timed out, 4 server or sign-in error.
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
WORDS = {PASSED: "PROCEED", BLOCKED: "BLOCKED", WRONG_USE: "WRONG USE", WAITING: "WAITING", UNREACHABLE: "ERROR"}
PAUSES_S = (0.5, 1.0, 2.0)  # before a call is made again
LONGEST_PAUSE_S, PATIENCE_S, LOOK_EVERY_S, RUN_WAIT_S = 60.0, 30.0, 2.0, 600.0
LONGEST_ANSWER = 16 * 2**20
AGAIN = {429, 500, 502, 503, 504}
DEFINITION = ("computation_logic", "null_handling", "data_type", "source_table")
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Trouble(Exception):
    """There is no verdict: the exit code, and a sentence that says what to change."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to wherever it points."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Server:
    """A Plumbline server. What it is asked may be asked again: a POST carries an Idempotency-Key."""

    def __init__(self, address: str, token: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
            raise Trouble(WRONG_USE, "--server takes the address of Plumbline, such as https://plumbline.example.")
        if not token:
            raise Trouble(UNREACHABLE, "PLUMBLINE_TOKEN is not set: give it a token with the scopes read and write.")
        if not token.isascii() or not token.isprintable():
            raise Trouble(UNREACHABLE, "PLUMBLINE_TOKEN holds characters that no token has.")
        self.root, self.token = address.rstrip("/") + "/api/v1/", token
        self.opener = urllib.request.build_opener(NoRedirect())

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self.ask("GET", path + ("?" + urlencode(query) if query else ""))[1]

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """The status and the answer; Trouble when there is none that can be used."""
        headers = {"Authorization": "Bearer " + self.token, "Accept": "application/json"}
        content = None
        if method == "POST":
            content = b"" if body is None else json.dumps(body).encode()
            headers.update({"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"})
        request = urllib.request.Request(self.root + path, content, headers, method=method)  # noqa: S310 - checked above
        for pause in (*PAUSES_S, None):
            status, told, wait = self._once(request)
            if not (status in AGAIN or status is None or told.get("code") == "in_progress") or pause is None:
                break
            time.sleep(min(max(pause, wait), LONGEST_PAUSE_S))
        return self._usable(status, told)

    def _once(self, request: urllib.request.Request) -> tuple[int | None, dict[str, Any], float]:
        try:
            with self.opener.open(request, timeout=PATIENCE_S) as answer:
                return answer.status, _object(answer.read(LONGEST_ANSWER)), 0.0
        except urllib.error.HTTPError as error:
            with error:
                if 300 <= error.code < 400:
                    told = "The server redirects: give --server the address that it leads to."
                    raise Trouble(UNREACHABLE, told) from error
                after = error.headers.get("Retry-After") or "0"
                return error.code, _object(error.read(LONGEST_ANSWER)), float(after) if after.isdigit() else 0.0
        except (OSError, ValueError) as error:
            return None, {"detail": str(getattr(error, "reason", error))}, 0.0

    def _usable(self, status: int | None, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        sentences = [str(one.get("message")) for one in told.get("errors") or () if isinstance(one, dict)]
        detail = " ".join(sentences) or str(told.get("detail") or "no more is known")
        if status is None:
            raise Trouble(UNREACHABLE, "The server does not answer: " + detail)
        if not told:
            raise Trouble(UNREACHABLE, f"The answer {status} is not Plumbline's: is --server right?")
        if status in (400, 404, 422):
            raise Trouble(WRONG_USE, detail)
        if status >= 400 and told.get("code") != "gate_blocked":
            raise Trouble(UNREACHABLE, f"{status}: {detail}")
        return status, told


def _object(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content.decode())
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


# -- the two questions -------------------------------------------------------------------------------------------------


def ask_gate(server: Server, given: argparse.Namespace) -> dict[str, Any]:
    """The deployment gate's decision. Where an override was asked for, wait until somebody decided it."""
    model, version, ends_at = given.model, given.version, time.monotonic() + (given.wait or 0)
    path = "models/{}/versions/{}/deployment-gate/".format(quote(model, safe=""), quote(version, safe=""))
    while True:
        decision = server.ask("POST", path)[1]
        decision.update(model=model, version=version, waiting_for=[])
        if decision.get("decision") == "PROCEED":
            return dict(decision, exit_code=PASSED)
        asked = _overrides_asked_for(server, model, version)
        if not asked:
            return dict(decision, exit_code=BLOCKED)
        if not _decided(server, model, version, asked, ends_at):
            return dict(decision, exit_code=WAITING, waiting_for=asked)


def _overrides_asked_for(server: Server, model: str, version: str) -> list[dict[str, Any]]:
    found = server.get("overrides/", model=model, version=version, state="requested")["results"]
    return [{name: one[name] for name in ("id", "requested_by", "expires_at")} for one in found]


def _decided(server: Server, model: str, version: str, asked: list[dict[str, Any]], ends_at: float) -> bool:
    say("Waiting for approval of override {} …".format(", ".join(str(one["id"]) for one in asked)))
    while time.monotonic() < ends_at:
        time.sleep(max(0.0, min(LOOK_EVERY_S, ends_at - time.monotonic())))
        if _overrides_asked_for(server, model, version) != asked:
            return True
    return False


def ask_parity(server: Server, given: argparse.Namespace) -> dict[str, Any]:
    """What a proposed definition would change, row by row; what is left out of it stays as it is now."""
    name = quote(given.parity, safe="")
    current = server.get(f"features/{name}/")["current"]
    if not current:
        raise Trouble(WRONG_USE, f"{given.parity} has no version to compare with.")
    now = server.get(f"features/{name}/versions/{current}/")
    wanted = {"computation_logic": given.logic, "null_handling": given.null_handling, "data_type": given.data_type}
    proposed = {part: wanted.get(part) or now[part] for part in DEFINITION}
    asked = {"feature": given.parity, "proposed": proposed}
    asked.update({"dataset": given.dataset} if given.dataset else {})
    run = server.ask("POST", "parity/", asked)[1]
    run = _run_over(server, run["id"], RUN_WAIT_S if given.wait is None else given.wait)
    told = {"model": given.parity, "version": "", "run": run["id"], "outcome": run["outcome"], "result": run["result"]}
    told["word"] = (run["outcome"] or run["state"]).replace("_", " ").upper()
    told["reasons"] = [" ".join(filter(None, (run["summary"], run["error"]))) or "The run is not over."]
    told["would_block"] = (run["result"] or {}).get("would_block", [])
    told["markdown"] = server.get("check-runs/{}/markdown/".format(run["id"]))["markdown"]
    codes = {"passed": PASSED, "failed": BLOCKED, None: WAITING}
    return dict(told, exit_code=codes.get(run["outcome"] if run["state"] != "cancelled" else "", UNREACHABLE))


def _run_over(server: Server, pk: int, wait_s: float) -> dict[str, Any]:
    ends_at, told = time.monotonic() + wait_s, ""
    while True:
        run = server.get(f"check-runs/{pk}/")
        if run["state"] in ("finished", "cancelled") or time.monotonic() >= ends_at:
            return run
        if run["progress"]["what"] not in ("", told):
            told = run["progress"]["what"]
            say(told + " …")
        time.sleep(max(0.0, min(LOOK_EVERY_S, ends_at - time.monotonic())))


# -- telling it --------------------------------------------------------------------------------------------------------


def text(told: dict[str, Any]) -> str:
    """For people who read the log of a pipeline."""
    lines = [f"{_word(told)}  {_subject(told)}".rstrip()]
    for conflict in told.get("conflicts", ()):
        lines += [
            "",
            "{}  {}: {}".format(conflict["severity"], conflict["feature"] or told["model"], conflict["issue"]),
        ]
        lines += ["  trained on  {}".format(conflict["trained_on"] or "–")]
        lines += ["  current     {}".format(conflict["current"] or "–")]
        lines += [f"  changed     {part}" for part in _changed(conflict)]
    shown = {"{feature}: {issue}".format(**conflict).lstrip(": ") for conflict in told.get("conflicts", ())}
    lines += [f"  {reason}" for reason in told.get("reasons", ()) if reason not in shown]
    lines += [_would_block(one) for one in told.get("would_block", ())]
    lines += ["  overridden  {reason} (override {override})".format(**one) for one in told.get("overridden", ())]
    lines += [_waits(one) for one in told.get("waiting_for", ())]
    if told.get("ways_out"):
        lines += ["", "Ways out:"] + ["  {kind:9} {do}".format(**way) for way in told["ways_out"]]
    return "\n".join(lines) + "\n"


def _would_block(one: dict[str, Any]) -> str:
    too = ", as the current definition does" if one.get("already") else ""
    return "  would block {model} {version}".format(**one) + too


def junit(told: dict[str, Any]) -> str:
    """For the tab of test results: one case for each reason, or a single one that passed."""
    code = told["exit_code"]
    kind = "" if code == PASSED else "failure" if code in (BLOCKED, WAITING) else "error"
    reasons = [] if code == PASSED else list(told.get("reasons", ())) or [_word(told)]
    counted = {"tests": str(max(1, len(reasons))), "failures": "0", "errors": "0"}
    counted.update({kind + "s": str(len(reasons))} if kind else {})
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(suites, "testsuite", counted, name="plumbline gate")
    for reason in reasons or [_word(told)]:
        names = {"classname": _legal(_subject(told) or "gate"), "name": _legal(reason)}
        case = ElementTree.SubElement(suite, "testcase", names)
        if kind:
            ElementTree.SubElement(case, kind, message=_legal(reason), type=_word(told)).text = _legal(text(told))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def markdown(told: dict[str, Any]) -> str:
    """For the summary that GitHub shows below a run."""
    if told.get("markdown"):
        return told["markdown"]
    lines = [f"## {_word(told)} {_plain(_subject(told))}", ""]
    if told.get("conflicts"):
        lines += ["| feature | trained on | current | changed |", "|---|---|---|---|"]
    for one in told.get("conflicts", ()):
        cells = [one["feature"] or told["model"], one["trained_on"] or "–", one["current"] or "–"]
        lines.append("| {} |".format(" | ".join(map(_plain, [*cells, ", ".join(_changed(one)) or one["issue"]]))))
    lines += ["", *("- " + _plain(reason) for reason in told.get("reasons", ()))]
    lines += ["- " + _plain(_waits(one)) for one in told.get("waiting_for", ())]
    if told.get("ways_out"):
        lines += ["", "Ways out:", ""]
        lines += ["- **{}** {}".format(_plain(one["kind"]), _plain(one["do"])) for one in told["ways_out"]]
    return "\n".join(lines) + "\n"


def as_json(told: dict[str, Any]) -> str:
    """For programs: what the server said, and the exit code."""
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


FORMATS = {"text": text, "json": as_json, "junit": junit}


def _word(told: dict[str, Any]) -> str:
    return told.get("word") or WORDS[told["exit_code"]]


def _subject(told: dict[str, Any]) -> str:
    return "{} {}".format(told.get("model") or "", told.get("version") or "").strip()


def _changed(conflict: dict[str, Any]) -> list[str]:
    parts = ("logic", "null_handling", "data_type", "source_table")
    return [part.replace("_", " ") for part in parts if conflict.get(part + "_change")]


def _waits(one: dict[str, Any]) -> str:
    return "  override {id} waits for approval; {requested_by} asked for it".format(**one)


def _legal(told: str) -> str:
    """Without the characters that XML cannot hold."""
    return NO_XML.sub("?", told)


def _plain(told: Any) -> str:
    """Text that stays in its cell and is no markup."""
    escaped = str(told).replace("\\", "\\\\").replace("|", "\\|").replace("`", "'").replace("<", "&lt;")
    return " ".join(escaped.split())[:500]


def say(sentence: str) -> None:
    """Beside the report, never in it."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


# -- the command -------------------------------------------------------------------------------------------------------


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gate.py",
        description="Ask Plumbline's deployment gate, or hold a proposed feature definition against the current one.",
        epilog="Exit code: 0 passed, 1 blocked, 2 wrong use, 3 waiting for approval or timed out, 4 server error.",
    )
    parser.add_argument("model", nargs="?", help="the model's name")
    parser.add_argument("version", nargs="?", help="the model version")
    parser.add_argument("--server", default=os.environ.get("PLUMBLINE_SERVER", ""), help="or PLUMBLINE_SERVER")
    parser.add_argument("--wait", type=_seconds, help="seconds to wait for an approval, or for a parity run (600)")
    parser.add_argument("--format", choices=sorted(FORMATS), default="text")
    parser.add_argument("--output", default="", help="a file for the report, instead of the standard output")
    parser.add_argument("--parity", default="", metavar="FEATURE", help="compare a proposed definition of this feature")
    parser.add_argument("--logic", default="", help="its SQL expression; as now when left out")
    parser.add_argument("--null-handling", default="", help="none, forward_fill, zero_fill, drop; as now when left out")
    parser.add_argument("--data-type", default="", help="as now when left out")
    parser.add_argument("--dataset", default="", help="held-out rows; the source table's own when left out")
    return parser


def _seconds(given: str) -> float:
    seconds = float(given)
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError("from 0 to 86400 seconds")
    return seconds


def main(words: Sequence[str] | None = None) -> int:
    parser = arguments()
    given = parser.parse_args(words)
    if given.parity and (given.model or given.version):
        parser.error("give MODEL and VERSION, or --parity FEATURE")
    if not given.parity and not (given.model and given.version):
        parser.error("give MODEL and VERSION, or --parity FEATURE")
    try:
        server = Server(given.server, os.environ.get("PLUMBLINE_TOKEN", ""))
        told = ask_parity(server, given) if given.parity else ask_gate(server, given)
    except Trouble as trouble:
        told = {"exit_code": trouble.code, "reasons": [trouble.sentence], "model": given.model or given.parity}
        told["version"] = given.version
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        sentence = f"The answer is not what Plumbline says: fetch gate.py from this server again ({error!r})."
        told = {"exit_code": UNREACHABLE, "reasons": [sentence], "model": given.model or given.parity}
    return _tell(told, given)


def _tell(told: dict[str, Any], given: argparse.Namespace) -> int:
    report = FORMATS[given.format](told)
    try:
        if given.output:
            Path(given.output).write_text(report, encoding="utf-8")
        if os.environ.get("GITHUB_STEP_SUMMARY"):
            with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as file:
                file.write(markdown(told))
    except OSError as error:
        say(f"The report cannot be written: {error}")
        return told["exit_code"] or WRONG_USE
    if given.output or told["exit_code"] in (WRONG_USE, UNREACHABLE):
        say(text(told).rstrip())
    if not given.output and (given.format != "text" or told["exit_code"] not in (WRONG_USE, UNREACHABLE)):
        sys.stdout.buffer.write(report.encode())
    return told["exit_code"]


if __name__ == "__main__":
    sys.exit(main())
