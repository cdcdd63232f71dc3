"""The answer of a gate or a parity run as text, JSON, JUnit or Markdown."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

from ._server import BLOCKED, PASSED, UNREACHABLE, WAITING, WRONG_USE

WORDS = {PASSED: "PROCEED", BLOCKED: "BLOCKED", WRONG_USE: "WRONG USAGE", WAITING: "WAITING", UNREACHABLE: "ERROR"}
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
