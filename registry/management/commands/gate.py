"""`manage.py gate MODEL VERSION`: ask the deployment gate from a shell of the server. Pipelines fetch `/gate.py`."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from platform_site.errors import Unknown
from registry.client.plumbline import _questions as pipeline_questions
from registry.client.plumbline import _report as pipeline_report
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.command import Exit, shell_actor
from registry.versions.queries import model_versions
from registry.versions.queries.gate_reports import report_of


class Command(BaseCommand):
    help = "Ask the deployment gate. Exit code: 0 PROCEED, 1 BLOCKED, 2 wrong usage, 3 waiting, 4 server error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="the model's name")
        parser.add_argument("version", help="the model version")
        parser.add_argument(
            "--strict", action="store_true", help="fail too where the version is only observed and parts are missing"
        )
        parser.add_argument("--format", choices=sorted(pipeline_report.FORMATS), default="text")

    def handle(self, *, model: str, version: str, strict: bool, format: str, **_: Any) -> NoReturn:
        try:
            decision = evaluate_deployment_gate(model_versions.version(model, version), actor=shell_actor())
        except Unknown as unknown:
            raise CommandError(unknown.message, returncode=Exit.WRONG_USE) from unknown
        except DatabaseError as error:
            raise CommandError(f"The database is not available: {error}", returncode=Exit.UNREACHABLE) from error
        code = Exit.PROCEED if decision.proceeds else Exit.BLOCKED
        report = report_of(decision)
        if report["advisory"]:
            code = Exit(pipeline_questions.advised(report, strict))
        if format == "json":
            self.stdout.write(json.dumps(report, indent=2))
        else:
            report |= {"exit_code": code}
            style = self.style.SUCCESS if decision.proceeds else self.style.ERROR
            style = self.style.WARNING if report["missing_parts"] and decision.proceeds else style
            first, end, rest = pipeline_report.FORMATS[format](report).partition("\n")
            self.stdout.write(style(first) + end + rest if format == "text" else first + end + rest)
        sys.exit(code)
