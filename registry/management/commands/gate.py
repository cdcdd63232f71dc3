"""`manage.py gate MODEL VERSION`: ask the deployment gate from a pipeline or a shell."""

from __future__ import annotations

import getpass
import json
import sys
from enum import IntEnum
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from platform_site.access import SYSTEM, Actor
from platform_site.errors import Unknown
from registry.actions.gates import ask_deployment_gate
from registry.models import GateDecision
from registry.queries import model_versions


class Exit(IntEnum):
    """What the exit code of a gate or a parity check says."""

    PROCEED = 0
    BLOCKED = 1
    WRONG_USE = 2
    WAITING = 3
    UNREACHABLE = 4


class Command(BaseCommand):
    help = "Ask the deployment gate. Exit code: 0 PROCEED, 1 BLOCKED, 2 wrong use, 3 waiting, 4 server error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="the model's name")
        parser.add_argument("version", help="the model version")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, model: str, version: str, format: str, **_: Any) -> NoReturn:
        try:
            decision = ask_deployment_gate(model_versions.version(model, version), actor=shell_actor())
        except Unknown as unknown:
            raise CommandError(unknown.message, returncode=Exit.WRONG_USE) from unknown
        except DatabaseError as error:
            raise CommandError(f"The database does not answer: {error}", returncode=Exit.UNREACHABLE) from error
        if format == "json":
            self.stdout.write(json.dumps(decision.as_dict(), indent=2))
        else:
            self._tell(model, version, decision)
        sys.exit(Exit.PROCEED if decision.proceeds else Exit.BLOCKED)

    def _tell(self, model: str, version: str, decision: GateDecision) -> None:
        style = self.style.SUCCESS if decision.proceeds else self.style.ERROR
        self.stdout.write(style(f"{decision.decision}  {model} {version}"))
        for conflict in decision.conflicts:
            self.stdout.write(f"\n{conflict['severity']}  {conflict['feature'] or model}: {conflict['issue']}")
            self.stdout.write(f"  trained on  {conflict['trained_on'] or '–'}")
            self.stdout.write(f"  current     {conflict['current'] or '–'}")
            for changed in ("logic", "null_handling", "data_type", "source_table"):
                if conflict[f"{changed}_change"]:
                    self.stdout.write(f"  changed     {changed.replace('_', ' ')}")
        for reason in decision.reasons if not decision.conflicts else ():
            self.stdout.write(f"  {reason}")
        if decision.ways_out:
            self.stdout.write("\nWays out:")
            for way in decision.ways_out:
                self.stdout.write(f"  {way['kind']:9} {way['do']}")


def shell_actor() -> Actor:
    """Whoever has a shell on this machine: recorded by the name they are signed in with there."""
    return Actor(f"shell:{getpass.getuser()}", roles=SYSTEM.roles)
