"""`manage.py doctor`: say in sentences what is wrong with this installation; exit 1 when anything is."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from platform_site.roof.doctor import keys, place, servers
from platform_site.roof.doctor.findings import Finding, State, examine
from platform_site.text.wording import counted

PARTS = (
    ("database", servers.database),
    ("migrations", servers.migrations),
    ("broker", servers.broker),
    ("cache", servers.cache_answers),
    ("workers", servers.worker),
    ("scheduler", servers.scheduler),
    ("work", servers.work),
    ("audit key", keys.audit_key),
    ("secret key", keys.secret_key),
    ("audit log", keys.chain_head),
    ("accounts", keys.accounts),
    ("disk", place.disks),
    ("permissions", place.permissions),
    ("data", place.data_roots),
    ("clocks", place.clocks),
    ("outside", place.outbound),
    ("libraries", place.libraries),
    ("traces", place.traces),
)
TONES = {State.WELL: "SUCCESS", State.UNCERTAIN: "WARNING", State.ILL: "ERROR"}


class Command(BaseCommand):
    help = "Examine this installation and say in sentences what is wrong with it. Exits with 1 when anything is."
    requires_system_checks = []  # it examines what they would refuse

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object for each finding, in lines")

    def handle(self, *, json: bool, **_: Any) -> None:
        findings = []
        for finding in examine(PARTS):
            findings.append(finding)
            self.stdout.write(_as_json(finding) if json else self._line(finding))
        wrong = sum(finding.state is State.ILL for finding in findings)
        if not json:
            self.stdout.write(f"\n{counted(wrong, 'thing')} wrong." if wrong else "\nNothing is wrong.")
        if wrong:
            sys.exit(1)

    def _line(self, finding: Finding) -> str:
        mark = getattr(self.style, TONES[finding.state])(f"{finding.state.value:<6}")
        return f"{mark} {finding.part:<12} {finding.sentence}"


def _as_json(finding: Finding) -> str:
    return json.dumps({"part": finding.part, "state": finding.state.value.lower(), "sentence": finding.sentence})
