"""Ask the deployment gate of Plumbline from a pipeline. One file for Python 3.8 or newer, with nothing to install.

    curl -fsSO https://plumbline.example/gate.py
    python3 -I gate.py MODEL VERSION --server https://plumbline.example
    python3 -I gate.py --parity FEATURE --logic "$(cat feature.sql)" --server https://plumbline.example

The token is read from PLUMBLINE_TOKEN and needs the scopes read and write; without --server the address is read from
PLUMBLINE_SERVER. Exit codes: 0 passed, 1 blocked, 2 wrong usage, 3 waiting for approval or timed out, 4 server or
sign-in error. Of a version that is only observed, whose lineage is not whole, the gate advises: the code is 0 unless
--strict is given.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ._questions import RUN_WAIT_S, ask_gate, ask_parity, log
from ._report import FORMATS, markdown, text
from ._server import UNREACHABLE, WRONG_USE, PlumblineError, Server


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
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
    parser.add_argument(
        "--strict", action="store_true", help="fail too where the version is only observed and parts of it are missing"
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
        report = _report(Server(options.server), options)
    except PlumblineError as failure:
        report = {"exit_code": failure.exit_code, "reasons": [failure.sentence]}
        report["model"] = options.model or options.parity
        report["version"] = options.version
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        again = "Fetch gate.py from this server again, or install plumbline from it"
        sentence = f"The answer has an unknown format. {again} ({error!r})."
        report = {"exit_code": UNREACHABLE, "reasons": [sentence], "model": options.model or options.parity}
    return _write(report, options)


def _report(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    if not options.parity:
        return ask_gate(server, options.model, options.version, options.wait or 0.0, strict=options.strict)
    wanted = {
        "computation_logic": options.logic,
        "null_handling": options.null_handling,
        "data_type": options.data_type,
    }
    wait_s = RUN_WAIT_S if options.wait is None else options.wait
    return ask_parity(server, options.parity, wanted, options.dataset, wait_s)


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
