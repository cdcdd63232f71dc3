"""`manage.py parity FEATURE --logic … --null-handling …`: compare a proposed definition with the current one."""

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
from registry.checks.actions.checks import cancel_run, define_parity, propose, request_run
from registry.checks.markdown import markdown
from registry.checks.queries import checks
from registry.compute.definition import Definition
from registry.features.queries import features
from registry.models import CheckRun, Feature, FeatureVersion
from registry.versions.command import Exit, shell_actor

POLL_EVERY_S = 0.5
INTERRUPTED = 130  # the exit code that shells use after Ctrl-C
EXAMPLE = """
A worked example, of the demo: the same average, but gaps are carried forward instead of filled with zero.

  manage.py parity rolling_7d_avg_orders --null-handling forward_fill

  FAILED  32,837 of 120,000 rows differ (27.4%), above the limit of 0%.

An option that is left out keeps its current value. In a pull request, with the logic from a file and the verdict as a summary:

  manage.py parity rolling_7d_avg_orders --logic "$(cat feature.sql)" --format markdown --summary "$GITHUB_STEP_SUMMARY"

A feature in Python is never run here. Its values, as two data sets hold them, are compared by the key of the rows:

  manage.py parity basket_score --trained-dataset features_march --trained-column basket_score \\
    --current-dataset features_april --current-column basket_score --key order_id
"""


class HelpFormatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Keeps the lines of the example."""


class Command(BaseCommand):
    help = (
        "Compare a proposed definition with the current one, row by row, on a worker; nothing is registered.\n"
        "For a feature in Python: compare the values of two versions, as two data sets hold them.\n"
        "Exit code: 0 passed, 1 failed, 2 wrong usage, 3 still waiting, 4 the check or the server failed."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, epilog=EXAMPLE, formatter_class=HelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("feature", help="the feature whose current definition yours is compared with")
        parser.add_argument("--logic", help="the SQL expression; the current one by default")
        parser.add_argument(
            "--null-handling", help="none, forward_fill, zero_fill or drop; the current rule by default"
        )
        parser.add_argument("--data-type", help="the current type by default")
        parser.add_argument("--dataset", default="", help="a held-out data set; the source table's own rows by default")
        for side, version in (("trained", "the current version"), ("current", "the newest version")):
            parser.add_argument(f"--{side}", default="", help=f"of a feature in Python; {version} by default")
            parser.add_argument(
                f"--{side}-dataset", default="", help="the data set that holds the values of that version"
            )
            parser.add_argument(
                f"--{side}-column", default="", help="the column of that data set; the feature's name by default"
            )
        parser.add_argument("--key", nargs="+", default=[], help="columns that identify a row of both data sets")
        parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")
        parser.add_argument(
            "--summary", default=os.environ.get("GITHUB_STEP_SUMMARY", ""), help="a file to append the Markdown to"
        )
        parser.add_argument("--timeout", type=float, default=600, help="seconds to wait for the verdict")

    def handle(self, *, feature: str, timeout: float, format: str, summary: str, **options: Any) -> NoReturn:
        _require_writable(summary)
        try:
            run = self._wait(self._propose(feature, options), timeout)
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=Exit.WRONG_USE) from refusal
        except DatabaseError as error:
            raise CommandError(f"The database is not available: {error}", returncode=Exit.UNREACHABLE) from error
        if summary:
            with Path(summary).open("a") as file:
                file.write(markdown(run))
        self._print(run, format)
        sys.exit(self._code(run))

    def _propose(self, name: str, options: dict[str, Any]) -> CheckRun:
        feature = features.feature(name)
        if feature.current is None:
            raise CommandError(f"Feature {name} has no current version to compare with.", returncode=Exit.WRONG_USE)
        if options["trained_dataset"] or options["current_dataset"]:
            return self._materialized(feature, feature.current, options)
        now = feature.current.definition
        proposed = Definition(
            options["logic"] or now.computation_logic,
            options["null_handling"] or now.null_handling,
            options["data_type"] or now.data_type,
            now.source_table,
        )
        return propose(feature, proposed, dataset=options["dataset"], actor=shell_actor())

    def _materialized(self, feature: Feature, now: FeatureVersion, options: dict[str, Any]) -> CheckRun:
        trained = features.version(feature, options["trained"]) if options["trained"] else now
        newest = feature.versions.order_by("-number")[0]
        current = features.version(feature, options["current"]) if options["current"] else newest
        values = {name: options[name] for name in ("trained_dataset", "current_dataset", "key")}
        values |= {name: options[name] or feature.name for name in ("trained_column", "current_column")}
        check = define_parity(trained, current, parameters=values, actor=shell_actor())
        return request_run(check, actor=shell_actor())

    def _wait(self, run: CheckRun, timeout: float) -> CheckRun:
        try:
            return self._watched(run, timeout)
        except KeyboardInterrupt:
            cancel_run(run, actor=shell_actor())
            raise CommandError(f"Interrupted. Run {run.pk} is being cancelled.", returncode=INTERRUPTED) from None

    def _watched(self, run: CheckRun, timeout: float) -> CheckRun:
        deadline, shown = time.monotonic() + timeout, ""
        while not run.is_over and time.monotonic() < deadline:
            time.sleep(POLL_EVERY_S)
            run = checks.get_run(run.pk)
            if run.progress_what not in ("", shown):
                shown = run.progress_what
                self.stderr.write(f"{shown} …")
        return run

    def _print(self, run: CheckRun, format: str) -> None:
        result = run.result.content if hasattr(run, "result") else {}
        if format == "markdown":
            self.stdout.write(markdown(run))
        elif format == "json":
            known = {"run": run.pk, "state": run.state, "outcome": run.outcome or None, "summary": run.summary}
            self.stdout.write(json.dumps(known | {"error": run.error, "result": result}, indent=2))
        elif not run.is_over:
            self.stdout.write(f"Run {run.pk} is {run.state}: there is no verdict yet. Is a worker running?")
        else:
            self.stdout.write(f"{run.word.upper()}  {run.summary} {run.error}".rstrip())
            if result.get("silence"):
                self.stdout.write(f"  distribution checks alone would have passed this: {result['silence']}")
            for blocked in result.get("would_block", ()):
                already = ", as the current definition does" if blocked.get("already") else ""
                self.stdout.write(f"  would block {blocked['model']} {blocked['version']}{already}")
            self.stdout.write(f"  run {run.pk}: {reverse('registry:run', args=[run.pk])}")

    def _code(self, run: CheckRun) -> Exit:
        if not run.is_over:
            return Exit.WAITING
        verdicts: dict[str, Exit] = {CheckRun.Outcome.PASSED: Exit.PROCEED, CheckRun.Outcome.FAILED: Exit.BLOCKED}
        return verdicts.get(run.outcome, Exit.UNREACHABLE)


def _require_writable(summary: str) -> None:
    """Refuse a summary file that cannot be written before any work: later it would look like a failed check."""
    if not summary:
        return
    try:
        Path(summary).open("a").close()
    except OSError as error:
        problem = f"--summary {summary} cannot be written: {error.strerror}. Give a file in an existing folder."
        raise CommandError(problem, returncode=Exit.WRONG_USE) from error
