"""`manage.py parity FEATURE --logic … --null-handling …`: hold a proposed definition against the current one."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter
from django.db import DatabaseError
from django.urls import reverse

from platform_site.errors import Refusal
from registry.checks.actions.checks import cancel_run, propose
from registry.checks.markdown import markdown
from registry.checks.queries import checks
from registry.compute.definition import Definition
from registry.features.queries import features
from registry.models import CheckRun
from registry.versions.command import Exit, shell_actor

LOOK_EVERY_S = 0.5
INTERRUPTED = 130  # as shells say of a program that Ctrl-C ended
EXAMPLE = """
A worked example, of the demo: the same average, but gaps are carried forward instead of filled with zero.

  manage.py parity rolling_7d_avg_orders --null-handling forward_fill

  FAILED  32,837 of 120,000 rows differ (27.4 %), above the limit of 0 %.

What is left out stays as it is now. In a pull request, the logic from its file and the verdict as its summary:

  manage.py parity rolling_7d_avg_orders --logic "$(cat feature.sql)" --format markdown --summary "$GITHUB_STEP_SUMMARY"
"""


class Words(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """The example keeps its lines."""


class Command(BaseCommand):
    help = (
        "Compare a proposed definition with the current one, row by row, on a worker; nothing is registered.\n"
        "Exit code: 0 passed, 1 failed, 2 wrong use, 3 still waiting, 4 the check or the server failed."
    )

    def create_parser(self, *given: Any, **others: Any) -> CommandParser:
        return super().create_parser(*given, epilog=EXAMPLE, formatter_class=Words, **others)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("feature", help="the feature whose current definition is held against yours")
        parser.add_argument("--logic", help="the SQL expression; the current one when left out")
        parser.add_argument("--null-handling", help="none, forward_fill, zero_fill or drop; as now when left out")
        parser.add_argument("--data-type", help="as now when left out")
        parser.add_argument("--dataset", default="", help="held-out rows; the source table's own when left out")
        parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")
        parser.add_argument(
            "--summary", default=os.environ.get("GITHUB_STEP_SUMMARY", ""), help="a file to append the Markdown to"
        )
        parser.add_argument("--timeout", type=float, default=600, help="seconds to wait for the verdict")

    def handle(self, *, feature: str, timeout: float, format: str, summary: str, **given: Any) -> NoReturn:
        _must_take(summary)
        try:
            run = self._wait(self._propose(feature, given), timeout)
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=Exit.WRONG_USE) from refusal
        except DatabaseError as error:
            raise CommandError(f"The database does not answer: {error}", returncode=Exit.UNREACHABLE) from error
        if summary:
            with Path(summary).open("a") as file:
                file.write(markdown(run))
        self._tell(run, format)
        sys.exit(self._code(run))

    def _propose(self, name: str, given: dict[str, Any]) -> CheckRun:
        feature = features.feature(name)
        if feature.current is None:
            raise CommandError(f"{name} has no version to compare with.", returncode=Exit.WRONG_USE)
        now = feature.current.definition
        proposed = Definition(
            given["logic"] or now.computation_logic,
            given["null_handling"] or now.null_handling,
            given["data_type"] or now.data_type,
            now.source_table,
        )
        return propose(feature, proposed, dataset=given["dataset"], actor=shell_actor())

    def _wait(self, run: CheckRun, timeout: float) -> CheckRun:
        try:
            return self._watched(run, timeout)
        except KeyboardInterrupt:
            cancel_run(run, actor=shell_actor())
            raise CommandError(f"Stopped: run {run.pk} is being cancelled.", returncode=INTERRUPTED) from None

    def _watched(self, run: CheckRun, timeout: float) -> CheckRun:
        deadline, told = time.monotonic() + timeout, ""
        while not run.is_over and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_S)
            run = checks.run(run.pk)
            if run.progress_what not in ("", told):
                told = run.progress_what
                self.stderr.write(f"{told} …")
        return run

    def _tell(self, run: CheckRun, format: str) -> None:
        told = run.result.content if hasattr(run, "result") else {}
        if format == "markdown":
            self.stdout.write(markdown(run))
        elif format == "json":
            known = {"run": run.pk, "state": run.state, "outcome": run.outcome or None, "summary": run.summary}
            self.stdout.write(json.dumps(known | {"error": run.error, "result": told}, indent=2))
        elif not run.is_over:
            self.stdout.write(f"Run {run.pk} is {run.state}: no verdict yet. Is a worker running?")
        else:
            self.stdout.write(f"{run.word.upper()}  {run.summary} {run.error}".rstrip())
            if told.get("silence"):
                self.stdout.write(f"  distributions alone would have passed this: {told['silence']}")
            for blocked in told.get("would_block", ()):
                too = ", as the current definition does" if blocked.get("already") else ""
                self.stdout.write(f"  would block {blocked['model']} {blocked['version']}{too}")
            self.stdout.write(f"  run {run.pk}: {reverse('registry:run', args=[run.pk])}")

    def _code(self, run: CheckRun) -> Exit:
        if not run.is_over:
            return Exit.WAITING
        verdicts = {CheckRun.Outcome.PASSED: Exit.PROCEED, CheckRun.Outcome.FAILED: Exit.BLOCKED}
        return verdicts.get(run.outcome, Exit.UNREACHABLE)


def _must_take(summary: str) -> None:
    """Before the work: a summary that cannot be written would end it with the exit code of a failed check."""
    if not summary:
        return
    try:
        Path(summary).open("a").close()
    except OSError as error:
        told = f"{summary} cannot be written: {error.strerror}. Give --summary a file in a folder that exists."
        raise CommandError(told, returncode=Exit.WRONG_USE) from error
