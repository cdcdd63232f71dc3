"""`manage.py health_report`: the current assessment of an organization as plain text."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.health.queries.reports import report_file
from assessments.organizations.queries import current_assessment
from assessments.organizations.scope import chosen
from platform_site.errors import Unknown


class Command(BaseCommand):
    help = "Print the health report of an organization: score, critical gaps, and each capability by group."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", default="", help="Its slug; by default the first organization.")

    def handle(self, *, organization: str, **_: Any) -> None:
        try:
            subject = chosen(organization)
        except Unknown as unknown:
            raise CommandError(str(unknown)) from unknown
        if subject is None:
            raise CommandError("There is no organization yet. Add one, then publish its first assessment.")
        assessment = current_assessment(subject)
        if assessment is None:
            raise CommandError(f"{subject.name} ({subject.slug}) has no published assessment yet.")
        self.stdout.write(str(report_file(assessment, "text").content))
