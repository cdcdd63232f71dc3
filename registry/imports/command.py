"""What the three commands that import share: the plan by default, `--apply` to do it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.errors import Refusal
from registry.imports.actions import apply_import, drop_import, propose_file_import
from registry.imports.queries import plans as imports
from registry.imports.queries.steps import Step
from registry.imports.rules.document import LARGEST_BYTES
from registry.models import Import
from registry.versions.command import Exit, shell_actor

SHOWN = (
    "create",
    "created",
    "observe",
    "observed",
    "change",
    "changed",
    "keep_origin",
    "origin_kept",
    "already_there",
    "gone",
    "cannot",
)


class ImportCommand(BaseCommand):
    """Shows the plan of an import; with `--apply` it applies the plan."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="apply the plan; without this it is only shown")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def offered(self, **options: Any) -> Import:
        """The import whose plan is shown; each command reads its own tool."""
        raise NotImplementedError

    def handle(self, *, apply: bool, format: str, **options: Any) -> None:
        try:
            self._run(self.offered(**options), apply=apply, format=format)
        except Refusal as refusal:
            lines = [f"{fault.field}: {fault.message}" for fault in refusal.faults] or [refusal.message]
            raise CommandError("\n".join(lines), returncode=Exit.WRONG_USE) from refusal

    def _run(self, offered: Import, *, apply: bool, format: str) -> None:
        actor = shell_actor()
        plan = imports.plan(offered, actor)
        if apply:
            steps = [Step(**step) for step in apply_import(offered, digest=plan.digest, actor=actor).outcome]
        else:
            steps = [step for _, step in plan.steps]
            drop_import(offered, actor=actor)
        if offered.next_cursor:
            self.stderr.write(f"There is more. Go on with --cursor {offered.next_cursor}")
        if format == "json":
            self.stdout.write(json.dumps([step._asdict() for step in steps], indent=2))
        else:
            self._print(steps, apply=apply)

    def _print(self, steps: list[Step], *, apply: bool) -> None:
        for step in sorted(steps, key=lambda step: SHOWN.index(step.effect)):
            style = self.style.WARNING if step.effect in ("cannot", "gone") else str
            named = step.name or step.external_id
            self.stdout.write(style(f"{step.effect.replace('_', ' '):14} {step.kind.replace('_', ' ')} {named}"))
            lines = [step.sentence] if step.sentence else []
            for line in lines + [f"{part['field']}: {part['message']}" for part in step.missing]:
                self.stdout.write(f"{'':15}{line}")
            for line in "\n".join(code["diff"] for code in step.diffs if code["diff"]).splitlines():
                self.stdout.write(f"{'':15}{line}")
        counted = ", ".join(
            f"{count} {word.replace('_', ' ')}"
            for word in SHOWN
            if (count := sum(step.effect == word for step in steps))
        )
        self.stdout.write(f"\n{counted or 'Nothing to import'}.")
        if not apply and any(step.effect in ("create", "observe", "change", "keep_origin") for step in steps):
            self.stdout.write("Nothing was changed. Apply the plan with --apply.")


class FileCommand(ImportCommand):
    """Imports a file of one tool."""

    system = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file, or - for standard input")
        super().add_arguments(parser)

    def offered(self, **options: Any) -> Import:
        file, team = options["file"], options.get("team", "")
        content, name = self._content(file), "" if file == "-" else Path(file).name
        return propose_file_import(
            system=self.system, filename=name, content=content, owner_team=team, actor=shell_actor()
        )

    def _content(self, file: str) -> bytes:
        try:
            if file == "-":
                return sys.stdin.buffer.read(LARGEST_BYTES + 1)
            with Path(file).open("rb") as opened:
                return opened.read(LARGEST_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=Exit.WRONG_USE) from error
